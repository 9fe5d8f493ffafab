"""COMIC: three networks for frequent classes, rare classes, and both."""

from typing import Any

import torch
from mmengine.model import BaseModule, ModuleDict
from mmpretrain.models.classifiers import ImageClassifier
from mmpretrain.structures import DataSample
from torch import Tensor, nn

from ...registry import MODELS
from ..heads.normalized_head import NormalizedHead
from ..heads.q_sampling_mixin import QSamplingMixin
from ..losses.asset_reg import AssetReg
from ..losses.head_tail_balancer_loss import HeadTailBalancerLoss

# No name contains "head", because custom_keys with this word mean classifiers.
EXPERTS = dict(frequent="head", rare="tail")
Feats = tuple[Tensor, ...]


class AdditiveAttention(BaseModule):
    """The mean of some features with weights softmax(v tanh(Q query + K feature)).

    Args:
        channels: Channels of query, features and hidden layer.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.query, self.key = (nn.Linear(channels, channels, bias=False) for _ in range(2))
        self.score = nn.Linear(channels, 1, bias=False)
        self.dropout = nn.Dropout(0.1)  # of the weights, in training

    def forward(self, query: Tensor, features: Tensor) -> Tensor:
        """``(N, D)`` of a query ``(N, D)`` and features ``(N, n, D)``."""
        hidden = torch.tanh(self.query(query)[:, None] + self.key(features))
        weight = self.dropout(self.score(hidden).softmax(1))
        return (weight * features).sum(1)


class Expert(BaseModule):
    """Backbone, neck and head of one network, built from their configs."""

    def __init__(self, backbone: dict, neck: dict | None, head: dict):
        super().__init__()
        self.backbone, self.head = MODELS.build(backbone), MODELS.build(head)
        self.neck = nn.Identity() if neck is None else MODELS.build(neck)

    def forward(self, inputs: Tensor) -> Feats:
        """Compute the features for the head."""
        return self.neck(self.backbone(inputs))


@MODELS.register_module()
class COMICClassifier(ImageClassifier):
    r"""COMIC, https://arxiv.org/abs/2304.10539, or its losses on one network (``balance=False``).

    Three networks see the same batch. The network of this model itself is the balanced one. The
    two experts have the classifiers of head and tail classes (:class:`mmpartial.NormalizedHead`).
    M is the loss of the labels (``head.loss``, one for all networks), R is the corrector (each
    network has its own), and H is the balancer; p are the plain logits, and m the moved ones. The
    loss is

    .. math::
        \sum_{n \in \{b, h, t\}} \left( M(p_n) + w_R R(m_n) \right) + w_H H(m_h, m_t, p_b)

    The balanced network has m = p, and its features are f + 0.1 times additive attention of f to
    the features of the two experts. Gradients flow through all of it. With ``balance=False`` there
    is one network, with any head of mmpartial, and the loss is M(p) + w_R R(m).

    At test time only the classifier of the balanced network scores the image. As in the authors'
    evaluation, its features still attend to the experts' features. So all three backbones run,
    but the classifiers of the experts do not.

    **Differs from the authors' code**, which does not run as published: each network gets images
    from its own sampler with labels from the sampler of another network, attention is used in the
    evaluation but not in the training, and the mean of the three M replaces H. We follow the
    lines that are commented out there, with the weight 0.5 that H has in the authors' second
    script.

    Args:
        backbone: Config of the backbone; each network builds its own.
        head: Config of the head, :class:`mmpartial.NormalizedHead` without ``effect``. Its
            ``loss`` is M, :class:`mmpartial.MultiFocalModifierLoss`.
        neck: Config of the neck, such as :class:`mmpartial.LogSoftmaxProjection`; its features
            are ``(N, in_channels of the head)``.
        corrector: Config of R.
        corrector_weight: :math:`w_R`.
        balance: False for one network.
        balancer_weight: :math:`w_H`.
        balancer_gamma: Exponent of H.
        attention_weight: The 0.1.
        **kwargs: ``pretrained``, ``train_cfg``, ``data_preprocessor`` and ``init_cfg`` of
            MMPretrain's ``ImageClassifier``. If all networks start from the same weights of the
            backbone, put these into ``backbone.init_cfg``.

    Raises:
        ValueError: The head is not one of mmpartial's, or cannot be balanced.
    """

    def __init__(
        self,
        *,
        backbone: dict,
        head: dict,
        neck: dict | None = None,
        corrector: dict | None = None,
        corrector_weight: float = 0.2,
        balance: bool = True,
        balancer_weight: float = 0.5,
        balancer_gamma: float = 2.0,
        attention_weight: float = 0.1,
        **kwargs: Any,
    ):
        super().__init__(backbone, neck, head, **kwargs)
        self._check_head(balance)
        self.balance = balance
        self.corrector_weight, self.balancer_weight = corrector_weight, balancer_weight
        networks = EXPERTS if balance else {}
        self.experts = ModuleDict(
            {k: Expert(backbone, neck, dict(head, effect=v)) for k, v in networks.items()}
        )
        corrector = corrector or dict(type="mmpartial.ReflectiveLabelCorrectorLoss")
        self.correctors = ModuleDict({k: MODELS.build(corrector) for k in ("balanced", *networks)})
        if balance:
            self.attention = AdditiveAttention(self.head.in_channels)
            self.attention_weight = attention_weight
            self.balancer = HeadTailBalancerLoss(loss=self.head.loss_module, gamma=balancer_gamma)
        for expert in self.experts.values():
            expert.head.loss_module = self.head.loss_module

    def _check_head(self, balance: bool) -> None:
        if not isinstance(self.head, QSamplingMixin):
            raise ValueError(
                f"COMICClassifier needs a head of mmpartial, but model.head is "
                f"{type(self.head).__name__}: take dict(type='mmpartial.NormalizedHead')."
            )
        if self.head.q_sampling == "classes":
            raise ValueError(
                "COMICClassifier computes all classes: set a model.head.q_sampling other than "
                "'classes'."
            )
        for module in self.head.loss_module.modules():
            if getattr(module, "needs_hook", None) or isinstance(module, AssetReg):
                raise ValueError(
                    f"COMICClassifier calls its loss several times in a step, and "
                    f"{type(module).__name__} would remember each call: take another "
                    "model.head.loss."
                )
        if balance and getattr(self.head, "effect", None) != "balanced":
            raise ValueError(
                "COMICClassifier gives each of its networks its own effect: take "
                "dict(type='mmpartial.NormalizedHead') without effect as model.head, or set "
                "model.balance=False for one network."
            )

    def extract_feat(self, inputs: Tensor, stage: str = "neck") -> Any:
        """Features of the balanced network, see ``ImageClassifier.extract_feat``."""
        if stage == "backbone" or not self.balance:
            return super().extract_feat(inputs, stage)
        feats = self._features(inputs)[0]
        return self.head.pre_logits(feats) if stage == "pre_logits" else feats

    def _features(self, inputs: Tensor) -> list[Feats]:
        """The features for the heads: of the balanced network, then of the experts."""
        feats = super().extract_feat(inputs, "neck")
        if not self.balance:
            return [feats]
        others = [expert(inputs) for expert in self.experts.values()]
        shared = self.attention(feats[-1], torch.stack([other[-1] for other in others], 1))
        return [(feats[-1] + self.attention_weight * shared,), *others]

    def loss(self, inputs: Tensor, data_samples: list[DataSample]) -> dict[str, Tensor]:
        """The parts of the loss, summed over the networks, and the logged numbers."""
        heads = [self.head, *(expert.head for expert in self.experts.values())]
        feats = self._features(inputs)
        plain, moved = zip(*map(_scores, heads, feats), strict=True)
        losses = self.head._get_loss(plain[0], data_samples)
        labels = self.head.label_batch(data_samples)
        modifiers = [self.head.loss_module(x, labels) for x in plain[1:]]
        modifiers.append(losses.pop("loss"))  # a name that the Runner gives to the total
        losses["modifier_loss"] = torch.stack(modifiers).sum()
        corrections = [r(x, labels) for r, x in zip(self.correctors.values(), moved, strict=True)]
        losses["corrector_loss"] = self.corrector_weight * torch.stack(corrections).sum()
        losses.update(self.correctors["balanced"].diagnostics)
        if self.balance:
            balancer = self.balancer(*moved[1:], plain[0], labels)
            losses["balancer_loss"] = self.balancer_weight * balancer
        return losses


def _scores(head: nn.Module, feats: Feats) -> tuple[Tensor, Tensor]:
    """The plain and the moved logits of a head; in most heads the two are the same."""
    if isinstance(head, NormalizedHead):
        return head.plain_and_moved(feats)
    logits = head(feats)
    return logits, logits
