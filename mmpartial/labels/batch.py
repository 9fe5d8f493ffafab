"""The labels of a batch, as heads give them to losses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..utils.kept_property import kept_property
from .states import UNKNOWN


class ClassDraw(NamedTuple):
    """Some of the classes, drawn so that a weighted sum over them stands for that over all.

    Attributes:
        classes: ``(M,)`` int64, the drawn classes, ascending.
        weight: ``(M,)``, one over the probability of each class.
        total: C, the number of all classes.
    """

    classes: Tensor
    weight: Tensor
    total: int


@dataclass(frozen=True)
class LabelBatch:
    """The labels of a batch as a loss sees them.

    Masks are made when they are first asked for, and kept: a loss must not write into them. The
    float masks have the dtype of ``target``; on a CPU, arithmetic on floats costs a third of
    arithmetic with boolean masks.

    Attributes:
        target: ``(N, C)``, 1, 0 or -1; soft values in [0, 1] are known.
        selected: ``(N, C)`` bool, the unknown entries that count in this step.
        pseudo: ``(N, C)`` in [0, 1], the pseudo labels of the unknown entries, or None.
        row: ``(N,)`` int64, the stable numbers of the images, or None; a batch with mixtures
            has none.
        all_selected: True if ``selected`` holds all unknown entries, so a loss need not look.
        mixed: ``(N,)`` bool, the images that are mixtures of several, or None if there are none.
        group: ``(N,)`` int64, the number of each image's group, -1 if it is alone or a mixture, or
            None if the dataset has no groups.
        draw: The classes of the M columns, if these are not all C of them. Classes whose weight is
            not 1 have no known label.
    """

    target: Tensor
    selected: Tensor
    pseudo: Tensor | None = None
    row: Tensor | None = None
    all_selected: bool = False
    mixed: Tensor | None = None
    group: Tensor | None = None
    draw: ClassDraw | None = None

    @classmethod
    def from_target(cls, target: Tensor) -> "LabelBatch":
        """A batch in which every unknown entry counts and has no pseudo label.

        >>> import torch
        >>> LabelBatch.from_target(torch.tensor([[1., 0., -1.]])).selected
        tensor([[False, False,  True]])
        """
        return cls(target, selected=target == UNKNOWN, all_selected=True)

    def of_images(self, images: slice) -> "LabelBatch":
        """The labels of some images of the batch."""
        if images == slice(None):
            return self
        names = ("target", "selected", "pseudo", "row", "mixed", "group")
        return self._changed(names, lambda value: value[images])

    def of_classes(self, draw: ClassDraw) -> "LabelBatch":
        """The labels of some classes."""
        names = ("target", "selected", "pseudo")
        part = self._changed(names, lambda value: value.index_select(1, draw.classes))
        return replace(part, draw=draw)

    def _changed(self, names: Sequence[str], change: Callable[[Tensor], Tensor]) -> "LabelBatch":
        old = {name: getattr(self, name) for name in names}
        new: dict[str, Any] = {k: v if v is None else change(v) for k, v in old.items()}
        return replace(self, **new)

    @property
    def num_classes(self) -> int:
        """C, the number of all classes, even if only some were drawn."""
        return self.target.shape[1] if self.draw is None else self.draw.total

    @kept_property
    def known(self) -> Tensor:
        """``(N, C)`` bool, the entries whose label is known."""
        return self.target >= 0

    @kept_property
    def positive(self) -> Tensor:
        """``(N, C)``, the target with unknown entries as 0."""
        return self.target.clamp(min=0)

    @kept_property
    def known_mask(self) -> Tensor:
        """``(N, C)``, 1 where the label is known, else 0."""
        return torch.ge(self.target, 0, out=torch.empty_like(self.target))

    @kept_property
    def selected_mask(self) -> Tensor:
        """``(N, C)``, 1 where an unknown entry counts, else 0."""
        if self.all_selected:
            return 1 - self.known_mask
        return self.selected.to(self.target.dtype)

    @kept_property
    def selected_pseudo(self) -> Tensor:
        """``(N, C)``, the pseudo label where an unknown entry counts, else 0.

        Raises:
            ValueError: Unknown entries count, but there are no pseudo labels.
        """
        if self.pseudo is not None:
            return self.selected_mask * self.pseudo.to(self.target.dtype)
        if bool(self.selected.any()):
            raise ValueError(
                "the loss has unknown labels but no pseudo labels for them: use "
                "mmpartial.QSamplingHead and add dict(type='mmpartial.PseudoLabelHook') to "
                "custom_hooks."
            )
        return torch.zeros_like(self.target)

    @kept_property
    def unknown_pseudo(self) -> Tensor:
        """``(N, C)``, the pseudo label of every unknown entry, selected or not, else 0."""
        if self.all_selected or self.pseudo is None:
            return self.selected_pseudo
        return self.pseudo.to(self.target.dtype) * (1 - self.known_mask)

    @kept_property
    def completed(self) -> Tensor:
        """``(N, C)``, the label where it is known, else the pseudo label."""
        if self.pseudo is None:
            return self.positive + self.selected_pseudo
        return torch.lerp(self.pseudo.to(self.target.dtype), self.target, self.known_mask)
