"""Write a small file that tells others which training labels a config leaves known.

    python tools/save_mask.py configs/resnet18_digits_pal06.py digits_pal06.npz

They give the file as ``train_dataloader.dataset.mask_file`` (with ``setting=None``).
"""

from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.registry import DATASETS

from mmpartial.datasets import find_partial
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("config", help="config with a PartialLabelDataset for training")
    parser.add_argument("out", help="file to write; it must not exist")
    args = parser.parse_args()
    init_default_scope("mmpretrain")
    dataset = find_partial(DATASETS.build(Config.fromfile(args.config).train_dataloader.dataset))
    if dataset is None:
        raise SystemExit(f"{args.config} does not train on a mmpartial.PartialLabelDataset.")
    dataset.save_mask(args.out)
    print(f"wrote {args.out}")


if __name__ == "__main__":
    run_tool(main)
