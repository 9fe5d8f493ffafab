"""A backbone for images, made of the extractor of features and the part trained on them."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from mmengine.model import BaseModule, ModuleDict
from torch import Tensor

from ...registry import MODELS

PARTS = ("backbone", "neck")


@MODELS.register_module()
class ExtractedFeatures(BaseModule):
    """The extractor of features and the backbone that was trained on them, for images.

    A run on :class:`mmpartial.CachedFeatures` trains only the layers after the features. To predict
    images, this computes their features and passes them on, as the dataset does in training.

    Args:
        extractor: Config of the extractor: an image classifier whose backbone and neck are used.
        backbone: Config of the backbone that takes the features.
        mean: ``(D,)`` mean of each feature in training, or None if they were not standardized.
        std: ``(D,)`` standard deviation of each feature in training, or None.
    """

    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        extractor: dict,
        backbone: dict,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ):
        super().__init__()
        parts = {name: MODELS.build(extractor[name]) for name in PARTS if extractor.get(name)}
        self.extractor = ModuleDict(parts)
        self.trained = MODELS.build(backbone)
        self.standardized = mean is not None and std is not None
        mean64, std64 = (torch.as_tensor(x or [0.0], dtype=torch.float64) for x in (mean, std))
        self.register_buffer("mean", mean64.float(), persistent=False)
        self.register_buffer("scale", (1 / std64).float(), persistent=False)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """The output of the trained backbone for images ``(N, 3, H, W)``."""
        features: Any = images
        for stage in self.stages():
            features = stage(features)
        return features

    def stages(self) -> list[Callable[[Any], Any]]:
        """The steps from images to the output, in their order."""
        return [*self.extractor.values(), self._standardize, self.trained]

    def _standardize(self, features: Tensor | Sequence[Tensor]) -> Tensor:
        last = features if isinstance(features, Tensor) else features[-1]
        return ((last - self.mean) * self.scale)[:, :, None, None] if self.standardized else last
