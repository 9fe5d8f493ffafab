"""What the gate of the default method does: test mAP by how labels are missing.

    python tools/benchmarks/gates.py

It trains linear layers on the cached features of coco6k, corel5k and voc2012-subset, with a fair
sample of the labels known (PAL), and with one positive of each image and a fair sample beside it.
In a third part, every second class stands for the absence of its object, so that an image shows
half of the classes; again a fair sample is known. The table has mAP with the default gate and with
gate=None.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.registry import init_default_scope
from suggestions import Photos, mean_ap, parts_of, train

CONFIGS = Path(__file__).parents[2] / "configs" / "frozen"
DATA = ("coco6k", "corel5k", "voc2012-subset")
GATES = {"auto": "auto", "None": None}
FAIR, BESIDE = (0.05, 0.1, 0.3, 0.6), (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)


def known_labels(truth: np.ndarray, single: bool, share: float, seed: int) -> np.ndarray:
    """The labels of which a share is known, and with ``single`` one positive of each image."""
    rng = np.random.default_rng(seed)
    known = rng.random(truth.shape) < share
    if single:
        order = rng.random(truth.shape)
        order[truth != 1] = 2
        images = np.flatnonzero((truth == 1).any(axis=1))
        known[images, order[images].argmin(axis=1)] = True
    return np.where(known, truth, -1).astype(np.int8)


def absences(photos: Photos) -> Photos:
    """Every second class becomes the absence of its object."""
    truth = photos.truth.copy()
    truth[:, ::2] = 1 - truth[:, ::2]
    return replace(photos, truth=truth)


def rows(data: str, part: Photos, test: Photos, cfg: Config, seed: int) -> Iterator[dict]:
    """The mAP of each case and gate."""
    for kind, shares in dict(fair=FAIR, single=BESIDE, absence=FAIR).items():
        photos, tested = map(absences, (part, test)) if kind == "absence" else (part, test)
        for share in shares:
            labels = known_labels(photos.truth, kind == "single", share, seed)
            for name, gate in GATES.items():
                cfg.model.head.loss.gate = gate
                score = mean_ap(train(cfg, photos.x, labels, seed), tested)
                case = dict(dataset=data, kind=kind, share=share, seed=seed)
                print(*case.values(), name, score, flush=True)
                yield case | dict(gate=name, test_mAP=round(score, 2))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", nargs="+", default=DATA, choices=DATA)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results/gates.csv")
    args = parser.parse_args()
    init_default_scope("mmpretrain")
    found: list[dict] = []
    for data in args.data:
        cfg = Config.fromfile(str(CONFIGS / f"frozen_efficientnet-lite0_{data}-fal.py"))
        part, test = parts_of(cfg)
        for seed in args.seeds:
            found += rows(data, part, test, cfg, seed)
    with open(args.out, "w", newline="") as file:
        writer = csv.DictWriter(file, found[0])
        writer.writeheader()
        writer.writerows(found)


if __name__ == "__main__":
    main()
