"""COMIC's heads: classifiers that remove the mean feature, or add it."""

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.dist import all_reduce
from mmpretrain.models.heads import MultiLabelClsHead
from torch import Tensor, nn

from ...registry import MODELS
from .q_sampling_mixin import QSamplingMixin

MOMENTUM = 0.9


def unit(x: Tensor) -> Tensor:
    """Scale vectors (last dimension) to length 1; zeros stay zeros and have no gradient."""
    length = x.norm(dim=-1, keepdim=True)
    return x / length.masked_fill(length == 0, torch.inf)


class NormalizedClassifier(nn.Module):
    r"""Linear classifier of directions, https://arxiv.org/abs/2304.10539.

    With :math:`\hat v = v / |v|`, the plain logits are :math:`\tau \hat x w / (|w| + \gamma)`. For
    the moved logits, :math:`\hat x` is replaced by :math:`\hat x - (\hat x \hat e) \hat e` with
    ``effect='head'``, and by :math:`\hat x + \alpha (\hat x \hat e) \hat e` with ``'tail'``. With
    ``'balanced'`` they are the plain logits. At the beginning of each training step, e becomes
    0.9 e + the mean feature of the batches of all processes. Only the direction of e matters. It is
    a part of the checkpoint.

    **Differs from the authors' code** where that gives NaN: a feature of zeros, or an e of zeros,
    counts as orthogonal to everything. All of the authors' configs have one group of features
    (their ``num_head: 1``), and so has this classifier.

    Args:
        num_classes: C, the number of classes.
        in_channels: D, the width of the features.
        effect: ``'head'``, ``'tail'`` or ``'balanced'``.
        tau: Scale.
        gamma: Number added to the length of weights.
        alpha: Strength of ``'tail'``.
    """

    mean_feature: Tensor

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        effect: str = "balanced",
        tau: float = 16.0,
        gamma: float = 1 / 32,
        alpha: float = 2.0,
    ):
        super().__init__()
        strengths = dict(head=-1.0, tail=alpha, balanced=0.0)
        if effect not in strengths:
            raise ValueError(f"effect={effect!r}: choose one of {', '.join(map(repr, strengths))}.")
        self.strength, self.tau, self.gamma = strengths[effect], tau, gamma
        bound = in_channels**-0.5
        self.weight = nn.Parameter(torch.empty(num_classes, in_channels).uniform_(-bound, bound))
        self.register_buffer("mean_feature", torch.zeros(in_channels))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Plain and moved logits, ``(N, C)`` each, of ``(N, D)`` features."""
        if self.training and self.strength:
            self._follow(x.detach())
        weight = self.weight / (self.weight.norm(dim=1, keepdim=True) + self.gamma)
        x, weight = unit(x), self.tau * weight
        plain = F.linear(x, weight)
        if not self.strength:
            return plain, plain
        e = unit(self.mean_feature).to(x.dtype)
        return plain, plain + self.strength * torch.outer(x @ e, weight @ e)

    def _follow(self, x: Tensor) -> None:
        mean = x.mean(0).to(self.mean_feature)
        all_reduce(mean, "mean")
        self.mean_feature.mul_(MOMENTUM).add_(mean)


@MODELS.register_module()
class NormalizedHead(QSamplingMixin, MultiLabelClsHead):
    """Multi-label head with a :class:`NormalizedClassifier`, for any backbone and loss.

    As in the authors' code, the loss of the labels and all predictions use the plain logits, in
    each of the three networks. :class:`mmpartial.COMICClassifier` gives the moved logits of the
    head and the tail network to its corrector and balancer. Outside of it, ``effect`` changes
    nothing.

    Args:
        num_classes, in_channels: C and D.
        effect, tau, gamma, alpha: See :class:`NormalizedClassifier`.
        **kwargs: Options of MMPretrain's ``MultiLabelClsHead`` (``loss``, ``thr``, ``topk``,
            ``init_cfg``) and of :class:`mmpartial.models.heads.QSamplingMixin`.
    """

    def __init__(
        self,
        *,
        num_classes: int,
        in_channels: int,
        effect: str = "balanced",
        tau: float = 16.0,
        gamma: float = 1 / 32,
        alpha: float = 2.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.num_classes, self.in_channels, self.effect = num_classes, in_channels, effect
        self.classifier = NormalizedClassifier(num_classes, in_channels, effect, tau, gamma, alpha)

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Plain logits ``(N, C)`` of the last of some features."""
        return self.plain_and_moved(feats)[0]

    def plain_and_moved(self, feats: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """Plain and moved logits, ``(N, C)`` each."""
        return self.classifier(self.pre_logits(feats))
