"""How much unknown labels count beside known ones."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mmengine.logging import MMLogger

from mmpartial.models import PartialImbalanceLoss
from mmpartial.models.losses.label_gate import gate_of
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


@pytest.mark.parametrize("gate", ["auto", 12.0])
def test_the_log_says_that_it_rests_on_an_assumption(gate, caplog):
    MMLogger.get_current_instance().addHandler(caplog.handler)
    train = np.full((40, 16), -1, dtype=np.int8)
    train[:20], train[20:30] = 1, 0  # 2/3 of the known labels of 16 classes: 10.7
    set_up(PartialImbalanceLoss(gate=gate), train)
    told = "an image would show 10.7 of 16 classes" in caplog.text
    assert told == (gate == "auto") and ("model.head.loss.gate=11" in caplog.text) == told
