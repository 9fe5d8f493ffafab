"""Calibrate a checkpoint on held-out images, and choose a threshold for each class.

    python tools/calibrate.py work_dirs/my/epoch_20.pth --criterion f1

This writes epoch_20_calibrated.pth for test.py and predict.py, a table of the classes (.csv), and
reliability curves (.csv and .png). It takes the images of the config's val_dataloader, or with
--data test of its test_dataloader. They must not be training images, and afterwards they are no
longer good for a test.
"""

import argparse
from pathlib import Path

from mmpartial.apis import calibrate_checkpoint
from mmpartial.calibration import LEAST, METHODS, Result
from mmpartial.launch import ToolParser, run_tool


def arguments() -> argparse.Namespace:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument("--data", choices=["val", "test"], default="val")
    parser.add_argument("--method", choices=METHODS, default="platt", help="default: platt")
    parser.add_argument(
        "--criterion", default="f1", metavar="NAME",
        help="f1 (default), f2, precision0.9 (at least), recall0.8 (at least), or cost1:5 (of a "
        "false positive and of a false negative)",
    )  # fmt: skip
    parser.add_argument(
        "--least", type=int, default=LEAST, metavar="N",
        help="a class with fewer known positives or negatives than this takes the threshold of all "
        "classes together (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="the new checkpoint")
    parser.add_argument("--force", action="store_true", help="overwrite files")
    return parser.parse_args()


def show(result: Result) -> None:
    columns = ["class", "positive", "negative", "threshold", "of", "precision", "recall", "F1"]
    print(result.table[columns].round(3).to_string(index=False, float_format="%.3g"))
    print(f"\nof all classes, in percent:\n{result.summary.round(1).to_string()}\n")
    print("\n".join(result.notes))


def main() -> None:
    show(calibrate_checkpoint(**vars(arguments())))


if __name__ == "__main__":
    run_tool(main)
