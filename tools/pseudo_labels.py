"""Write the unknown training labels that are probably positive as a table.

    python tools/pseudo_labels.py work_dirs/my/ --out pseudo.parquet --gallery pseudo.html

The table has a row for each label: image, class, probability, epoch, source. The source is "method"
if the run's method remembers pseudo labels, as mmpartial's default does. If not, linear classifiers
on the features of four fifths of the images predict the other fifth, five times. The source is then
"folds", or "folds on trained features" if the network was trained on the known labels of all
images.
"""

from mmpartial.apis import write_pseudo_labels
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_checkpoint("a checkpoint, or a work_dir")
    parser.add_argument("--out", required=True, metavar="FILE", help="a .csv or .parquet file")
    parser.add_argument(
        "--gallery", metavar="FILE", help="a page with the photos of the surest, an HTML file"
    )
    parser.add_argument(
        "--min", type=float, default=0.7, dest="least", help="the lowest probability (0.7)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the files")
    args = vars(parser.parse_args())
    print(f"wrote {args['out']}: {write_pseudo_labels(**args)} labels")
    if args["gallery"]:
        print(f"wrote {args['gallery']}: open it in a browser")


if __name__ == "__main__":
    run_tool(main)
