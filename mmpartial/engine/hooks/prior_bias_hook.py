"""Starting the bias of each class where the labels of the class put it."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn
from torch.distributed.fsdp import FullyShardedDataParallel

from ...models.heads import QSamplingMixin
from ...registry import HOOKS
from ..checks.run import bare_model
from .model_parts import partial_dataset_and_heads

_FSDP = "_fsdp_wrapped_module."  # in the names of the parts of a model


@HOOKS.register_module()
class PriorBiasHook(Hook):
    """Start each class with a score that fits how frequent the class is.

    Before the first step, the biases of the last linear layer become the loss's ``prior_logits``.
    From biases of 0, a loss whose logits should lie far below 0 first has to lower all of them.
    Adam moves a bias by at most the learning rate in a step, so this takes longer than many
    trainings, and meanwhile the weights learn by heart which images are negative. Focal loss
    (https://arxiv.org/abs/1708.02002, section 4.1) starts its bias at a probability of 0.01 for a
    similar reason.

    Biases that a checkpoint brings stay as they are. Heads without a bias have no effect on this.

    Raises:
        ValueError: The loss has no ``prior_logits``.
    """

    _loaded: Mapping[str, Any] = {}

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note which weights have been trained before."""
        self._loaded = checkpoint.get("state_dict", {})

    def before_train(self, runner: Runner) -> None:
        """Set the biases, after LossMemoryHook has shown the labels to the losses."""
        partial_dataset_and_heads(runner, type(self).__name__)
        model = bare_model(runner)
        sharded = isinstance(runner.model, FullyShardedDataParallel)
        whole = runner.model.summon_full_params(runner.model) if sharded else nullcontext()
        with whole, torch.no_grad():
            for name, head in model.named_modules():
                if isinstance(head, QSamplingMixin):
                    self._start(head, f"{name}.fc.bias".replace(_FSDP, ""))
        self._loaded = {}

    def _start(self, head: QSamplingMixin, name: str) -> None:
        prior, layer = head.loss_module.prior_logits(), getattr(head, "fc", None)
        loaded = self._loaded.get(name)
        if isinstance(layer, nn.Linear) and (loaded is None or loaded.shape != prior.shape):
            layer.bias.copy_(prior)
