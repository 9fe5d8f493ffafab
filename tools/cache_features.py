"""Compute the features of images once, for many runs on a frozen network.

    python tools/cache_features.py configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py
    python tools/train.py configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py

train.py and test.py also compute missing features. If you interrupt the command, run it again: it
continues.
"""

from pathlib import Path

from mmpartial.apis import cache_features
from mmpartial.launch import ToolParser, read_config, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("config", type=Path, help="a config that trains on features")
    parser.add_argument(
        "--flips", action="store_true", default=None,
        help="store mirrored images as well; default: cached_flips of the config",
    )  # fmt: skip
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_cfg_options()
    args = parser.parse_args()
    cfg = read_config(args.config, args.cfg_options)
    cache_features(cfg, args.flips, args.batch_size)


if __name__ == "__main__":
    run_tool(main, "stopped: the same command continues here.")
