"""Open all images as training does, and list those that are missing or cannot be read.

    python tools/check_images.py photos/
    python tools/check_images.py labels.csv --images photos/ --out bad.csv
    python tools/check_images.py my.py

A table has a row for each image and a column for each class; a config reads any other format. The
results are kept in ~/.cache/mmpartial/checked_images.sqlite ($XDG_CACHE_HOME), so that a second
call opens only files that have changed. The exit code is 1 if there is such an image.
"""

import os

import pandas as pd

from mmpartial.apis import check_images
from mmpartial.formats.common.output_paths import check_target, write_text
from mmpartial.launch import ToolParser, read_config, run_tool

MOST = 20  # images on the terminal


def main() -> None:
    parser = ToolParser(__doc__)
    add = parser.add_argument
    add("sources", nargs="+", metavar="CONFIG|FOLDER|TABLE")
    add("--images", metavar="DIR", help="the images of a table; default: the folder of the table")
    add("--jobs", type=int, metavar="N", help="images that are opened at once; default: cores")
    add("--out", metavar="FILE", help="write a table of the images and the reasons")
    add("--force", action="store_true", help="overwrite FILE")
    parser.add_cfg_options()
    args = parser.parse_args()
    if args.out is not None:
        check_target(args.out, args.force)
    sources = [
        read_config(source, args.cfg_options) if source.endswith(".py") else source
        for source in args.sources
    ]
    number, faults = check_images(sources, args.images, args.jobs)
    if args.out is not None:
        table = pd.DataFrame(list(faults.items()), columns=["image", "reason"])
        write_text(args.out, table.to_csv(index=False))
    for path, reason in list(faults.items())[:MOST]:
        print(f"{path}: {reason}")
    if len(faults) > MOST:
        print(f"... {args.out or '--out FILE'} has all of them")
    missing = sum(not os.path.exists(path) for path in faults if "://" not in path)
    print(f"{number} images: {len(faults) - missing} cannot be read, {missing} are missing")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    run_tool(main, "stopped: the same command continues here.")
