"""Thresholds: against all thresholds there are, and what a user is told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.calibration import choose_thresholds, criterion_named, thresholds
from mmpartial.calibration.bootstrap import SAMPLES, _times_drawn, intervals
from mmpartial.calibration.criteria import Counts
from mmpartial.labels.groups import Groups


@pytest.fixture(autouse=True)
def _few_labels_suffice(monkeypatch, request):
    if "do_not_suffice" not in request.node.name:
        monkeypatch.setattr(thresholds, "FEWEST", 1)


CRITERIA = ("f1", "f0.5", "precision0.75", "recall0.6", "cost1:5", "cost9:1")


def draw(seed, images=25, classes=3, steps=12):
    """Probabilities with ties, and labels; each class has both kinds."""
    rng = np.random.default_rng(seed)
    p = (rng.integers(0, steps + 1, (images, classes)) / steps).astype(np.float32)
    labels = rng.integers(-1, 2, p.shape).astype(np.int8)
    labels[:2] = [[1], [0]]
    return p, labels


def counts_at(p, labels, threshold):
    yes = p >= np.float32(threshold)
    numbers = [(yes & (labels == s)).sum() for s in (1, 0)] + [(labels == s).sum() for s in (1, 0)]
    return Counts(*map(np.float64, numbers))


def every_threshold(p):
    """One in each gap between neighbouring probabilities, and one beyond each end."""
    ordered = np.unique(p)
    return [2.0, *((ordered[1:] + ordered[:-1]) / 2), 0.0]


@given(st.integers(0, 10**6), st.sampled_from(CRITERIA))
@settings(max_examples=60)
def test_no_threshold_is_better(seed, name):
    p, labels = draw(seed)
    criterion = criterion_named(name)
    chosen = choose_thresholds(p, labels, criterion, least=1)
    assert chosen.own.all() and chosen.values.dtype == np.float32
    for cls, threshold in enumerate(chosen.values):
        known = labels[:, cls] >= 0
        scores, states = p[known, cls], labels[known, cls]
        mine = counts_at(scores, states, threshold)
        others = [counts_at(scores, states, t) for t in every_threshold(scores)]
        meeting = [c for c in others if criterion.meets(c)]
        assert chosen.missed[cls] == (not meeting)
        if meeting:
            assert criterion.meets(mine)
            assert criterion.value(mine) == max(map(criterion.value, meeting))
        else:
            assert mine.precision == max(c.precision for c in others)
        # It is in the middle between neighbours, or beyond the highest or the lowest.
        ends = np.concatenate([[0], np.unique(scores), [max(1, threshold)]])
        above = ends[ends.searchsorted(threshold)]
        below = ends[ends.searchsorted(threshold) - 1] if threshold > 0 else 0
        assert threshold == pytest.approx((above + below) / 2) or threshold in (above, 1)


@given(st.integers(0, 10**6), st.sampled_from(CRITERIA))
@settings(max_examples=40)
def test_no_common_threshold_is_better(seed, name):
    p, labels = draw(seed, steps=6)
    criterion = criterion_named(name)
    most = max(min((labels[:, c] == 1).sum(), (labels[:, c] == 0).sum()) for c in range(3))
    chosen = choose_thresholds(p, labels, criterion, most + 1)
    assert not chosen.own.any() and (chosen.values == np.float32(chosen.common)).all()

    def together(threshold):
        each = [counts_at(p[:, c], labels[:, c], threshold) for c in range(3)]
        total = Counts(*np.sum(each, axis=0))
        value = criterion.value(total)
        if name.startswith("f"):
            value = np.mean([criterion.value(c) for c in each])
        return value, criterion.meets(total), total.precision

    found = [together(t) for t in every_threshold(p)]
    meeting = [value for value, meets, _ in found if meets]
    value, meets, precision = together(chosen.common)
    assert chosen.common_missed == (not meeting)
    if meeting:
        assert meets and value == pytest.approx(max(meeting))
    else:
        assert precision == max(x for *_, x in found)


def test_ties_take_the_highest_threshold_and_the_middle():
    p = np.array([[0.9], [0.7], [0.5], [0.3], [0.1]], dtype=np.float32)
    labels = np.array([[1], [0], [1], [0], [-1]], dtype=np.int8)
    f1, recall, precision = map(criterion_named, ("f1", "recall0.5", "precision1"))
    assert choose_thresholds(p, labels, f1, 1).values[0] == pytest.approx(0.4)
    assert choose_thresholds(p, labels, recall, 1).values[0] == pytest.approx(0.8)
    assert choose_thresholds(p, labels, precision, 1).values[0] == pytest.approx(0.8)


def test_neighbouring_floats():
    high = np.float32(0.3)
    low = np.nextafter(high, np.float32(0))
    p, labels = np.array([[high], [low]]), np.array([[1], [0]], dtype=np.int8)
    threshold = choose_thresholds(p, labels, criterion_named("f1"), 1).values[0]
    assert low < threshold <= high


def test_a_class_with_few_labels_takes_the_threshold_of_all():
    p, labels = draw(0, images=200, steps=100)
    labels[10:, 1] = -1  # few of both
    labels[labels[:, 2] == 0, 2] = -1  # no negative
    chosen = choose_thresholds(p, labels, criterion_named("f1"), least=20)
    assert chosen.own.tolist() == [True, False, False]
    assert chosen.values[1] == chosen.values[2] == np.float32(chosen.common)


def test_unknown_labels_change_nothing():
    p, labels = draw(1)
    other = np.where(labels < 0, np.float32(0.123), p)
    one, two = (choose_thresholds(x, labels, criterion_named("f1"), 6) for x in (p, other))
    assert one.values.tolist() == two.values.tolist() and one.common == two.common


def test_labels_that_do_not_suffice():
    p, labels = draw(2)
    with pytest.raises(ValueError, match="no class has a known positive and a known negative"):
        choose_thresholds(p, np.where(labels == 0, -1, labels), criterion_named("f1"), 1)
    labels[3:] = -1
    with pytest.raises(ValueError, match="known negatives in all, and a threshold needs 10 of"):
        choose_thresholds(p, labels, criterion_named("f1"), 1)


def test_intervals_hold_most_thresholds_of_other_samples():
    criterion = criterion_named("f1")
    p, labels = draw(3, images=400, steps=1000)
    labels[:] = np.random.default_rng(3).random(p.shape) < p**2
    labels[:, 2] = -1
    labels[:5, 2] = [1, 0, 0, 0, 0]
    chosen = choose_thresholds(p, labels, criterion, 20)
    ends, values = intervals(p, labels, criterion, chosen)
    assert np.isnan(ends[2]).all() and not np.isnan(values).any()
    at = chosen.values[:2]
    assert ((ends[:2, 0] <= at) & (at <= ends[:2, 1])).all()
    f1 = [criterion.value(counts_at(p[:, c], labels[:, c], at[c])) for c in range(2)]
    assert ((values[:2, 0] < f1) & (f1 < values[:2, 1])).all()
    assert (values[:2, 1] - values[:2, 0] < 0.2).all()
    again = intervals(p, labels, criterion, chosen)
    np.testing.assert_array_equal(again, (ends, values))


def test_intervals_leave_out_the_outer_five_percent_of_the_samples():
    p, labels = draw(5, images=60)
    chosen = choose_thresholds(p, labels, criterion_named("f1"), 1)
    times = _times_drawn(np.arange(60), seed=0)
    assert times.shape == (SAMPLES, 60) and (times.sum(1) == 60).all()
    values = intervals(p, labels, criterion_named("f1"), chosen)[1]
    for c in range(3):
        yes, positive, negative = p[:, c] >= chosen.values[c], labels[:, c] == 1, labels[:, c] == 0
        true, false, missed = (
            times @ (yes & positive),
            times @ (yes & negative),
            times @ (~yes & positive),
        )
        f1 = 2 * true / (2 * true + false + missed)
        np.testing.assert_allclose(values[c], np.percentile(f1, [2.5, 97.5]))


@given(st.integers(0, 10**6), st.integers(2, 5))
@settings(max_examples=10)
def test_copies_of_an_image_say_no_more_than_one(seed, copies):
    """As a group they leave the intervals as they were; without groups these are narrower."""
    criterion = criterion_named("f1")
    p, labels = draw(seed, images=60, steps=1000)
    once = intervals(p, labels, criterion, choose_thresholds(p, labels, criterion, 1))
    p, labels = np.repeat(p, copies, 0), np.repeat(labels, copies, 0)
    chosen = choose_thresholds(p, labels, criterion, 1)
    group = Groups.from_names([f"patient {i // copies}" for i in range(len(p))])
    np.testing.assert_allclose(intervals(p, labels, criterion, chosen, groups=group), once)
    without = intervals(p, labels, criterion, chosen)[1]
    assert (np.diff(without) < np.diff(once[1])).all()


def test_groups_of_one_image():
    """They are no groups, in whatever order they come."""
    criterion = criterion_named("f1")
    p, labels = draw(4, images=60)
    chosen = choose_thresholds(p, labels, criterion, 1)
    names = np.array(["", *map(str, range(59))])[np.random.default_rng(0).permutation(60)]
    single = Groups.from_names(names).take(range(60))
    plain = intervals(p, labels, criterion, chosen)
    np.testing.assert_array_equal(intervals(p, labels, criterion, chosen, groups=single), plain)


@pytest.mark.parametrize("name", ["F1", "f0", "f", "precision2", "precision0", "cost1", "recall"])
def test_a_criterion_that_does_not_exist(name):
    with pytest.raises(ValueError, match=f"the criterion '{name}' is not known: write f1"):
        criterion_named(name)
