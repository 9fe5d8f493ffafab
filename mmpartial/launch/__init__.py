"""MMPretrain's own scripts, with ``--method`` and with errors in one sentence."""

from .stock_script import run_stock_tool
