"""A Runner with short messages on the terminal, whose runs can resume within epochs."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.dist import broadcast_object_list, is_main_process
from mmengine.logging import MMLogger
from mmengine.runner import BaseLoop, LogProcessor, Runner

from ..registry import RUNNERS
from .train_loop import in_unit_of, resumable

MOST_LINES = 20  # of one message of MMEngine's Runner on the terminal
_STOCK_HOOKS = ("runtime_info", "timer", "sampler_seed", "logger", "param_scheduler", "checkpoint")
_NOISE = ("Exp name: ", "Distributed training is not used, all SyncBatchNorm")


class ResumableRunner:
    """A Runner whose runs resume within epochs; mixed in before MMEngine's class."""

    _train_loop: Any

    def register_default_hooks(self, hooks: Mapping[str, Any] | None = None) -> None:
        """Register hooks; None leaves out a hook of the config, unless it is MMEngine's own."""
        hooks = hooks or {}
        kept = {k: v for k, v in hooks.items() if v is not None or k in _STOCK_HOOKS}
        super().register_default_hooks(kept)  # type: ignore[misc]

    def build_log_processor(self, log_processor: LogProcessor | dict) -> LogProcessor:
        """Build the processor of log lines, which count iterations if ``train_cfg`` does."""
        unit = in_unit_of(self._train_loop, log_processor)
        return super().build_log_processor(unit)  # type: ignore[misc]

    def build_train_loop(self, loop: BaseLoop | dict) -> BaseLoop:
        """Build the loop of ``train_cfg``."""
        return super().build_train_loop(resumable(loop))  # type: ignore[misc]


@RUNNERS.register_module()
class TerseRunner(ResumableRunner, Runner):
    """MMEngine's Runner, which prints one line instead of environment, config and hooks.

    MMEngine's messages on these have 350 lines, and hide the lines that a user reads. The log file
    in the work_dir has all of them; ``log_level='DEBUG'`` prints them on the terminal as well. The
    loops are :class:`mmpartial.ResumableTrainLoop` and :class:`mmpartial.ResumableIterTrainLoop`.
    """

    cfg: Config

    def build_logger(
        self, log_level: int | str = "INFO", log_file: str | None = None, **kwargs: Any
    ) -> MMLogger:
        """Build MMEngine's logger, with a filter for the terminal.

        The log and checkpoints hold the config's text as it is, because formatting it takes a
        second, longer than an epoch of a small run.
        """
        self._formatted = self.cfg
        about = dict(cfg_text=self.cfg.text, filename=self.cfg.filename)
        self.cfg = Config(self.cfg.to_dict(), **about, format_python_code=False)
        logger = super().build_logger(log_level, log_file, **kwargs)
        for handler in logger.handlers:
            if type(handler) is logging.StreamHandler and handler.level > logging.DEBUG:
                handler.addFilter(is_for_terminal)
        logger.info(f"Environment, config and hooks are in {logger.log_file}")
        return logger

    def setup_env(self, env_cfg: dict) -> None:
        """Set the environment up, and make a new folder for the log.

        MMEngine names the folder by the second in which a run starts, so a run that starts in the
        same second would overwrite the log.
        """
        super().setup_env(env_cfg)
        names = [_take_folder(Path(self.work_dir), self.timestamp) if is_main_process() else ""]
        broadcast_object_list(names)
        self._timestamp = names[0]

    def dump_config(self) -> None:
        """Write the config into the work_dir, well formatted."""
        unformatted, self.cfg = self.cfg, self._formatted
        super().dump_config()
        self.cfg = unformatted


def _take_folder(parent: Path, name: str) -> str:
    """Make a folder, with a number after the name if it already exists; return its name."""
    taken, number = name, 1
    while True:
        try:
            (parent / taken).mkdir(parents=True)
            return taken
        except FileExistsError:
            number += 1
            taken = f"{name}_{number}"


def is_for_terminal(record: logging.LogRecord) -> bool:
    """Whether a message is for users, and not only for the developers of MMEngine."""
    text = record.getMessage()
    long = record.module == "runner" and text.count("\n") >= MOST_LINES
    return record.levelno >= logging.ERROR or not (
        long or text.startswith(_NOISE) or "will be deprecated" in text
    )
