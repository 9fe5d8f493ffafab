"""MMEngine's FlexibleRunner, for FSDP, with hooks that work as with its Runner."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from mmengine._strategy import BaseStrategy
from mmengine.dist import is_main_process
from mmengine.runner import FlexibleRunner as StockFlexibleRunner

from ..registry import RUNNERS
from ..utils.whole_file import whole_file
from .checks.strategy import check_strategy
from .fsdp_strategy import FSDPStrategy
from .runner import ResumableRunner

_ON_CPU: dict[str, dict] = {
    "DDPStrategy": dict(type="mmpartial.DistributedDataParallel", broadcast_buffers=False),
    "FSDPStrategy": dict(type="mmpartial.FullyShardedDataParallel"),
}


@RUNNERS.register_module()
class FlexibleRunner(ResumableRunner, StockFlexibleRunner):
    """MMEngine's FlexibleRunner, which spreads a run over processes as ``strategy`` says.

    Hooks see the run before a checkpoint is loaded, as with MMEngine's Runner. A checkpoint is one
    file, even with FSDP (``state_dict_cfg='full'``), and is written whole or not at all. Without a
    GPU, the processes use gloo.

    Raises:
        GuardError: Checkpoints of the strategy would lack the memory of the method.
    """

    def build_strategy(
        self, strategy: BaseStrategy | dict | None = None, launcher: str = "none", **kwargs: Any
    ) -> BaseStrategy:
        """Build the strategy, with wrappers that need no GPU if there is none."""
        if strategy is None:
            strategy = dict(type="SingleDeviceStrategy" if launcher == "none" else "DDPStrategy")
        if isinstance(strategy, dict):
            check_strategy(strategy)
            wrapper = _ON_CPU.get(strategy["type"])
            if wrapper is not None and not torch.cuda.is_available():
                strategy.setdefault("model_wrapper", dict(wrapper))
            if strategy["type"] == "FSDPStrategy":
                strategy["type"] = FSDPStrategy
        return super().build_strategy(strategy, launcher, **kwargs)

    def load_or_resume(self) -> None:
        """Load a checkpoint, after the hooks have seen the run."""
        super().call_hook("before_run")
        super().load_or_resume()

    def call_hook(self, fn_name: str, **kwargs: Any) -> None:
        """Call the hooks; those before a run were called in :meth:`load_or_resume`."""
        if fn_name != "before_run":
            super().call_hook(fn_name, **kwargs)

    def load_checkpoint(self, filename: str, **kwargs: Any) -> dict:
        """Load weights, and return the checkpoint, as MMEngine's Runner does."""
        return self.strategy.load_checkpoint(
            filename,
            callback=lambda checkpoint: self.call_hook(
                "after_load_checkpoint", checkpoint=checkpoint
            ),
            **kwargs,
        )

    def save_checkpoint(
        self,
        out_dir: str,
        filename: str,
        file_client_args: dict | None = None,
        *,
        meta: dict | None = None,
        by_epoch: bool = True,
        save_optimizer: bool = True,
        save_param_scheduler: bool = True,
        **kwargs: Any,
    ) -> None:
        """Save a checkpoint, whole or not at all.

        MMEngine's method counts one epoch too many in a checkpoint that follows a validation.
        """
        now = dict(epoch=self.epoch + by_epoch, iter=self.iter + (not by_epoch), **self._about())
        checkpoint = dict(meta=now | (meta or {}), message_hub=self.message_hub.state_dict())
        with _target(out_dir, filename) as file:
            self.strategy.save_checkpoint(
                file,
                save_optimizer=save_optimizer,
                save_param_scheduler=save_param_scheduler,
                extra_ckpt=checkpoint,
                callback=lambda content: self.call_hook(
                    "before_save_checkpoint", checkpoint=content
                ),
            )

    def _about(self) -> dict:
        """The facts of the run that a checkpoint holds."""
        about = dict(cfg=self.cfg.pretty_text, experiment_name=self.experiment_name)
        dataset = self.train_dataloader.dataset
        return about | (dict(dataset_meta=dataset.metainfo) if hasattr(dataset, "metainfo") else {})


@contextmanager
def _target(folder: str, name: str) -> Iterator[str]:
    """The file to write; with FSDP all processes call this, but only the main process writes."""
    if "://" in folder or not is_main_process():
        yield f"{folder}/{name}"
    else:
        with whole_file(Path(folder) / name) as partial:
            yield str(partial)
