"""Write the unknown training labels that are probably positive as a table.

    python tools/pseudo_labels.py work_dirs/my/ --out pseudo.parquet --gallery pseudo.html

The table has a row for each: image, class, probability, epoch, source. The source is "method" if
the method of the run remembers pseudo labels, such as mmpartial's default. If it remembers none,
linear classifiers are fitted to the features of four fifths of the images and predict the other
fifth, five times: the source is "folds", or "folds on trained features" if the network that
computes the features was trained on the known labels of all images.
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


if __name__ == "__main__":
    run_tool(main)
