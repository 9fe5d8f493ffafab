"""Fine-tune each class of a trained model by itself (category-wise fine-tuning).

    python tools/finetune_classes.py work_dirs/my/model.pth

This changes only the last layer, and writes model_finetuned.pth. Held-out training images choose
the step of each class, so train with --cfg-options train_dataloader.dataset.held_out=0.15. A class
with few labels there follows the others.
"""

import argparse
from pathlib import Path

from mmpartial.apis import finetune_classes
from mmpartial.launch import ToolParser, run_tool


def arguments() -> argparse.Namespace:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument(
        "--method", choices=["gradient", "genetic"], default="gradient",
        help="how to optimize; genetic takes 50 times as long",
    )  # fmt: skip
    parser.add_argument(
        "--unknown", choices=["ignore", "negative", "positive"], default="ignore",
        help="how an unknown label counts (ignore: not at all)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=5000, help="the most steps (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the new checkpoint")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")
    return parser.parse_args()


def main() -> None:
    file, table = finetune_classes(**vars(arguments()))
    print(table.to_string(index=False, float_format="%.1f"))
    before, after = (table[name].mean() for name in ("AP_before", "AP_after"))
    print(
        f"\n{(table.step > 0).sum()} of {len(table)} classes have changed. Left as they were: "
        f"{(table.step == 0).sum()} to which no step promises a gain on the held-out images, and "
        f"{(table.step < 0).sum()} that lack a known positive or a known negative among the "
        "training or the held-out images.\n"
        f"mAP on the held-out images is {before:.1f} before and {after:.1f} after, which is too "
        "good: they chose the steps.\n"
        f"wrote {file}. Its scores are no probabilities yet: python tools/calibrate.py {file}"
    )


if __name__ == "__main__":
    run_tool(main)
