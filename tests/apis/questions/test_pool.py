"""Candidates in bounded memory."""

import numpy as np
import pytest

from mmpartial.apis.questions import pool as module
from mmpartial.apis.questions.choosing import Limits
from mmpartial.apis.questions.pool import Pool
from mmpartial.apis.questions.strategies import STRATEGIES
from mmpartial.datasets.hiding.hide import hide
from mmpartial.datasets.source import Source
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix

N, C = 200, 6


def chosen(limits, strategy="rare_entropy", seed=0, batch=32):
    rng = np.random.default_rng(1)
    labels = LabelMatrix.from_dense(rng.choice([1, 0, -1], (N, C), p=[0.05, 0.35, 0.6]))
    images = Annotations([f"{i}.jpg" for i in range(N)], [f"c{i}" for i in range(C)], labels)
    p, x = rng.random((N, C)), rng.normal(size=(N, 3))
    pool = Pool(images, STRATEGIES[strategy], limits, seed)
    for rows in np.split(np.arange(N), range(batch, N, batch)):
        pool.add(rows, p[rows], x[rows])
    found = pool.chosen()
    assert (labels.dense()[found.image, found.cls] == -1).all()
    return list(zip(found.image.tolist(), found.cls.tolist(), strict=True)), pool


@pytest.mark.parametrize(
    "limits, strategy",
    [
        *((Limits(3, per_class=2, near=0.9), strategy) for strategy in STRATEGIES),
        *((Limits(3, cost="image", per_image=2), name) for name in ("entropy", "positives")),
    ],
)
def test_candidates_are_enough(monkeypatch, strategy, limits):
    everything = chosen(limits, strategy)[0]
    monkeypatch.setattr(module, "_WAITING", 100)
    found, pool = chosen(limits, strategy)
    assert found == everything
    assert len(pool._parts[0]) <= module.SPARE * 3 * 2 < N * C * 0.3
    assert len(pool._features) <= module.SPARE * 3


def test_the_seed_decides_alone():
    limits = Limits(20)
    first = chosen(limits, "random")[0]
    assert chosen(limits, "random", batch=7)[0] == first
    assert chosen(limits, "random", seed=1)[0] != first
    assert len(first) == 20


def test_random_questions_do_not_follow_the_labels_that_a_setting_hides():
    """Both draw by seed, image and class: 48 % of these would be positive, and not 43 %."""
    positive = np.tile([1, 1, 1, 1, 0, 0, 0, 0], (2000, 1)).astype(np.int8)
    full = Annotations([f"{i}.jpg" for i in range(2000)], list("abcdefgh"),
                       LabelMatrix.from_dense(positive))  # fmt: skip
    images = hide(Source("labels", full, range(2000), True), "SPL", seed=0)
    pool = Pool(images, STRATEGIES["random"], Limits(3000), seed=0)
    pool.add(np.arange(2000), np.full((2000, 8), 0.5), np.zeros((2000, 1)))
    found = pool.chosen()
    assert positive[found.image, found.cls].mean() == pytest.approx(3 / 7, abs=0.03)
