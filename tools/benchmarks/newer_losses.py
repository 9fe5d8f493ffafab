"""The rows of ``losses.py`` for methods of 2022 and later, of which timm has two."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from mmpartial.labels import LabelBatch
from mmpartial.models import losses as m

# What at_epoch(EPOCH - 1) of losses.py means: epoch 5 of 100.
COCO: dict[str, Any] = dict(w=(0.0, 10.0), b=(-2.0, -8.0))
K = dict(w=0.4, b=-2 - 6 * 0.04)
V = dict(mu=0.5 + 0.3 * 0.05, sigma=2 - 1.5 * 0.05)
ALPHA = 0.1  # of AssetReg


class Recordings:
    """A dataset of the authors of AssetReg; each image is a recording of its own."""

    def __init__(self, images: int, classes: int):
        self.image_ids = [f"train/{number}" for number in range(images)]
        self.label_matrix, self.mask = torch.zeros(2, images, classes).numpy()

    def __len__(self) -> int:
        return len(self.image_ids)


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
        "AssetReg (AN)": (asset_reg(inputs), replace(plain, group=plain.row)),
    }  # fmt: skip


def asset_reg(inputs: Any) -> nn.Module:
    """Make AssetReg, whose running predictions start at 1/2; each image is a group."""
    loss = m.AssetReg(loss=m.PartialBCELoss(), alpha=ALPHA)
    loss.running = torch.full(inputs.target.shape, 0.5)
    return loss


def their_newer_losses(inputs: Any, authors: Any) -> dict[str, list[Callable[[Tensor], Tensor]]]:
    """Make functions of the logits from the authors' code and timm's, for each row."""
    from timm import loss as timm_losses  # only with --authors

    y = inputs.assumed
    gr = authors.load("GRLoss", "losses.py", "models.py")
    two_way = authors.load("TwoWayMultiLabelLoss", "utils/criterion.py").TwoWayLoss()
    apl = authors.load("APL", "APLloss.py").APLLoss()
    ral = authors.load("RAL", "models/get_optimizer.py").Ralloss()
    pu = authors.load("PU-MLC", "src/loss_functions/vpu_loss.py").vpuLoss(gamma=0.55, alpha=1.0)
    asset_reg = their_asset_reg(inputs, authors)
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
        "AssetReg (AN)": [asset_reg],
    }


def their_asset_reg(inputs: Any, authors: Any) -> Callable[[Tensor], Tensor]:
    """Make their regulariser beside our AN, with a table of as many classes as there are."""
    code = authors.load("l48-benchmarking", "losses/LossWithMask.py", "losses/AssetReg.py")
    shape, loss, plain = inputs.target.shape, m.PartialBCELoss(), inputs.labels()
    regulariser = code.AssetReg(Recordings(*shape), alpha=ALPHA, init_val=0.5)
    regulariser.running_avg_pred = torch.full(shape, 0.5)  # theirs is 10000 x 100
    return lambda x: loss(x, plain) + regulariser(x, plain.row)
