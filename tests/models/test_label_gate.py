"""How much unknown labels count beside known ones."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mmengine.logging import MMLogger

from mmpartial.models import PartialImbalanceLoss
from mmpartial.models.losses.label_gate import gate_of
from mmpartial.models.losses.label_rates import relative_rate
from mmpartial.testing import set_up

COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12)


def gates(counts, most=None):
    positive, negative = torch.tensor(counts).double().T
    return gate_of(positive, negative, len(counts), most)


def test_a_fair_sample_closes_it_however_few_labels_are_known():
    images = np.random.default_rng(0).random((4000, 30)) < np.linspace(0.01, 0.3, 30)
    for share in (0.05, 0.5, 1.0):
        known = np.random.default_rng(1).random(images.shape) < share
        counts = list(zip((known & images).sum(0), (known & ~images).sum(0), strict=True))
        assert (gates(counts) == 0).all()


RATES = st.floats(0.02, 1)


@given(RATES, RATES, st.integers(0, 99), st.integers(10, 60))
def test_it_follows_from_the_rates_at_which_labels_are_known(positives, negatives, seed, classes):
    """Positives and negatives are known at two rates, by chance; positives not less often."""
    rng, images = np.random.default_rng(seed), 100_000
    positives, negatives = max(positives, negatives), min(positives, negatives)
    shown = rng.binomial(images, rng.uniform(0.002, 0.5, classes))  # up to half of the classes
    known = rng.binomial(shown, positives), rng.binomial(images - shown, negatives)
    rate = relative_rate(*(count.astype(float) for count in known))
    assert rate == pytest.approx(negatives / positives, abs=0.2)
    torch.testing.assert_close(
        gates(list(zip(*known, strict=True))), torch.full((classes,), 1 - rate).double()
    )


def test_attributes_that_many_images_have_may_be_a_fair_sample():
    """An image has 10 of 40 attributes, and the root of 40 is 6.3."""
    share = np.linspace(0.05, 0.45, 40)
    counts = [(round(300 * s), round(300 * (1 - s))) for s in share]
    assert (gates(counts) == 0).all()


def test_counts_of_classes_that_were_annotated_in_different_numbers_of_images_do_not_tell():
    rng = np.random.default_rng(0)
    shown = rng.uniform(0.01, 0.3, 50)
    images = 1000 * rng.uniform(0.05, 1, 50)
    assert relative_rate(images * shown, images * (1 - shown)) is None
    assert relative_rate(np.full(9, 50.0), np.full(9, 50.0)) is None  # chosen for balance
    assert relative_rate(np.ones(2), np.ones(2)) is None


def test_positives_and_a_few_negative_answers_leave_it_open():
    """Single positives of 80 classes, and one label of a hundred that was answered beside them."""
    counts = [(50, 40)] * 80
    assert (gates(counts) > 0.8).all()
    assert (gates([(50, 600)] * 80) == 0).all()  # an image would show 6 classes


def test_the_number_of_classes_in_an_image_can_be_given():
    """40 attributes, each of which a quarter of the images has: 10, and the root of 40 is 6.3."""
    counts = [(25, 75)] * 40
    assert (gates(counts) > 0).all() and (gates(counts, most=10.0) == 0).all()


@given(COUNTS, st.floats(0.1, 5))
def test_between_0_and_1_and_1_without_negatives(counts, most):
    gate = gates(counts, most)
    assert ((gate >= 0) & (gate <= 1)).all()
    assert all(g == 1 for g, (_, negatives) in zip(gate, counts, strict=True) if negatives == 0)


@given(COUNTS, st.integers(2, 5))
def test_classes_with_positives_alone_change_nothing(counts, more):
    torch.testing.assert_close(gates(counts + [(7, 0)] * more)[: len(counts)], gates(counts))


def test_the_log_says_by_how_much_positives_are_known_more_often(caplog):
    MMLogger.get_current_instance().addHandler(caplog.handler)
    train = np.full((400, 8), -1, dtype=np.int8)
    for number in range(8):
        train[: 40 + 20 * number, number] = 1
        train[-90 + 5 * number :, number] = 0  # 100 - P / 4
    set_up(PartialImbalanceLoss(), train)
    assert "Negatives are known 0.25 times as often as positives" in caplog.text
    assert "model.head.loss.gate=8" in caplog.text


@pytest.mark.parametrize("gate", ["auto", 12.0])
def test_the_log_says_that_it_rests_on_an_assumption(gate, caplog):
    MMLogger.get_current_instance().addHandler(caplog.handler)
    train = np.full((40, 16), -1, dtype=np.int8)
    train[:20], train[20:30] = 1, 0  # 2/3 of the known labels of 16 classes: 10.7
    set_up(PartialImbalanceLoss(gate=gate), train)
    told = "an image would show 10.7 of 16 classes" in caplog.text
    assert told == (gate == "auto") and ("model.head.loss.gate=11" in caplog.text) == told
