"""BoostLU: a linear head on a feature map, whose positive activations count more."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ...registry import MODELS
from .q_sampling_head import QSamplingHead
from .q_sampling_mixin import QSamplingMixin


@MODELS.register_module()
class BoostLUHead(QSamplingHead):
    r"""Boosted activations of each class, https://arxiv.org/abs/2304.01804.

    The head classifies each position of the last feature map, multiplies positive results by
    ``alpha``, and takes the mean over the positions:

    .. math::
        x_c = \frac{1}{h w} \sum_{i, j} b(W_c f_{ij} + b_c), \qquad
        b(a) = \alpha a \text{ if } a > 0 \text{, else } a

    It does the same in training, validation and test, and works with every loss. It has the
    weights of a linear head, so the weights of a trained linear head can be loaded; with
    ``alpha=1`` it is a linear head. The scores are larger than those of a linear head, so
    thresholds have to be chosen anew. Maps may have the channels second or last. Set
    ``model.neck=None``.

    Args:
        num_classes, in_channels: The number of classes, and of channels of the map.
        alpha: Factor of positive activations, at least 1.
        **kwargs: Options of MMPretrain's ``MultiLabelLinearClsHead`` (``loss``, ``thr``, ``topk``,
            ``init_cfg``) and of :class:`mmpartial.models.heads.QSamplingMixin`.

    Raises:
        ValueError: ``alpha`` is below 1, or the features are not a map.
    """

    q_samplings = QSamplingMixin.q_samplings

    def __init__(self, *, num_classes: int, in_channels: int, alpha: float = 5.0, **kwargs: Any):
        super().__init__(num_classes=num_classes, in_channels=in_channels, **kwargs)
        if alpha < 1:
            raise ValueError(f"alpha={alpha} is below 1: it boosts positive activations.")
        self.alpha = alpha

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The last of the backbone's feature maps, ``(N, D, h, w)``.

        Raises:
            ValueError: The features are not a map, or do not have D channels.
        """
        features = feats[-1]
        if features.dim() != 4:
            kind = "one vector for each image" if features.dim() == 2 else "tokens"
            raise ValueError(
                f"the features are {tuple(features.shape)}, {kind}, but BoostLUHead needs a map: "
                "set model.neck=None, and model.backbone.out_type='featmap' for a transformer of "
                "MMPretrain."
            )
        if features.shape[1] == self.in_channels:
            return features
        if features.shape[3] == self.in_channels:
            return features.movedim(3, 1)
        raise ValueError(
            f"the features are {tuple(features.shape)}, but model.head.in_channels="
            f"{self.in_channels}: set it to the number of channels."
        )

    def class_maps(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Boosted activations ``(N, C, h, w)``; the mean over the positions is the logit."""
        maps = F.conv2d(self.pre_logits(feats), self.fc.weight[:, :, None, None], self.fc.bias)
        return torch.where(maps > 0, self.alpha * maps, maps)

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Logits ``(N, C)`` of the last of some feature maps."""
        return self.class_maps(feats).mean((2, 3))
