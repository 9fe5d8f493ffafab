"""Simulate labelling: mAP against the number of answers, for docs/benchmarks/suggestions.md.

    python tools/benchmarks/suggestions.py

It starts from few known labels of coco6k and corel5k. In each round a strategy chooses questions,
the true labels answer them, and a linear layer is trained anew on the cached features, with the
default method. 15 % of the training photos are held out with all labels; their mAP chooses the
strategy. results/suggestions.csv gets a row for each set, start, strategy, seed and round; runs
that are there are not made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

from mmpartial.apis.questions.choosing import scored
from mmpartial.apis.questions.strategies import STRATEGIES
from mmpartial.datasets.hiding.hide import hide
from mmpartial.datasets.hold_out import hold_out
from mmpartial.datasets.source import Source, read_source
from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.labels import LabelBatch
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.launch import ToolParser
from mmpartial.memory.base import HeadOutput, LabelMemory
from mmpartial.memory.pseudo_labels import PseudoLabels
from mmpartial.registry import DATASETS, MODELS
from mmpartial.testing import at_epoch
from mmpartial.utils.counter_rng import hash_ints
from mmpartial.utils.log import without_notes

RESULTS = Path(__file__).parent / "results"
CONFIGS = Path(__file__).parents[2] / "configs" / "frozen"
DATA = ("coco6k", "corel5k")
STARTS: dict[str, dict[str, Any]] = {  # setting
    "5 % of the labels": dict(setting="PAL", ratio=0.05),
    "one positive": dict(setting="SPL"),
}
ROUNDS = (500, 500, 1000, 2000, 4000)  # questions
KEYS = ("dataset", "start", "strategy", "seed")
EPOCHS, BATCH, RATE = 20, 128, 6e-4


@dataclass
class Photos:
    """Features and true labels of some photos."""

    x: Tensor
    truth: np.ndarray
    annotations: Annotations

    def take(self, rows: np.ndarray) -> "Photos":
        """Some of the photos."""
        return Photos(self.x[rows], self.truth[rows], self.annotations.take(rows))


def photos(config: dict) -> Photos:
    dataset = DATASETS.build(config)
    x = np.stack([np.asarray(dataset[i]["inputs"]).ravel() for i in range(len(dataset))])
    annotations = read_source(dataset).annotations
    return Photos(torch.from_numpy(x).float(), annotations.labels.dense(), annotations)


def parts_of(cfg: Config) -> tuple[Photos, Photos]:
    """The photos for training, without hidden labels, and those of the test."""
    whole = dict(cfg.train_dataloader.dataset.dataset, random_view=False)
    return photos(whole), photos(cfg.test_dataloader.dataset)


def train(
    cfg: Config, x: Tensor, labels: np.ndarray, seed: int, memory: LabelMemory | None = None
) -> Any:
    """A head that is trained on known labels, by default with all pseudo labels in float32."""
    torch.manual_seed(seed)
    head = MODELS.build(cfg.model.head)
    with without_notes():
        head.init_weights()
    loss, target = head.loss_module, torch.from_numpy(labels).float()
    loss.setup(SimpleNamespace(labels=LabelMatrix.from_dense(labels)))
    if memory is None:  # as in configs/_base_/methods/partial_imbalance.py
        memory = PseudoLabels(*labels.shape, "", 0.0, "float32", momentum=0.9, debias=True)
    rates = RATE, RATE * cfg.optim_wrapper.paramwise_cfg.bias_lr_mult
    optimizer = torch.optim.Adam([dict(params=[part]) for part in head.fc.parameters()], RATE)
    steps = EPOCHS * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [*rates], steps)
    for epoch in range(EPOCHS):
        for rows in torch.randperm(len(x)).split(BATCH):
            batch = LabelBatch.from_target(target[rows])
            batch = replace(batch, pseudo=memory.lookup(rows), row=rows)
            logits = head.fc(x[rows])
            optimizer.zero_grad()
            with at_epoch(epoch, EPOCHS):
                loss(logits, batch).backward()
            optimizer.step()
            schedule.step()
            memory.update(HeadOutput(batch, logits.detach()), loss, epoch, RATE)
    return head


@torch.no_grad()
def probabilities(head: Any, x: Tensor) -> np.ndarray:
    return head.loss_module.posterior(head.fc(x)).numpy()


def mean_ap(head: Any, part: Photos) -> float:
    with torch.no_grad():
        score = head.fc(part.x).numpy()
    return float(PartialMultiLabelMetric.calculate(score, part.truth)[0]["mAP"])


def answer(
    name: str, p: np.ndarray, labels: np.ndarray, part: Photos, budget: int, key: int
) -> np.ndarray:
    """The labels after a round of questions."""
    strategy = STRATEGIES[name]
    image, cls = np.nonzero(labels < 0)
    tie = hash_ints(key, torch.from_numpy(image), torch.from_numpy(cls)).numpy()
    asked = p[image, cls]
    cells = dict(image=image, cls=cls, probability=asked, value=strategy.value(asked), tie=tie)
    table = pd.DataFrame(cells)
    chosen = scored(table, strategy, (labels == 1).sum(0), (labels >= 0).sum(0)).head(budget)
    labels = labels.copy()
    labels[chosen.image, chosen.cls] = part.truth[chosen.image, chosen.cls]
    return labels


def simulate(
    cfg: Config, name: str, part: Photos, head: Any, labels: np.ndarray, seed: int
) -> Iterator[tuple[Any, np.ndarray]]:
    """The head and the known labels after each round."""
    for number, budget in enumerate(ROUNDS):
        p = probabilities(head, part.x)
        labels = answer(name, p, labels, part, budget, seed * 100 + number)
        head = train(cfg, part.x, labels, seed)
        yield head, labels


def _has(done: pd.DataFrame, *values: Any) -> bool:
    return bool((done[[*KEYS]] == list(values)).all(axis=1).any())


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--data", nargs="+", default=DATA)
    parser.add_argument("--starts", nargs="+", default=[*STARTS])
    parser.add_argument("--strategies", nargs="+", default=[*STRATEGIES])
    parser.add_argument("--out", type=Path, default=RESULTS / "suggestions.csv")
    args = parser.parse_args()
    torch.set_num_threads(1)
    init_default_scope("mmpretrain")
    done = pd.read_csv(args.out) if args.out.exists() else pd.DataFrame(columns=[*KEYS])
    for data in args.data:
        leaf = CONFIGS / f"frozen_efficientnet-lite0_{data}-fal.py"
        for start, seed in product(args.starts, args.seeds):
            cfg = Config.fromfile(str(leaf))
            left = [n for n in args.strategies if not _has(done, data, start, n, seed)]
            if left:
                rows = pd.DataFrame(simulations(cfg, data, start, left, seed))
                done = pd.concat([done, rows]) if len(done) else rows
                done.to_csv(args.out, index=False, float_format="%.4f")


def simulations(
    cfg: Config, data: str, start: str, strategies: list[str], seed: int
) -> Iterator[dict[str, Any]]:
    """The rows of one set, start and seed."""
    whole, test = parts_of(cfg)
    kept, held = (
        whole.take(hold_out(whole.annotations, 0.15, part, seed)) for part in ("train", "held_out")
    )
    source = Source(data, kept.annotations, range(len(kept.x)), False)
    labels = hide(source, seed=seed, **STARTS[start]).labels.dense()
    first = train(cfg, kept.x, labels, seed), labels
    for name in strategies:
        about = dict(zip(KEYS, (data, start, name, seed), strict=True))
        for head, known in (first, *simulate(cfg, name, kept, *first, seed)):
            positives, negatives = (int((known == state).sum()) for state in (1, 0))
            answers = positives + negatives - int((labels >= 0).sum())
            counts = dict(answers=answers, positives=positives, negatives=negatives)
            scores = dict(held_out_mAP=mean_ap(head, held), test_mAP=mean_ap(head, test))
            yield about | counts | scores
        print(*about.values(), flush=True)


if __name__ == "__main__":
    main()
