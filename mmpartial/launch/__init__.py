"""Runs scripts, such as MMPretrain's own with ``--method``, and reports errors in one sentence."""

from .config_files import read_config
from .stock_script import run_stock_tool
from .tool import run_tool
from .tool_parser import ToolParser
