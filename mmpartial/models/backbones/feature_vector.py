"""A backbone for inputs that are already features."""

from mmengine.model import BaseModule
from torch import Tensor

from ...registry import MODELS


@MODELS.register_module()
class FeatureVector(BaseModule):
    """Pass the vectors of :class:`mmpartial.CachedFeatures` to the head.

    This trains only the head, on features of a frozen network: the "linear" protocol of
    https://arxiv.org/abs/2106.09708.
    """

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """Turn images of one pixel, ``(N, D, 1, 1)``, into vectors ``(N, D)``.

        Raises:
            ValueError: The features are maps.
        """
        vectors = x.flatten(1)
        if vectors.shape[1] > x.shape[1]:
            raise ValueError(
                f"the network gives features of shape {tuple(x.shape)}, not one vector for each "
                "image: add extractor.neck=dict(type='GlobalAveragePooling'), and compute them in "
                "another folder."
            )
        return (vectors,)
