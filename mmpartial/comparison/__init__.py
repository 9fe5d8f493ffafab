"""Comparing methods: many short runs, one table, plots."""

from .comparison import Comparison
from .configs import load_base
from .runs import Run, parse_setting
