"""Compares methods: many short runs, one table, plots."""

from .benchmark import Benchmark
from .configs import load_base
from .plan import Plan
from .run import Run, parse_setting
