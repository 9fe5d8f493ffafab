"""MMPretrain's own test.py, with the same arguments."""

from mmpartial.launch import run_stock_tool

if __name__ == "__main__":
    run_stock_tool("test")
