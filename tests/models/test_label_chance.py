"""The chance of an unknown label: where it starts, how it sharpens, and that it is one."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mmengine.logging import MessageHub

from mmpartial.models.losses import PartialImbalanceLoss
from mmpartial.models.losses.label_chance import label_chance
from mmpartial.progress import Progress
from mmpartial.testing import at_epoch

PAIRS = dict(w=(0.0, 10.0), b=(-2.0, -8.0))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1))
def test_is_a_chance_in_the_order_of_the_scores(scores, done):
    scores = torch.tensor(sorted(scores), dtype=torch.float64)
    chance = label_chance(scores, **PAIRS, done=done)
    assert (chance > 0).all() and (chance < 1).all() and (chance.diff() >= 0).all()


@pytest.mark.parametrize("done, slope, offset", [(0.0, 0, -2), (0.5, 5, -5), (1.0, 10, -8)])
def test_is_between_start_and_end(done, slope, offset):
    scores = torch.linspace(0, 1, 5)
    expected = torch.sigmoid(slope * scores + offset)
    torch.testing.assert_close(label_chance(scores, **PAIRS, done=done), expected)
    torch.testing.assert_close(scores, torch.linspace(0, 1, 5))  # which stay as they were


@pytest.mark.parametrize("chance", [5, ((0, 1),), ((0, 10), -2), "auto", ((0, math.inf), (0, 0))])
def test_an_option_that_is_no_two_pairs(chance):
    with pytest.raises(ValueError, match="chance=.*: give the start and end of w and of b"):
        PartialImbalanceLoss(chance=chance)


def test_epochs_say_how_far_training_is_where_nothing_says_how_long_a_pass_is():
    with at_epoch(5, 10):
        MessageHub.get_current_instance().update_info("iter", 400)
        assert Progress.current().passes == 5
