"""Train with the largest pseudo labels of each image alone, see largest_pseudo_labels.md.

    python tools/benchmarks/kept_labels.py

A linear layer learns from the cached features of Corel5k (79 classes) with the default method,
which keeps all pseudo labels or the k largest of each image. The table has the mAP on the test
images, the mean and standard deviation over the seeds, and the paired difference to keeping all.
"""

from itertools import product
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from suggestions import CONFIGS, Photos, mean_ap, parts_of, train

from mmpartial.datasets.hiding.hide import hide
from mmpartial.datasets.source import Source
from mmpartial.launch import ToolParser
from mmpartial.memory.base import LabelMemory
from mmpartial.memory.pseudo_labels import PseudoLabels, TopPseudoLabels

SETTINGS: dict[str, dict[str, Any]] = {
    "SPL": dict(setting="SPL"),
    "PPL 0.3": dict(setting="PPL", ratio=0.3),
}
FOLLOW: dict[str, Any] = dict(momentum=0.9, debias=True)  # as the default method


def table_of(kind: str, shape: tuple[int, int]) -> LabelMemory:
    """An empty table: all as float32 or uint8, the k largest, or none, so that all are 0."""
    if kind == "none":
        return PseudoLabels(*shape, "", 0.0, "uint8", update="never")
    if kind in ("float32", "uint8"):
        return PseudoLabels(*shape, "", 0.0, kind, **FOLLOW)
    return TopPseudoLabels(*shape, "", int(kind), **FOLLOW)


def known_labels(part: Photos, setting: str, seed: int) -> np.ndarray:
    source = Source("", part.annotations, range(len(part.x)), False)
    return hide(source, seed=seed, **SETTINGS[setting]).labels.dense()


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--keep", nargs="+", default=["16", "8", "4", "2"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    init_default_scope("mmpretrain")
    cfg = Config.fromfile(str(CONFIGS / "frozen_efficientnet-lite0_corel5k-fal.py"))
    whole, test = parts_of(cfg)
    kinds = ["float32", "uint8", *args.keep, "none"]
    found: dict[tuple[str, str], list[float]] = {}
    for setting, seed in product(SETTINGS, args.seeds):
        labels = known_labels(whole, setting, seed)
        for kind in kinds:
            head = train(cfg, whole.x, labels, seed, table_of(kind, labels.shape))
            found.setdefault((setting, kind), []).append(mean_ap(head, test))
    print("| pseudo labels | " + " | ".join(f"{s} | to float32" for s in SETTINGS) + " |")
    print("|---|" + "---|---|" * len(SETTINGS))
    for kind in kinds:
        cells = []
        for setting in SETTINGS:
            values = found[setting, kind]
            gains = [a - b for a, b in zip(values, found[setting, "float32"], strict=True)]
            cells += [f"{mean(values):.2f} ± {stdev(values):.2f}",
                      f"{mean(gains):+.2f} ± {stdev(gains):.2f}"]  # fmt: skip
        name = dict(none="none, all are 0").get(kind, kind)
        name = f"the {kind} largest" if kind.isdecimal() else name
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
