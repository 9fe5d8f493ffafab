"""Write MMPretrain's annotation file in another format, and say what that format cannot say."""

import argparse
import os
import shutil
from tempfile import TemporaryDirectory

from mmpartial.formats import FORMATS, mmpretrain

WRITERS = {name: module for name, module in FORMATS.items() if hasattr(module, "write")}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="JSON file to read")
    parser.add_argument("format", choices=sorted(WRITERS))
    parser.add_argument("out", help="file to write, or folder if the format is one")
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    args = parser.parse_args(arguments)
    out = os.path.abspath(args.out)
    if os.path.exists(out) and not args.force:
        raise SystemExit(f"{args.out} exists: give another name, or --force to overwrite it.")
    if not os.path.isdir(os.path.dirname(out)):
        raise SystemExit(f"there is no folder {os.path.dirname(out)} to write into.")
    try:
        annotations = mmpretrain.read(args.file)
        with TemporaryDirectory(dir=os.path.dirname(out)) as folder:
            temporary = os.path.join(folder, os.path.basename(out))
            for sentence in WRITERS[args.format].write(annotations, temporary):
                print(f"lost: {sentence}")
            if os.path.isdir(temporary):
                shutil.copytree(temporary, out, dirs_exist_ok=True)
            else:
                os.replace(temporary, out)
    except (ValueError, FileNotFoundError) as error:
        raise SystemExit(str(error)) from None
    print(f"wrote {args.out}")


if __name__ == "__main__":
    main()
