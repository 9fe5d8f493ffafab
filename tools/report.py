"""Write the report of a run: one HTML page.

    python tools/report.py work_dirs/resnet18_digits_pal06 --out report.html

A run writes this page at its end. This tool is for runs that were killed, are not finished, or were
tested since. The page shows curves, a table of the classes, precision-recall and ROC curves, which
classes are confused, surprising images, and the calibration. It needs no server and no other file.
"""

from pathlib import Path

from mmpartial.apis import report_run
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("work_dir", type=Path, metavar="WORK_DIR", help="the folder of the run")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the page (report.html in WORK_DIR)"
    )
    parser.add_argument(
        "--no-predictions", dest="predict", action="store_false",
        help="do not predict the validation images; the page has no ROC curves, no "
        "confusion and no images then",
    )  # fmt: skip
    parser.add_argument(
        "--curves", nargs="+", metavar="CLASS",
        help="up to four classes to draw precision-recall and ROC curves of (those with the "
        "lowest and the highest average precision)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite the page")
    args = parser.parse_args()
    print(f"wrote {report_run(**vars(args))}")


if __name__ == "__main__":
    run_tool(main)
