"""Show the labels of a config or a label file: print a table, and write a page.

    python tools/label_report.py my.csv --images photos/
    python tools/label_report.py configs/resnet18_digits_pal06.py --out digits.html

It writes labels.html, one file that opens in any browser: positives, negatives and unknown labels
of each class and each image, classes that occur together, images without a positive, labels that
contradict a hierarchy of classes, and the labels that the setting of a config hides. With --images,
it also lists images that look alike, and how their labels differ.
"""

from rich.console import Console

from mmpartial.apis import label_report
from mmpartial.launch import ToolParser, run_tool
from mmpartial.reports.labels.terminal import terminal_report


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("path", metavar="CONFIG|TABLE", help="a config (.py) or a label file")
    parser.add_argument("--out", default="labels.html", help="default: labels.html")
    parser.add_argument("--images", metavar="DIR", help="compare the images of this folder")
    parser.add_argument(
        "--hierarchy", metavar="FILE", help="CSV or JSON of classes and parents; labels should "
        "agree with it",
    )  # fmt: skip
    parser.add_format()
    parser.add_argument("--force", action="store_true", help="overwrite the page")
    args = parser.parse_args()
    found = label_report(
        args.path, args.out, format=args.format, options=args.options, images=args.images,
        hierarchy=args.hierarchy, force=args.force,
    )  # fmt: skip
    console = Console()
    console.print(terminal_report(found))
    console.print(f"\nwrote {args.out}", markup=False, highlight=False)


if __name__ == "__main__":
    run_tool(main)
