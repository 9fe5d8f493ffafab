"""The state of losses."""

import pytest
import torch

from mmpartial.memory.loss_state import LossState
from mmpartial.models import PartialBCELoss, PartialLabelMaskingLoss
from mmpartial.testing import set_up, training_labels


def masking():
    loss = set_up(PartialLabelMaskingLoss(loss=PartialBCELoss()), training_labels())
    return LossState([loss, loss.loss])


def test_a_loss_goes_on_where_another_stopped():
    first, second = masking(), masking()
    first.losses[0].histogram += 1
    first.losses[0].update_ratio()
    first.losses[0].ideal *= 2
    second.load_state_dict(first.state_dict())
    assert torch.equal(first.losses[0].ideal, second.losses[0].ideal)
    assert [set(part) for part in first.state_dict()] == [{"ideal", "histogram"}, set()]


@pytest.mark.parametrize("state", [None, [{}], [{}, {}], [{"counts": 1}, {}]])
def test_the_state_of_other_losses_is_refused(state):
    with pytest.raises(ValueError, match="does not hold the state of this run's losses"):
        masking().load_state_dict(state)
