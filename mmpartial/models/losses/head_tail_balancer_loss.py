"""COMIC's balancer: the expert with the larger loss teaches the balanced network more."""

import torch
from torch import Tensor, nn

from ...labels import LabelBatch
from ...registry import MODELS
from .option_checks import check_not_negative
from .partial_loss import mean_of_processes


@MODELS.register_module()
class HeadTailBalancerLoss(nn.Module):
    r"""Head-tail balancer of COMIC, https://arxiv.org/abs/2304.10539.

    M is the loss of the labels; h, t and b are the logits of head, tail and balanced network:

    .. math::
        v_h M(\mathrm{sg}(\mathrm{softmax}(h)) \, \mathrm{softmax}(b)) +
        v_t M(\mathrm{sg}(\mathrm{softmax}(t)) \, \mathrm{softmax}(b)), \quad
        v_h = \frac{M(h)^g}{M(h)^g + M(t)^g}

    and :math:`v_t = 1 - v_h`; sg stops the gradient, but v has one. As in the authors' code, M
    gets products of softmaxes instead of logits. M counts all processes together.

    **Differs from the authors' code** where M(h) and M(t) are both 0: the weights are 1/2 (theirs:
    NaN). The published training script no longer calls this loss.

    Args:
        loss: M, a loss of mmpartial or its config, such as
            :class:`mmpartial.MultiFocalModifierLoss`. Its ``average`` holds for this loss.
        gamma: g.
    """

    def __init__(self, *, loss: dict | nn.Module, gamma: float = 2.0):
        super().__init__()
        check_not_negative(gamma=gamma)
        self.loss = MODELS.build(loss) if isinstance(loss, dict) else loss
        self.gamma = gamma

    def forward(
        self, head: Tensor, tail: Tensor, balanced: Tensor, labels: LabelBatch | Tensor
    ) -> Tensor:
        """The loss, a scalar, of three times ``(N, C)`` logits."""
        dtype = torch.promote_types(balanced.dtype, torch.float32)  # half precision is too coarse
        head, tail, balanced = (x.to(dtype) for x in (head, tail, balanced))
        share = balanced.softmax(1)
        scores = (head, tail, head.detach().softmax(1) * share, tail.detach().softmax(1) * share)
        values = mean_of_processes(torch.stack([self.loss(x, labels) for x in scores]))
        return (self._weights(values[:2]) * values[2:]).sum()

    def _weights(self, values: Tensor) -> Tensor:
        """The weights v, ``(2,)``, of M(h) and M(t)."""
        largest = values.detach().max()
        power = (values / largest.masked_fill(largest == 0, 1)) ** self.gamma  # cannot overflow
        total = power.sum()
        return torch.where(total > 0, power / total.masked_fill(total == 0, 1), 0.5)
