"""Pooling for backbones whose channels come last."""

from mmengine.model import BaseModule
from torch import Tensor

from ...registry import MODELS


@MODELS.register_module()
class ChannelsLastPooling(BaseModule):
    """The mean over all places of a map ``(N, H, W, D)`` or over tokens ``(N, T, D)``.

    timm's Swin gives such maps, and its ViT such tokens. MMPretrain's ``GlobalAveragePooling``
    expects the channels first.
    """

    def forward(self, feats: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Vectors ``(N, D)`` of each level of features."""
        return tuple(x.flatten(1, -2).mean(1) for x in feats)
