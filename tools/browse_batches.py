"""Draw the first training batches as the network sees them.

    python tools/browse_batches.py configs/resnet18_digits_pal06.py --out batches.html

The page shows the images after augmentation and mixing. Below each are the labels that the setting
does not hide: + positive, - negative, ? unknown.
"""

from pathlib import Path

from mmpartial.apis import browse_batches
from mmpartial.launch import ToolParser, read_config, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("config", metavar="CONFIG", help="the config of the training")
    parser.add_argument(
        "--out", type=Path, default=Path("batches.html"), metavar="FILE",
        help="the page (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--batches", type=int, default=1, metavar="N", help="how many (1)")
    parser.add_argument("--force", action="store_true", help="overwrite the page")
    parser.add_cfg_options()
    args = vars(parser.parse_args())
    cfg = read_config(args.pop("config"), args.pop("cfg_options"))
    print(f"wrote {browse_batches(cfg, **args)}")


if __name__ == "__main__":
    run_tool(main)
