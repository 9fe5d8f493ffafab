"""Write a small file that says which training labels a config leaves known.

    python tools/save_mask.py configs/resnet18_digits_pal06.py digits_pal06.npz

Others train on the same labels with this file as ``train_dataloader.dataset.mask_file`` and with
``setting=None``.
"""

from mmengine.config import Config

from mmpartial.apis import save_mask
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("config", help="config with a PartialLabelDataset for training")
    parser.add_argument("out", help="file to write; it must not exist")
    args = parser.parse_args()
    save_mask(Config.fromfile(args.config), args.out)
    print(f"wrote {args.out}")


if __name__ == "__main__":
    run_tool(main)
