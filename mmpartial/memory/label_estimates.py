"""The label estimates that ROLE learns together with the model."""

from dataclasses import replace
from typing import Any

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ..labels import NEGATIVE, POSITIVE
from ..labels.matrix import LabelMatrix
from ..utils.counter_rng import uniform
from .base import HeadOutput, LabelMemory

BYTES_PER_LABEL = 16  # a float32, its gradient and two moments of Adam
UNSURE, SURE = torch.logit(torch.tensor([0.6, 0.995], dtype=torch.float64)).tolist()


class LabelEstimates(LabelMemory):
    """Logits of all training labels, updated by Adam.

    They start at logit(0.995) for positives, at -logit(0.995) for known negatives, and at uniform
    random numbers between -logit(0.6) and logit(0.6) for unknown labels, a pure function of (seed,
    row, class). Every process has a copy and takes the same steps. As in the authors' code, Adam's
    moments also move the estimates of images that are not in the batch.

    Args:
        labels: ``(N, C)``, 1, 0 or -1.
        owner: Fingerprint of the dataset that the rows belong to.
        seed, max_memory, lr_mult: See :class:`mmpartial.LabelEstimatorHook`.
        device: Device of the estimates.

    Raises:
        ValueError: The estimates would take more than ``max_memory``.
    """

    def __init__(
        self,
        labels: LabelMatrix,
        owner: str,
        *,
        seed: int,
        max_memory: float,
        lr_mult: float,
        device: torch.device | str = "cpu",
    ):
        needed = labels.shape[0] * labels.shape[1] * BYTES_PER_LABEL / 2**30
        if needed > max_memory:
            raise ValueError(
                f"label estimates of {labels.shape[0]} images x {labels.shape[1]} classes take "
                f"{needed:.1f} GiB ({BYTES_PER_LABEL} bytes a label), more than "
                f"LabelEstimatorHook.max_memory={max_memory:g}: raise it if there is room, or "
                "choose a method without a table, such as EPR."
            )
        self.owner, self.lr_mult = owner, lr_mult
        self.logits = torch.nn.Parameter(self._initial(labels, seed).to(device))
        self.optimizer = torch.optim.Adam([self.logits])
        self._batches = 0  # since the last step

    @staticmethod
    def _initial(labels: LabelMatrix, seed: int) -> Tensor:
        start = torch.empty(labels.shape, dtype=torch.float32)
        classes = torch.arange(labels.shape[1])
        for row in torch.arange(len(labels)).split(4096):  # float64 numbers for a part at a time
            start[row] = (uniform(seed, row[:, None], classes).float() * 2 - 1) * UNSURE
        for state, logit in ((POSITIVE, SURE), (NEGATIVE, -SURE)):
            image, cls = labels.entries(state)
            start[torch.from_numpy(image), torch.from_numpy(cls)] = logit
        return start

    def lookup(self, row: Tensor) -> Tensor:
        """Estimates ``(N, C)`` in (0, 1) of the images ``row`` ``(N,)``."""
        return self.logits.detach()[row.to(self.logits.device)].sigmoid()

    def update(self, output: HeadOutput, loss: Any, epoch: int, lr: float) -> None:
        """Move the estimates down the gradient of this batch's loss.

        The loss is computed once more, with the predictions as constants. So the step does not
        depend on how the model's own gradients are scaled, averaged or accumulated.
        """
        row = output.labels.row
        assert row is not None
        logits = self.logits.detach()[row.to(self.logits.device)].requires_grad_()
        value = loss(output.logits, replace(output.labels, pseudo=logits.sigmoid()))
        (gradient,) = torch.autograd.grad(value, logits)
        self.add(row, gradient)
        self.optimizer.param_groups[0]["lr"] = lr * self.lr_mult

    def add(self, row: Tensor, gradient: Tensor) -> None:
        """Add the gradient ``(N, C)`` of the logits of some images ``(N,)``."""
        if self.logits.grad is None:
            self.logits.grad = torch.zeros_like(self.logits)
        self.logits.grad.index_add_(0, row.to(self.logits.device), gradient)
        self._batches += 1

    def end_step(self) -> None:
        """Take one step of Adam, with the mean gradient of the batches and of the processes."""
        if self.logits.grad is None:
            return
        all_reduce(self.logits.grad.div_(max(1, self._batches)), "mean")
        self.optimizer.step()
        self.logits.grad.zero_()
        self._batches = 0

    def state_dict(self, folder: str) -> dict[str, Any]:
        """Logits and moments, for a checkpoint."""
        moments = self.optimizer.state_dict()["state"]
        return dict(owner=self.owner, logits=self.logits.detach().cpu().clone(), moments=moments)

    def load_state_dict(self, state: dict[str, Any], folder: str) -> None:
        """Restore the estimates; a ValueError refuses those of another dataset."""
        if state["owner"] != self.owner or state["logits"].shape != self.logits.shape:
            raise ValueError(
                "the checkpoint's label estimates belong to another dataset: resume with the "
                "dataset of that run, or use load_from to start from its weights."
            )
        with torch.no_grad():
            self.logits.copy_(state["logits"])
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict(dict(state=state["moments"], param_groups=groups))
