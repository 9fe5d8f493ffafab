"""Copy a folder of images and annotation files, each image made SIZE x SIZE.

Runs from scratch on small images otherwise spend most of their time on decoding. Images keep their
names, so the annotation files fit the copy without changes. Their content is BMP, whatever ending
the name has: at this size it is as small as PNG and decodes faster. Loaders look at the content,
not at the name.
"""

import argparse
import multiprocessing
import shutil
from functools import partial
from pathlib import Path

from PIL import Image

IMAGES = {".bmp", ".jpeg", ".jpg", ".png", ".webp"}


def shrink(relative: Path, source: Path, target: Path, size: int) -> None:
    """Copy a file; each pixel of a small image is the mean of the original pixels it covers."""
    out = target / relative
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() in IMAGES:
        with Image.open(source / relative) as image:
            small = image.convert("RGB").resize((size, size), Image.Resampling.BOX)
        small.save(out, format="BMP")
    else:
        shutil.copyfile(source / relative, out)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder of the images and annotations")
    parser.add_argument("target", type=Path, help="folder to write; it must not exist")
    parser.add_argument("size", type=int, help="side of the new images")
    args = parser.parse_args(arguments)
    if not args.source.is_dir():
        raise SystemExit(f"{args.source} is not a folder.")
    if args.target.exists():
        raise SystemExit(f"{args.target} exists: choose another folder, or remove it.")
    files = sorted(p.relative_to(args.source) for p in args.source.rglob("*") if p.is_file())
    work = partial(shrink, source=args.source, target=args.target, size=args.size)
    with multiprocessing.Pool() as pool:
        pool.map(work, files, chunksize=16)
    print(f"wrote {args.target}: {len(files)} files")


if __name__ == "__main__":
    main()
