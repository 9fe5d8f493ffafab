"""The base of batch augmentations that handle unknown labels."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from mmpretrain.structures import DataSample
from torch import Tensor

from ...labels.groups import ALONE
from ...progress import Progress
from ...utils.counter_rng import uniform

Draw = Callable[[int], Tensor]


class BatchMixing:
    """Base of augmentations that mix images of a batch, for ``model.train_cfg.augments``.

    A subclass implements :meth:`mix`. A mixture is marked with ``mixed`` in its data sample and
    loses ``row`` and its group, because it is not one image of the training set. Whether and how
    an image is mixed is a pure function of (seed, epoch, image). Its partners come from the same
    batch of the same process.

    Args:
        prob: Probability that an image becomes a mixture.
        seed: Seed of the draws.

    Attributes:
        samples: The data samples of the coming batch; :class:`mmpartial.MixingHook` sets them.

    Raises:
        ValueError: ``prob`` is outside (0, 1].
    """

    def __init__(self, *, prob: float, seed: int = 0):
        if not 0 < prob <= 1:
            raise ValueError(f"prob={prob} is outside (0, 1]: it is a probability.")
        self.prob, self.seed = prob, seed
        self.samples: Sequence[DataSample] | None = None

    def mix(
        self, inputs: Tensor, target: Tensor, chosen: Tensor, draw: Draw
    ) -> tuple[Tensor, Tensor]:
        """Mix some images of a batch.

        Args:
            inputs: ``(N, ...)`` images.
            target: ``(N, C)`` labels, 1, 0 or -1.
            chosen: ``(N,)`` bool, the images that become mixtures.
            draw: ``draw(n)`` gives the n-th uniform number in [0, 1) of each image, ``(N,)``.

        Returns:
            The new images and labels; images that are not chosen stay as they are.
        """
        raise NotImplementedError(f"{type(self).__name__} has no mix(inputs, target, ...).")

    def __call__(self, inputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Mix a batch and mark its mixtures, as MMPretrain's data preprocessor calls it.

        Raises:
            ValueError: It is not known which images are in the batch.
        """
        samples, self.samples = self.samples, None
        if samples is None:
            raise ValueError(
                f"nobody told {type(self).__name__} which images are in the batch: add "
                "dict(type='mmpartial.MixingHook') to default_hooks "
                "(configs/_base_/default_runtime.py has it)."
            )
        if any("row" not in sample for sample in samples):
            raise ValueError(
                f"{type(self).__name__} draws for each image, but the batch does not say which "
                "images it holds: wrap the training dataset in mmpartial.PartialLabelDataset "
                "(setting='FAL' if all labels are known)."
            )
        row = torch.tensor([sample.row for sample in samples])
        draw = partial(uniform, self.seed, Progress.current().visit, row)
        chosen = (draw(0) < self.prob) & (len(row) > 1)
        mixed = self.mix(inputs, target.float(), chosen, draw)
        for number in chosen.nonzero().flatten().tolist():
            samples[number].pop("row")
            if "group_id" in samples[number]:
                samples[number].set_field(ALONE, "group_id", field_type="metainfo")
            samples[number].set_field(True, "mixed", field_type="metainfo")
        return mixed


def partners(number: Tensor) -> Tensor:
    """Choose another image of the batch for each image, by uniform numbers ``(N,)`` in [0, 1)."""
    n = len(number)
    return (torch.arange(n) + 1 + (number * (n - 1)).long()) % n


def mixing_of(model: Any) -> list[BatchMixing]:
    """The augmentations of this kind that a model has."""
    augments = getattr(getattr(model, "data_preprocessor", None), "batch_augments", None)
    return [a for a in getattr(augments, "augments", []) if isinstance(a, BatchMixing)]
