"""Compute the features of images once, for many runs on a frozen network.

    python tools/cache_features.py configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py
    python tools/train.py configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py

train.py and test.py compute what is missing as well. If it is interrupted, the same command
continues.
"""

import argparse
from pathlib import Path

from mmengine.config import Config, DictAction

from mmpartial.apis import cache_features
from mmpartial.launch import run_tool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path, help="a config that trains on features")
    parser.add_argument(
        "--flips", action="store_true", default=None,
        help="store mirrored images as well; default: cached_flips of the config",
    )  # fmt: skip
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--cfg-options", nargs="+", action=DictAction, help="as in train.py")
    args = parser.parse_args()
    cfg = Config.fromfile(str(args.config))
    cfg.merge_from_dict(args.cfg_options or {})
    try:
        cache_features(cfg, args.flips, args.batch_size)
    except KeyboardInterrupt:
        raise SystemExit("\nstopped: the same command continues here.") from None


if __name__ == "__main__":
    run_tool(main)
