"""LogicMix: the mean of images, and the logical OR of their labels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ...registry import BATCH_AUGMENTS
from .batch_mixing import BatchMixing, Draw, partners


def three_valued_or(a: Tensor, b: Tensor) -> Tensor:
    """Whether a class is in at least one of two images: 1, 0, or -1 where that is unknown.

    >>> three_valued_or(torch.tensor([1, 0, 0, -1]), torch.tensor([-1, 0, -1, -1])).tolist()
    [1, 0, -1, -1]
    """
    return torch.where((a == 1) | (b == 1), 1, torch.minimum(a, b))


@BATCH_AUGMENTS.register_module()
class LogicMix(BatchMixing):
    """LogicMix, https://arxiv.org/abs/2405.15860.

    A mixture is the mean of an image and some others. A class is positive if it is positive in any
    of them, negative if it is negative in all, and unknown otherwise.

    **Differs from the authors' code**, which draws the partners from the whole training set: here
    they are other images of the batch.

    Args:
        prob: Probability that an image becomes a mixture.
        images: The possible numbers of images in a mixture, all equally likely.
        seed: Seed of the draws.

    Raises:
        ValueError: ``prob`` is outside (0, 1], or a number of images is below 2.
    """

    def __init__(self, *, prob: float = 0.5, images: Sequence[int] = (2, 3), seed: int = 0):
        super().__init__(prob=prob, seed=seed)
        if not images or min(images) < 2:
            raise ValueError(f"images={images}: a mixture is of 2 images or more.")
        self.images = torch.tensor(images)

    def mix(
        self, inputs: Tensor, target: Tensor, chosen: Tensor, draw: Draw
    ) -> tuple[Tensor, Tensor]:
        """See :class:`LogicMix`."""
        number = self.images[(draw(1) * len(self.images)).long()].where(chosen, 1)
        total, union = inputs.clone(), target.clone()
        for j in range(1, int(self.images.max())):
            growing = (number > j).nonzero().flatten()
            partner = partners(draw(1 + j))[growing]
            total[growing] += inputs[partner]
            union[growing] = three_valued_or(union[growing], target[partner])
        return total.div_(number.view(-1, *[1] * (inputs.dim() - 1)).to(total)), union
