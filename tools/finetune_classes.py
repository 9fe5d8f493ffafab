"""Fine-tune each class of a trained model by itself (category-wise fine-tuning).

    python tools/finetune_classes.py work_dirs/mine/epoch_20.pth

This changes the last layer alone, and writes epoch_20_finetuned.pth. Each class keeps its best step
on the images that the training held out, so train with
--cfg-options train_dataloader.dataset.held_out=0.15.
"""

import argparse
from pathlib import Path

from mmpartial.apis import finetune_classes
from mmpartial.launch import run_tool


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--config", type=Path, help="default: the config in the checkpoint")
    parser.add_argument(
        "--method", choices=["gradient", "genetic"], default="gradient",
        help="of optimization; genetic is 50 times as much work",
    )  # fmt: skip
    parser.add_argument(
        "--unknown", choices=["ignore", "negative", "positive"], default="ignore",
        help="how an unknown label counts (ignore: not at all)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=5000, help="at most (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the new checkpoint")
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    return parser.parse_args()


def main() -> None:
    file, table = finetune_classes(**vars(arguments()))
    print(table.to_string(index=False, float_format="%.1f"))
    changed = table[table.step > 0]
    before, after = (table[name].mean() for name in ("AP_before", "AP_after"))
    print(
        f"\n{len(changed)} of {len(table)} classes have changed. mAP on the held-out images is "
        f"{before:.1f} before and {after:.1f} after, which is too good: they chose the steps.\n"
        f"wrote {file}. Its scores are no probabilities yet: python tools/calibrate.py {file}"
    )


if __name__ == "__main__":
    run_tool(main)
