"""MixUp-PME: Mixup in which the first image decides which labels are known."""

import torch
from torch import Tensor

from ...labels import UNKNOWN
from ...registry import BATCH_AUGMENTS
from .batch_mixing import BatchMixing, Draw, partners


def blended_labels(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    """Labels share * first + (1 - share) * second, where an unknown second label counts as 1/2.

    >>> blended_labels(torch.tensor([1., 0., -1.]), torch.tensor([-1., 1., 1.]), torch.tensor(0.75))
    tensor([ 0.8750,  0.2500, -1.0000])
    """
    mixed = share * first + (1 - share) * second.masked_fill(second == UNKNOWN, 0.5)
    return torch.where(first == UNKNOWN, first, mixed)


@BATCH_AUGMENTS.register_module()
class MixUpPME(BatchMixing):
    """MixUp-PME, as in the package mlcpl (https://github.com/maxium0526/mlcpl).

    A mixture is s times an image plus 1 - s times another one, with s uniform in [alpha, 1]. Labels
    that are known in the first image become soft labels, in which an unknown label of the second
    image counts as 1/2. Labels that are unknown in the first image stay unknown.

    **Differs from mlcpl**, which mixes the first half of a batch with the second half, with one s,
    so that half as many images are left. Here each image is mixed with another one of the batch,
    with an s of its own.

    Args:
        alpha: The least share of the first image, in [0, 1).
        prob: Probability that an image becomes a mixture.
        seed: Seed of the draws.

    Raises:
        ValueError: ``alpha`` is outside [0, 1), or ``prob`` is outside (0, 1].
    """

    def __init__(self, *, alpha: float = 0.75, prob: float = 1.0, seed: int = 0):
        super().__init__(prob=prob, seed=seed)
        if not 0 <= alpha < 1:
            raise ValueError(f"alpha={alpha} is outside [0, 1): it is a share of an image.")
        self.alpha = alpha

    def mix(
        self, inputs: Tensor, target: Tensor, chosen: Tensor, draw: Draw
    ) -> tuple[Tensor, Tensor]:
        """See :class:`MixUpPME`."""
        share = (self.alpha + (1 - self.alpha) * draw(1)).where(chosen, 1.0)
        partner = partners(draw(2))
        of_image = share.view(-1, *[1] * (inputs.dim() - 1)).to(inputs)
        images = of_image * inputs + (1 - of_image) * inputs[partner]
        return images, blended_labels(target, target[partner], share[:, None].to(target))
