"""Some stages of an EfficientNet; the stages before them can be computed once for all runs."""

from typing import Any

import torch
from mmpretrain.models.backbones import TIMMBackbone
from torch import Tensor, nn

from ...registry import MODELS

_PARTS = ("conv_stem", "bn1", "blocks", "conv_head", "bn2")


@MODELS.register_module()
class EfficientNetStages(TIMMBackbone):
    """The stages of a timm EfficientNet from ``start`` to before ``stop``.

    The stem belongs to stage 0, and the last convolution to the last stage. The other stages have
    no parameters and take no time. Parameters have the names that they have in the whole network,
    so that its weights fit. On CPUs the stages compute in the channels-last layout, in which
    training takes two thirds of the time.

    Args:
        model_name: timm's name of the network, such as ``'tf_efficientnet_lite0'``.
        start: The first stage, counted from 0.
        stop: The stage after the last one; None for all stages from ``start`` on.
        **kwargs: As MMPretrain's ``TIMMBackbone`` takes them.

    Raises:
        ValueError: The network is not an EfficientNet, or has no such stages.
    """

    def __init__(self, model_name: str, start: int = 0, stop: int | None = None, **kwargs: Any):
        super().__init__(model_name, **kwargs)
        network = self.timm_model
        if not all(hasattr(network, part) for part in _PARTS):
            raise ValueError(
                f"{model_name} cannot be divided into stages, because it is not an EfficientNet: "
                "take another network, such as tf_efficientnet_lite0."
            )
        number = len(network.blocks)
        stop = number if stop is None else stop
        if not 0 <= start < stop <= number:
            raise ValueError(
                f"start={start} and stop={stop} are not stages of {model_name}, which has "
                f"{number}: 0 <= start < stop <= {number} is needed."
            )
        if start:
            network.conv_stem = network.bn1 = nn.Identity()
        if stop < number:
            network.conv_head = network.bn2 = nn.Identity()
        for left_out in (*range(start), *range(stop, number)):
            network.blocks[left_out] = nn.Identity()
        self.start = start
        self.width = next(network.parameters()).shape[1]

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """Compute the map after the last of the stages.

        Args:
            x: Images, or the maps ``(N, D, H, W)`` after stage ``start - 1``.

        Raises:
            ValueError: The maps come from another stage.
        """
        if x.dim() != 4 or x.shape[1] != self.width:
            raise ValueError(
                f"the inputs of stage {self.start} have the shape {tuple(x.shape)}, but it takes "
                f"maps of {self.width} channels: compute them with extractor.backbone.stop="
                f"{self.start}, in another folder."
            )
        if x.device.type == "cpu":
            x = x.contiguous(memory_format=torch.channels_last)
        return super().forward(x)
