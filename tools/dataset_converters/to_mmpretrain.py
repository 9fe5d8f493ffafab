"""Convert annotations of any format to MMPretrain's annotation file, with lists of absent classes.

    python tools/dataset_converters/to_mmpretrain.py wide_csv labels.csv labels.json

Before it writes the file, it prints the numbers of images and classes, and how many labels of each
class are positive, negative and unknown.
"""

import numpy as np

from mmpartial.datasets.image_files import find_images
from mmpartial.formats import FORMATS, mmpretrain, read_annotations
from mmpartial.formats.common.options import OptionAction
from mmpartial.formats.common.output_paths import check_kind, check_target
from mmpartial.labels import POSITIVE
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.class_table import class_table
from mmpartial.launch import ToolParser, run_tool


def main(arguments: list[str] | None = None) -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("format", help=", ".join(sorted(FORMATS)))
    parser.add_argument("file", help="file or folder to read")
    parser.add_argument("out", help="JSON file to write")
    parser.add_argument(
        "--options", nargs="+", action=OptionAction, default={}, metavar="KEY=VALUE",
        help="options of the format, such as unlisted=unknown; allow_no_positives=True accepts a "
        "file without positive labels",
    )  # fmt: skip
    parser.add_argument("--images", help="check that every image is in this folder")
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    args = parser.parse_args(arguments)
    check_target(args.out, args.force)
    check_kind(args.out, is_folder=False)
    annotations = read_annotations(args.format, args.file, **args.options)
    if args.images is not None:
        images = find_images(annotations.images, args.images)
        if images is not annotations.images:
            annotations = annotations.with_images(images)
    print(summary(annotations))
    mmpretrain.write(annotations, args.out)
    print(f"wrote {args.out}")


def summary(annotations: Annotations) -> str:
    """Count the states of each class, and the images and classes without a positive."""
    labels, classes = annotations.labels, annotations.classes
    positive = len(np.unique(labels.entries(POSITIVE)[0]))
    without = [name for name, n in zip(classes, labels.count(POSITIVE), strict=True) if not n]
    lines = [f"{len(annotations)} images, {len(classes)} classes", ""]
    lines += [class_table(annotations, shown=len(classes)), ""]
    lines.append(f"images without a positive: {len(annotations) - positive}")
    lines.append(f"classes without a positive: {', '.join(without) or 'none'}")
    return "\n".join(lines)


if __name__ == "__main__":
    run_tool(main)
