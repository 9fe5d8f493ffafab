"""Predict images: for each class a probability, and yes or no.

    python tools/predict.py work_dirs/my/model.pth photos/ --out predictions.csv
    python tools/predict.py work_dirs/my/model.pth photo.jpg

The first command writes a table. The second prints the positive classes of the photo. The
checkpoint alone is enough; a config (--config) takes the place of its own.
"""

import sys

import pandas as pd

from mmpartial.apis import predict, write_predictions
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument(
        "paths", nargs="+", metavar="PATH",
        help="images; folders with images; patterns such as 'photos/*.jpg'; tables of paths (CSV, "
        "Parquet), text files with a path on each line; - reads such lines from the input",
    )  # fmt: skip
    parser.add_argument(
        "--out", help="file to write, which ends in .csv, .parquet, .json or .jsonl"
    )
    parser.add_argument(
        "--long", action="store_true", help="a row for each positive class, not for each image"
    )
    parser.add_argument("--images", metavar="DIR", help="folder of the paths in tables and lists")
    parser.add_argument("--draw", metavar="DIR", help="folder for pictures of the predictions")
    parser.add_argument("--batch-size", type=int, default=32, help="images in a batch (32)")
    parser.add_argument("--workers", type=int, help="processes that read images (one per core)")
    parser.add_argument("--device", help="such as cpu or cuda:1 (a GPU if there is one)")
    parser.add_argument("--force", action="store_true", help="overwrite OUT and drawings")
    args = parser.parse_args()
    if args.long and args.out is None:
        parser.error("--long is about the table of --out: give it, or leave out --long.")
    options = dict(
        config=args.config, images=args.images, batch_size=args.batch_size, workers=args.workers,
        device=args.device, draw=args.draw, force=args.force,
    )  # fmt: skip
    if args.out is None:
        show(predict(args.checkpoint, args.paths, **options))
        return
    written = write_predictions(args.checkpoint, args.paths, args.out, long=args.long, **options)
    print(f"wrote {args.out}: {written.images} images")
    if written.unreadable:
        print(f"images that cannot be read: {len(written.unreadable)}", file=sys.stderr)
        print(*written.unreadable, sep="\n", file=sys.stderr)


def show(table: pd.DataFrame) -> None:
    """Print the positive classes of each image."""
    classes = table.columns[1 : 1 + len(table.columns) // 2]
    for _, row in table.iterrows():
        found = [f"{name} {row[f'{name}_probability']:.2f}" for name in classes if row[name]]
        print(f"{row['image']}: {', '.join(found) or 'no class'}")


if __name__ == "__main__":
    run_tool(main)
