"""Divide the images of a label file into parts, such as train and val.

    python tools/split.py my.csv --group site
    python tools/split.py my.csv --parts train=0.7 val=0.15 test=0.15

It writes my_split.csv with the columns image and part (and group), for split_file and part of
mmpartial.AnnotatedImages. Each part gets its share of each class, and a group is never in two
parts. If the file exists, its images stay where they are, and new ones are added.
"""

from pathlib import Path

from mmpartial.apis.split import split
from mmpartial.formats.common.options import OptionAction
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("table", help="the label file")
    parser.add_argument(
        "--group", metavar="COLUMN",
        help="images of one site, camera, patient ... stay together; coco_json: a key of images",
    )  # fmt: skip
    parser.add_argument(
        "--parts", nargs="+", action=OptionAction, metavar="NAME=SHARE",
        help="default: train=0.8 val=0.2, or for new images the shares of the split file",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="another seed divides differently")
    parser.add_argument("--out", metavar="FILE", help="default: NAME_split.csv of NAME.csv")
    parser.add_format()
    parser.add_argument("--force", action="store_true", help="divide all images anew")
    args = parser.parse_args()
    out = args.out or f"{Path(args.table).stem}_split.csv"
    table = split(
        args.table, out, format=args.format, options=args.options, group=args.group,
        parts=args.parts, seed=args.seed, force=args.force,
    )  # fmt: skip
    print(table)


if __name__ == "__main__":
    run_tool(main)
