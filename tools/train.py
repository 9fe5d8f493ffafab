"""Train a model: MMPretrain's own train.py, which also takes ``--method``."""

from mmpartial.launch import run_stock_tool

if __name__ == "__main__":
    run_stock_tool("train")
