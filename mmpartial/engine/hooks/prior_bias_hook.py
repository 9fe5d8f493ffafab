"""Biases that start where the labels of each class cost least."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.distributed.fsdp import FullyShardedDataParallel

from ...progress import pass_length
from ...registry import HOOKS
from ..checks.run import bare_model
from .needed_parts import partial_dataset_and_heads

_FAST = 10
_FSDP = "_fsdp_wrapped_module."  # in the names of the parts of a model


@HOOKS.register_module()
class PriorBiasHook(Hook):
    """Start the bias of each class where a model that does not look at images would have it.

    If biases start at 0, and logits should lie far below 0, training first has to lower all biases.
    Adam moves a bias by at most the learning rate in a step, so this may take longer than the
    training, and meanwhile the weights learn by heart which images are negative. Focal loss
    (https://arxiv.org/abs/1708.02002, section 4.1) starts its bias at a probability of 0.01 for a
    similar reason.

    Before the first step, the biases of the last linear layer become the loss's ``prior_logits``.
    If ``prior_logits`` change in the course of the training, the biases move by the same amount at
    the start of each pass over the data. ``load_from`` brings biases of the end of a training, so
    the hook moves them back to the start. Biases that learn at ten times the rate of their weights,
    or faster, find their place themselves, and the hook leaves them alone. It also leaves heads
    without biases alone.

    Raises:
        ValueError: The loss has no ``prior_logits``.
    """

    _loaded: frozenset[tuple[str, torch.Size]] = frozenset()
    _heads: Sequence[Any] = ()

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note which weights have been trained before."""
        weights = checkpoint.get("state_dict", {})
        self._loaded = frozenset((name, value.shape) for name, value in weights.items())

    def before_train(self, runner: Runner) -> None:
        """Set the biases, after LossMemoryHook has shown the labels to the losses."""
        heads: list[Any] = partial_dataset_and_heads(runner, type(self).__name__)[1]
        names = {part: name.replace(_FSDP, "") for name, part in bare_model(runner).named_modules()}
        with _whole_parameters(runner.model):
            linear = [head for head in heads if isinstance(getattr(head, "fc", None), nn.Linear)]
            self._heads = [head for head in linear if not _is_fast(head.fc, runner)]
            for head in self._heads if runner.iter == 0 else ():
                start, end = (head.loss_module.prior_logits(done) for done in (0.0, 1.0))
                if (f"{names[head]}.fc.bias", start.shape) in self._loaded:
                    _add(head.fc.bias, start - end)
                else:
                    head.fc.bias.copy_(start)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Move the biases at the start of each pass but the first."""
        length = pass_length(runner)
        if runner.iter == 0 or runner.iter % length:
            return
        before, now = ((runner.iter - step) / runner.max_iters for step in (length, 0))
        with _whole_parameters(runner.model):
            for head in self._heads:
                prior = head.loss_module.prior_logits
                _add(head.fc.bias, prior(now) - prior(before))


def _add(bias: Tensor, change: Tensor) -> None:
    bias.add_(change.to(bias))  # from the CPU, where labels are counted


def _is_fast(layer: nn.Linear, runner: Runner) -> bool:
    """Whether the bias of a layer learns much faster than its weight."""
    groups = runner.optim_wrapper.param_groups
    rates = {id(parameter): group["lr"] for group in groups for parameter in group["params"]}
    weight, bias = (rates.get(id(part), 0.0) for part in (layer.weight, layer.bias))
    return bool(bias >= _FAST * weight > 0)


@contextmanager
def _whole_parameters(model: nn.Module) -> Iterator[None]:
    """Let parameters be changed; with FSDP, each process has all of them for this time."""
    sharded = isinstance(model, FullyShardedDataParallel)
    with model.summon_full_params(model) if sharded else nullcontext(), torch.no_grad():
        yield
