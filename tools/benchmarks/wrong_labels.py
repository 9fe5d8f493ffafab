"""How well are wrong labels found? Labels are flipped, and lists of suspects are compared.

    python tools/benchmarks/wrong_labels.py --out wrong_labels.csv

It takes the coco6k config, its features and cleanlab. "all" flips 5 % of the known labels; "even"
flips 5 % of the known positives, and as many known negatives of the same class.
Precision is the share of flipped labels at the head of a list; the head is as long as the number of
flipped labels, so that recall is the same figure, or half as long. All lists rank by the same
predictions, except random ones.
"""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from mmengine.config import Config

from mmpartial.apis.training_features import training_features
from mmpartial.engine.linear_heads import OutOfFold, folds
from mmpartial.evaluation.doubted import agreement
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.launch import ToolParser
from mmpartial.utils.counter_rng import uniform

CONFIG = "configs/frozen/frozen_efficientnet-lite0_coco6k-fal.py"
SETTINGS = {"FAL": {}, "PAL 0.6": {"ratio": 0.6}}
FLIPPED = 0.05


def draw(ids: np.ndarray, classes: int, *key: int) -> np.ndarray:
    """A number in [0, 1) for each image and class."""
    return uniform(*key, torch.from_numpy(ids)[:, None], torch.arange(classes)).numpy()


def mmpartial(labels: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """The list of tools/doubts.py."""
    of_label = np.where(labels == 1, probability, 1 - probability)
    usual = np.ones_like(of_label)
    for state in (0, 1):
        chosen = labels == state
        mean = (of_label * chosen).sum(0) / chosen.sum(0).clip(min=1)
        usual = np.where(chosen, mean, usual)
    return agreement(of_label, usual)


def cleanlab(labels: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Cleanlab's issues by self-confidence, then the other labels; unknown labels are negative."""
    from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class

    lists = [np.flatnonzero(row == 1).tolist() for row in labels]
    issues = find_multilabel_issues_per_class(lists, probability, n_jobs=1)
    found = np.asarray(issues, dtype=bool)
    return np.where(labels == 1, probability, 1 - probability) - found


def lists(ids: np.ndarray, seed: int) -> dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    """A function for each list, whose values are low for suspects."""

    def random(labels: np.ndarray, _: np.ndarray) -> np.ndarray:
        return draw(ids, labels.shape[1], 7, seed)

    return {
        "tools/doubts.py": mmpartial,
        "cleanlab's multi-label check": cleanlab,
        "known positives in random order": lambda y, p: random(y, p) - (y == 1),
        "random": random,
    }


def flips(labels: np.ndarray, noise: str, drawn: np.ndarray) -> np.ndarray:
    """The labels that are flipped, ``(N, C)`` bool."""
    share = np.full(labels.shape, FLIPPED)
    if noise == "even":
        share = np.where(labels == 1, share, share * (labels == 1).sum(0) / (labels == 0).sum(0))
    return (labels >= 0) & (drawn < share)


def compare(noise: str, setting: str, seed: int) -> list[dict]:
    """The precision of each list."""
    cfg = Config.fromfile(CONFIG)
    cfg.train_dataloader.dataset.update(setting=setting.split()[0], seed=seed, **SETTINGS[setting])
    found = training_features(cfg)
    right, ids = found.annotations.labels.dense(), found.annotations.name_hashes
    flipped = flips(right, noise, draw(ids, right.shape[1], 3, seed))
    labels = np.where(flipped, 1 - right, right).astype(np.int8)
    heads = OutOfFold(found.features, LabelMatrix.from_dense(labels), folds(ids, 5, seed))
    probability = heads.logits(np.arange(len(labels))).sigmoid().numpy()
    rows = []
    for name, suspicion in lists(ids, seed).items():
        order = np.argsort(np.where(labels >= 0, suspicion(labels, probability), np.inf), axis=None)
        hits, number = flipped.ravel()[order], int(flipped.sum())
        half = hits[: number // 2]
        rows.append(
            dict(noise=noise, setting=setting, seed=seed, list=name, flipped=number,
                 precision=hits[:number].mean(), precision_half=half.mean(),
                 recall_half=half.sum() / number)
        )  # fmt: skip
    return rows


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    runs = itertools.product(("all", "even"), SETTINGS, args.seeds)
    table = pd.DataFrame([row for run in runs for row in compare(*run)])
    table.to_csv(args.out, index=False, float_format="%.4f")
    groups = table.groupby(["noise", "setting", "list"], sort=False)
    numbers = groups[["precision", "precision_half", "recall_half"]].agg(["mean", "std"])
    print((100 * numbers).round(1).to_string())


if __name__ == "__main__":
    main()
