"""Test a checkpoint: MMPretrain's own test.py, which also takes ``--method``."""

from mmpartial.launch import run_stock_tool

if __name__ == "__main__":
    run_stock_tool("test")
