"""MMPretrain's own train.py, with the same arguments and ``--method``."""

from mmpartial.launch import run_stock_tool

if __name__ == "__main__":
    run_stock_tool("train")
