"""Show where in photos a model sees its classes.

    python tools/explain.py work_dirs/my/model.pth photos/ --classes dog cat --out explained/

This writes a picture for each photo: the photo as the network sees it, and a grey copy for each
class, with colour where the model sees the class. Without --classes it shows the classes that the
model finds in the photo.
"""

from mmpartial.apis import write_explanations
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument(
        "paths", nargs="+", metavar="PATH",
        help="images; folders with images; patterns; tables and text files with paths",
    )  # fmt: skip
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the pictures")
    parser.add_argument(
        "--classes", nargs="+", action="extend", metavar="NAME", help="names of classes"
    )
    parser.add_argument("--images", metavar="DIR", help="folder of the paths in tables and lists")
    parser.add_argument("--batch-size", type=int, default=32, help="images in a batch (32)")
    parser.add_argument("--workers", type=int, help="processes that read images (one per core)")
    parser.add_argument("--device", help="such as cpu or cuda:1 (a GPU if there is one)")
    parser.add_argument("--force", action="store_true", help="overwrite pictures")
    args = parser.parse_args()
    print(f"wrote {len(write_explanations(**vars(args)))} pictures into {args.out}")


if __name__ == "__main__":
    run_tool(main)
