"""The rows of ``losses.py`` for methods of 2022 and later, which timm implements in part."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from mmpartial.labels import LabelBatch
from mmpartial.models import losses as m

# What at_epoch(EPOCH - 1) of losses.py means: epoch 5 of 100.
COCO: dict[str, Any] = dict(w=(0.0, 10.0), b=(-2.0, -8.0))
K = dict(w=0.4, b=-2 - 6 * 0.04)
V = dict(mu=0.5 + 0.3 * 0.05, sigma=2 - 1.5 * 0.05)


def our_newer_losses(inputs: Any) -> dict[str, tuple[nn.Module, LabelBatch]]:
    """Make each loss and its labels, by the name of the table's row."""
    plain, positives = inputs.labels(), inputs.labels(negatives=False)
    return {
        "GRLoss": (m.GRLoss(**COCO), positives),
        "TwoWayLoss": (m.TwoWayLoss(), plain),
        "TwoWayLoss (ignore)": (m.TwoWayLoss(unknown="ignore"), plain),
        "ZLPRLoss": (m.ZLPRLoss(), plain),
        "AsymmetricPolynomialLoss (APL)": (m.AsymmetricPolynomialLoss(), plain),
        "AsymmetricPolynomialLoss (RAL)": (
            m.AsymmetricPolynomialLoss(lamb=1.5, detach_focal=False), plain
        ),
        "StrictlyProperAsymmetricLoss": (m.StrictlyProperAsymmetricLoss(), plain),
        "PULoss": (m.PULoss(), plain),
    }  # fmt: skip


def their_newer_losses(inputs: Any, authors: Any) -> dict[str, list[Callable[[Tensor], Tensor]]]:
    """Make functions of the logits from the authors' code and timm's, for each row."""
    from timm import loss as timm_losses  # only with --authors

    y = inputs.assumed
    gr = authors.load("GRLoss", "losses.py", "models.py")
    two_way = authors.load("TwoWayMultiLabelLoss", "utils/criterion.py").TwoWayLoss()
    apl = authors.load("APL", "APLloss.py").APLLoss()
    ral = authors.load("RAL", "models/get_optimizer.py").Ralloss()
    pu = authors.load("PU-MLC", "src/loss_functions/vpu_loss.py").vpuLoss(gamma=0.55, alpha=1.0)
    in_timm, zlpr = timm_losses.TwoWayLoss(), timm_losses.ZlprLoss()

    def gr_loss(x: Tensor) -> Tensor:
        p = x.sigmoid()
        fixed = p.detach()
        k, v = gr.KFunction(**K)(fixed), gr.VFunction(fixed, **V)
        return gr.GR_loss(p, y, k, v, (0.01, 1), epoch=5)

    return {
        "GRLoss": [gr_loss],
        "TwoWayLoss": [lambda x: two_way(x, y), lambda x: in_timm(x, y)],
        "TwoWayLoss (ignore)": [lambda x: two_way(x, inputs.target)],
        "ZLPRLoss": [lambda x: zlpr(x, y)],
        "AsymmetricPolynomialLoss (APL)": [lambda x: apl(x, y)],
        "AsymmetricPolynomialLoss (RAL)": [lambda x: ral(x, y)],
        "PULoss": [lambda x: pu(x, y)],
    }
