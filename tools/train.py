"""MMPretrain's own train.py, whose arguments these are."""

from mmpartial.launch import run_stock_tool

if __name__ == "__main__":
    run_stock_tool("train")
