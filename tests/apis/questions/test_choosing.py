"""Properties of the choice: budget, limits, order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.apis.questions.choosing import Limits, choose, scored
from mmpartial.apis.questions.strategies import STRATEGIES, entropy

N, C = 8, 4


def questions(seed, strategy, unknown=0.7):
    """Scored questions about random images, and unit vectors of the images."""
    rng = np.random.default_rng(seed)
    image, cls = np.nonzero(rng.random((N, C)) < unknown)
    p = rng.random(len(image))
    value = STRATEGIES[strategy].value(p)
    table = pd.DataFrame(
        dict(image=image, cls=cls, probability=p, value=value, tie=rng.permutation(len(image)))
    )
    known = rng.integers(0, 9, (2, C)).cumsum(0)
    x = rng.normal(size=(N, 2))
    vectors = dict(enumerate(x / np.linalg.norm(x, axis=1, keepdims=True)))
    return scored(table, STRATEGIES[strategy], *known), vectors


limits = st.builds(
    Limits,
    budget=st.integers(1, 40),
    cost=st.sampled_from(["question", "image"]),
    per_class=st.none() | st.integers(1, 4),
    per_image=st.integers(1, 3),
    near=st.none() | st.just(0.9),
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99), st.sampled_from([*STRATEGIES]), limits)
def test_the_choice_keeps_to_the_limits(seed, strategy, limits):
    table, vectors = questions(seed, strategy)
    chosen = choose(table, limits, vectors)
    assert not chosen.duplicated(["image", "cls"]).any()
    asked = set(zip(table.image, table.cls, strict=True))
    assert set(zip(chosen.image, chosen.cls, strict=True)) <= asked
    spent = len(chosen) if limits.cost == "question" else chosen.image.nunique()
    assert 0 < spent <= limits.budget
    assert chosen.groupby("image").size().max() <= limits.per_image
    assert limits.per_class is None or chosen.groupby("cls").size().max() <= limits.per_class
    for _, images in chosen.groupby("cls").image:
        x = np.stack([vectors[row] for row in images])
        others = (x @ x.T)[~np.eye(len(x), dtype=bool)]
        assert limits.near is None or not len(others) or others.max() < limits.near
    if limits.near is None and limits.per_class is None and spent < limits.budget:
        left = table[~table.index.isin(chosen.index)].groupby("image").size()
        full = chosen.groupby("image").size() == limits.per_image
        assert all(full.get(row, False) for row in left.index)  # nothing more could be asked


def test_no_class_takes_the_whole_budget():
    table = pd.DataFrame(dict(image=range(40), cls=[0] * 20 + [1] * 20, tie=range(40)))
    table = table.assign(probability=[0.9] * 20 + [0.5] * 20, value=[1.0] * 40)
    chosen = scored(table, STRATEGIES["least_known"], np.array([0, 0]), np.array([0, 4])).head(10)
    assert chosen.groupby("cls").size().tolist() == [7, 3]  # 7 known labels of each
    assert chosen.cls.head(4).tolist() == [0, 0, 0, 0]
    flat = scored(table, STRATEGIES["random"], np.array([0, 0]), np.array([0, 4]))
    assert flat.tie.tolist() == [*range(40)]


def test_an_image_is_worth_its_questions():
    table = pd.DataFrame(dict(image=[0, 1, 1, 2], cls=[0, 0, 1, 1], score=[0.9, 0.6, 0.5, 0.1]))
    found = choose(table, Limits(2, cost="image", per_image=2), {})
    assert found.image.tolist() == [1, 1, 0]
    assert choose(table, Limits(2), {}).image.tolist() == [0, 1]


def test_entropy_of_sure_answers():
    assert entropy(np.array([0, 1, 0.5], dtype=np.float32)).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(budget=0), "budget=0: give a number of at least 1"),
        (dict(budget=5, per_class=0), "per_class=0"),
        (dict(budget=5, cost="hour"), "cost='hour': choose one of question, image"),
        (dict(budget=5, cost="image"), "needs per_image"),
        (dict(budget=5, near=2), "near=2: give a cosine"),
    ],
)
def test_limits_that_make_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        Limits(**options)
