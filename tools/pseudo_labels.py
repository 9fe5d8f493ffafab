"""Write the unknown training labels that a model holds for likely as a table.

    python tools/pseudo_labels.py work_dirs/my/ --out pseudo.parquet --min 0.7

The checkpoint, or the last one of the work_dir, is of a run whose method remembers pseudo labels,
such as mmpartial's default. The table has a row for each of them: image, class, probability, epoch.
"""

import argparse

from mmpartial.apis import write_pseudo_labels
from mmpartial.launch import run_tool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", help="a checkpoint, or a work_dir")
    parser.add_argument("--out", required=True, metavar="FILE", help="a .csv or .parquet file")
    parser.add_argument("--config", help="default: the config in the checkpoint")
    parser.add_argument(
        "--min", type=float, default=0.7, dest="least", help="the lowest probability (0.7)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the file")
    args = vars(parser.parse_args())
    print(f"wrote {args['out']}: {write_pseudo_labels(**args)} labels")


if __name__ == "__main__":
    run_tool(main)
