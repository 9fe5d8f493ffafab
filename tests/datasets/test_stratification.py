"""Groups of images that are divided so that each class is spread over the parts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets.stratification import stratify
from mmpartial.labels.matrix import LabelMatrix


def problem(seed, images, groups, classes=4):
    """Labels with rare and frequent classes, and groups of unequal size."""
    generator = np.random.default_rng(seed)
    labels = (generator.random((images, classes)) < generator.random(classes) / 2).astype(np.int8)
    labels[generator.random(labels.shape) < 0.5] = -1
    group = np.unique(generator.integers(0, groups, images), return_inverse=True)[1]
    return labels, group, generator


def divided(labels, group, shares, given=None, keys=None):
    number = int(group.max()) + 1
    given = np.full(number, -1) if given is None else given
    keys = np.arange(number) if keys is None else keys
    return stratify(LabelMatrix.from_dense(labels), group, shares, given, keys)


def deviation(labels, part, shares):
    """How far the shares of each class's positives and negatives are from those wanted."""
    total = 0.0
    for number, share in enumerate(shares):
        for state in (0, 1):
            there = labels == state
            wanted = share * there.sum(0)
            total += (abs(there[part == number].sum(0) - wanted) / there.sum(0).clip(1)).sum()
    return total


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6), images=st.integers(2, 40), groups=st.integers(2, 20),
    shares=st.sampled_from([(0.8, 0.2), (0.5, 0.5), (0.7, 0.15, 0.15)]),
)  # fmt: skip
def test_each_group_has_a_part_and_no_part_is_empty(seed, images, groups, shares):
    labels, group, _ = problem(seed, images, groups)
    part = divided(labels, group, shares)
    assert set(part) <= set(range(len(shares)))
    assert len(set(part)) == min(len(shares), len(part))


def test_it_is_better_than_chance():
    shares, ratios = (0.8, 0.2), []
    for seed in range(30):
        labels, group, generator = problem(seed, 60, 60 if seed % 2 else 15)
        part = divided(labels, group, shares)
        number = int(group.max()) + 1
        chance = []
        for _ in range(20):
            random: np.ndarray = np.zeros(number, dtype=int)
            random[generator.permutation(number)[: round(number / 5)]] = 1
            chance.append(deviation(labels, random[group], shares))
        ratios.append(deviation(labels, part[group], shares) / np.mean(chance))
    assert np.mean(ratios) < 0.6 and max(ratios) < 1


def test_a_rare_class_is_in_both_parts():
    labels = np.zeros((40, 3), dtype=np.int8)
    labels[:20, 0] = 1
    labels[[3, 30, 31], 1] = 1
    labels[5:10, 2] = 1
    part = divided(labels, np.arange(40), (0.7, 0.3))
    assert [labels[part == 1][:, c].sum() for c in range(3)] == [6, 1, 1] or (
        [labels[part == 1][:, c].sum() for c in range(3)] == [6, 1, 2]
    )
    assert (part == 1).sum() == 12


def test_given_parts_stay_and_others_make_up_for_them():
    labels = np.ones((20, 1), dtype=np.int8)
    labels[10:] = 0
    given = np.full(20, -1)
    given[:8] = 0  # all but two of the positives are in the first part already
    given[19] = 2  # a part that takes no new image
    part = divided(labels, np.arange(20), (0.5, 0.5, 0.0), given)
    assert (part[:8] == 0).all() and part[19] == 2 and (part[8:10] == 1).all()
    assert (part == 2).sum() == 1


def test_keys_decide_and_not_the_order():
    labels, group, generator = problem(1, 30, 30)
    number = int(group.max()) + 1
    keys = generator.permutation(number)
    part = divided(labels, group, (0.8, 0.2), keys=keys)
    order = generator.permutation(number)  # new numbers of the groups
    moved: np.ndarray = np.empty(number, dtype=int)
    moved[order] = keys
    images = generator.permutation(30)
    again = divided(labels[images], order[group[images]], (0.8, 0.2), keys=moved)
    np.testing.assert_array_equal(again[order], part)
