"""Convert MMPretrain's annotation file to another format, and print what the format cannot hold.

python tools/dataset_converters/from_mmpretrain.py labels.json wide_csv labels.csv
"""

import os
from tempfile import TemporaryDirectory

from mmpartial.formats import FORMATS, read_annotations
from mmpartial.formats.common.options import OptionAction
from mmpartial.formats.common.output_paths import check_target, move_all
from mmpartial.launch import ToolParser, run_tool

WRITERS = {name: module for name, module in FORMATS.items() if hasattr(module, "write")}


def main(arguments: list[str] | None = None) -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("file", help="JSON file to read")
    parser.add_argument("format", choices=sorted(WRITERS))
    parser.add_argument("out", help="file to write, or folder if the format is one")
    parser.add_argument(
        "--options", nargs="+", action=OptionAction, default={}, metavar="KEY=VALUE",
        help="options for reading: allow_no_positives=True accepts a file without positive labels",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite OUT and files beside it")
    args = parser.parse_args(arguments)
    around, name = os.path.split(os.path.abspath(args.out))
    check_target(args.out, args.force)
    annotations = read_annotations("mmpretrain", args.file, **args.options)
    with TemporaryDirectory(dir=around) as folder:
        for sentence in WRITERS[args.format].write(annotations, os.path.join(folder, name)):
            print(f"lost: {sentence}")
        move_all(folder, around, args.force)
    print(f"wrote {args.out}")


if __name__ == "__main__":
    run_tool(main)
