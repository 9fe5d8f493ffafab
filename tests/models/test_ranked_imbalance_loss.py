"""The default's loss with a term that ranks positives above negatives."""

import pytest
import torch

from mmpartial.labels import LabelBatch
from mmpartial.models import PartialImbalanceLoss, RankedImbalanceLoss, TwoWayLoss
from mmpartial.testing import set_up

KAPPA, CLASSES = 0.3, 6


def labels(setting):
    """24 images, of whose 6 classes an image shows 1.5."""
    draw = torch.Generator().manual_seed(0)
    target = (torch.rand(24, CLASSES, generator=draw) < 0.25).float()
    hidden = torch.rand(24, CLASSES, generator=draw) < 0.4
    unknown = {"FAL": hidden & False, "PAL": hidden, "SPL": hidden | (target == 0)}[setting]
    return torch.where(unknown, -1.0, target)


def ranking(target, pseudo=0.0):
    """What the term adds to the default, in units of kappa / C, and the logits."""
    x = torch.linspace(-3, 3, target.numel()).reshape(target.shape).sin() * 4
    batch = LabelBatch(target, target == -1, torch.full_like(target, pseudo))
    values = [
        set_up(loss, target.numpy().astype("int8"))(x, batch)
        for loss in (RankedImbalanceLoss(ranking=KAPPA), PartialImbalanceLoss())
    ]
    return (values[0] - values[1]) * CLASSES / KAPPA, x


@pytest.mark.parametrize(
    "setting, unknown", [("FAL", "ignore"), ("PAL", "ignore"), ("SPL", "negative")]
)
def test_it_is_the_two_way_loss_of_the_labels_that_the_gate_lets_through(setting, unknown):
    """In FAL and PAL unknown labels are left out, in SPL they are negatives."""
    target = labels(setting)
    added, x = ranking(target)
    torch.testing.assert_close(added, TwoWayLoss(unknown=unknown)(x, target), atol=1e-4, rtol=1e-4)


def test_a_likely_label_is_hardly_a_negative():
    target = labels("SPL")
    values = [float(ranking(target, pseudo)[0]) for pseudo in (0.0, 0.5, 0.9, 1.0)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[1] + 0.1 and values[-1] == pytest.approx(0, abs=1e-4)


def test_wrong_options():
    with pytest.raises(ValueError, match=r"^ranking=-1 is negative: use 0 to switch it off\.$"):
        RankedImbalanceLoss(ranking=-1)
    with pytest.raises(ValueError, match=r"^average='sum': RankedImbalanceLoss takes the mean"):
        RankedImbalanceLoss(average="sum")
