"""A network together with everything before and after it, as it is exported."""

import torch
from mmpretrain.models import ImageClassifier
from mmpretrain.models.utils import ShiftWindowMSA
from torch import Tensor, nn

from .resizing import Resizing


class ExportedModel(nn.Module):
    """Turns the pixels of images into probabilities, and into yes or no.

    Args:
        model: A model with a decision, as :func:`mmpartial.apis.load_model` gives it. Its modules
            are changed for export.
        resizing: The resizing of its test pipeline; None if the images have their final size.
    """

    def __init__(self, model: ImageClassifier, resizing: Resizing | None):
        super().__init__()
        self.model, self.resizing = model, resizing
        for module in model.modules():
            if type(module) is ShiftWindowMSA:
                module.__class__ = _ShiftWindowMSA

    @torch.no_grad()
    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Decide on images.

        Args:
            images: ``(N, H, W, 3)`` uint8, red first.

        Returns:
            The probabilities ``(N, C)``, and True where they reach the threshold of the class.
        """
        if self.resizing is not None:
            images = self.resizing(images)
        as_read = images.flip(3).permute(0, 3, 1, 2)  # pipelines read images with blue first
        inputs = self.model.data_preprocessor(dict(inputs=as_read))["inputs"]
        return self.model.head.decision(self.model(inputs))


class _ShiftWindowMSA(ShiftWindowMSA):
    """MMPretrain's attention in windows, for batches of any size.

    MMPretrain computes the number of images by dividing floating-point numbers, and export would
    make the result a constant.
    """

    @staticmethod
    def window_reverse(windows: Tensor, H: int, W: int, window_size: int) -> Tensor:
        """Images ``(N, H, W, D)`` of windows."""
        rows, columns = H // window_size, W // window_size
        x = windows.unflatten(0, (-1, rows, columns))
        return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, H, W, x.shape[-1])
