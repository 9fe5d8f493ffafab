"""The base of memories that hold a number for each training label."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple

from mmengine.utils import apply_to
from torch import Tensor

from ..labels import ClassDraw, LabelBatch


def on_cpu(state: Any) -> Any:
    """Move the tensors of a state to the CPU, so that it loads anywhere."""
    return apply_to(state, lambda value: isinstance(value, Tensor), lambda value: value.cpu())


class HeadOutput(NamedTuple):
    """Labels and logits of a batch, from which a memory learns.

    Attributes:
        labels: The labels of the batch.
        logits: ``(N, C)``, without a gradient.
        draw: The classes whose logits were computed, None for all; other logits are 0.
    """

    labels: LabelBatch
    logits: Tensor
    draw: ClassDraw | None = None


class LabelMemory:
    """One number for each training image and class, which a method keeps between steps.

    The head looks up the rows of a batch and gives them to the loss as ``labels.pseudo``. A
    :class:`mmpartial.engine.hooks.LabelMemoryHook` makes the memory and calls its
    other methods.

    Attributes:
        takes_draws: Whether :meth:`update` accepts that logits of some classes are missing.
    """

    takes_draws: ClassVar[bool] = False

    def lookup(self, row: Tensor) -> Tensor:
        """The numbers ``(N, C)``, float32, of the images ``row`` ``(N,)``."""
        raise NotImplementedError(f"{type(self).__name__} has no lookup(row).")

    def update(self, output: HeadOutput, loss: Any, epoch: int, lr: float) -> None:
        """Learn from a batch, after its loss is computed.

        Args:
            output: Labels and logits of the step; ``output.labels.row`` is not None.
            loss: The head's loss.
            epoch: Number of the pass over the data, 0-based.
            lr: The model's learning rate in this step.
        """

    def end_step(self) -> None:
        """Note that the optimizer has taken a step, for one batch or for several (accumulation)."""

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Learn from a pass over the data that has ended; :meth:`sync` follows.

        Args:
            predict: Predicts this process's share of the training images in evaluation mode.
            loss: The head's loss.
            epoch: Number of the pass, 0-based.
        """

    def sync(self) -> None:
        """Make the memory equal in all processes."""

    def collect(self) -> None:
        """Gather what :meth:`state_dict` needs for a checkpoint that comes before :meth:`sync`."""

    def finish(self) -> None:
        """Note that training has ended."""

    def state_dict(self, folder: str) -> dict[str, Any]:
        """The memory, for a checkpoint that goes into ``folder``."""
        raise NotImplementedError(f"{type(self).__name__} has no state_dict(folder).")

    def load_state_dict(self, state: dict[str, Any], folder: str) -> None:
        """Restore a state of :meth:`state_dict` from a checkpoint in ``folder``.

        Raises:
            ValueError: The state belongs to another dataset.
        """
        raise NotImplementedError(f"{type(self).__name__} has no load_state_dict(state, folder).")
