"""List the known training labels that are probably wrong.

    python tools/doubts.py my.py --out doubts.csv --page doubts.html

A network computes the features of the training images. Linear classifiers on four fifths of the
images predict the other fifth, five times. The table has a row for each known label that is less
likely than its opposite, the most doubtful first.

If you give a config, the network is not trained yet, only pretrained, and has not seen the labels.
If you give a checkpoint or a work_dir, it is trained: its features may suit your photos better, but
it may have learned wrong labels by heart.
"""

from mmpartial.apis import write_doubts
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("source", help="a config, a checkpoint, or a work_dir")
    parser.add_argument("--out", required=True, metavar="FILE", help="the table, a CSV file")
    parser.add_argument("--page", metavar="FILE", help="a page with the photos, an HTML file")
    parser.add_argument("--config", help="for a checkpoint; default: the config in it")
    parser.add_argument("--folds", type=int, default=5, help="parts of the images (5)")
    parser.add_argument(
        "--seed", type=int, default=0, help="another one divides the images differently (0)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the files")
    args = vars(parser.parse_args())
    table = write_doubts(**{"number_of_folds": args.pop("folds"), **args})
    print(table.head(20).to_string(index=False, float_format="%.3f"))
    print(f"wrote {args['out']}: {len(table)} known labels are less likely than their opposite")
    if args["page"]:
        print(f"wrote {args['page']}: open it in a browser, and correct the wrong labels")


if __name__ == "__main__":
    run_tool(main)
