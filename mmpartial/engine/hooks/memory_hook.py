"""The base of hooks that look after a memory."""

import os
from typing import Any, ClassVar

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner, find_latest_checkpoint

from ...memory.base import on_cpu
from ...utils.checkpoint_checks import check_nest
from ..checkpoints import checkpoint_folder


class MemoryHook(Hook):
    """Base of hooks that look after a memory, which is a part of each checkpoint.

    A subclass makes the memory before training. A resumed run restores it; a run with
    ``load_from`` starts with a new one.

    Attributes:
        key: The key of the memory in a checkpoint.
        takes_mixtures: Whether the memory can learn from mixed images.
    """

    key: ClassVar[str]
    takes_mixtures: bool = False
    memory: Any = None
    _loaded: Any = None

    def make_memory(self, runner: Runner) -> Any:
        """A new memory, with ``state_dict(folder)`` and ``load_state_dict(state, folder)``."""
        raise NotImplementedError(f"{type(self).__name__} has no make_memory(runner).")

    def before_train(self, runner: Runner) -> None:
        """Make the memory, and restore it in a resumed run."""
        self.memory = self.make_memory(runner)
        if runner.iter > 0:
            file = runner._load_from or find_latest_checkpoint(runner.work_dir)
            folder = os.path.dirname(file) if file else checkpoint_folder(runner)
            self.memory.load_state_dict(self._loaded, folder)
        self._loaded = None

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the memory into the checkpoint, which only the main process writes.

        With FSDP, all processes call this.
        """
        if is_main_process():
            checkpoint[self.key] = self.memory.state_dict(checkpoint_folder(runner))

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the checkpoint's memory for a resumed run; a GPU run loads it onto the GPU."""
        check_nest(checkpoint.get(self.key))
        self._loaded = on_cpu(checkpoint.get(self.key))
