"""The command line of a tool, and the options that several tools have."""

import argparse
from typing import Any

from mmengine.config import DictAction

from ..formats.common.options import OptionAction


class ToolParser(argparse.ArgumentParser):
    """A parser whose ``--help`` shows the docstring of a script as it is written.

    Args:
        text: The docstring.
        **options: Options of :class:`argparse.ArgumentParser`.
    """

    def __init__(self, text: str | None, **options: Any):
        formatter = argparse.RawDescriptionHelpFormatter
        super().__init__(description=text, formatter_class=formatter, **options)

    def add_checkpoint(self, help: str = "a checkpoint") -> None:
        """Add the checkpoint, and ``--config`` for a config that takes the place of its own."""
        self.add_argument("checkpoint", metavar="CHECKPOINT", help=help)
        self.add_argument("--config", metavar="FILE", help="default: the config in the checkpoint")

    def add_format(self) -> None:
        """Add ``--format`` and ``--options`` of a label file."""
        self.add_argument(
            "--format", default="wide_csv", help="format of the label file (%(default)s)"
        )
        self.add_argument(
            "--options", nargs="+", action=OptionAction, default={}, metavar="KEY=VALUE",
            help="options of the format, such as image=file",
        )  # fmt: skip

    def add_cfg_options(self) -> None:
        """Add ``--cfg-options``, for :func:`mmpartial.launch.read_config`."""
        self.add_argument(
            "--cfg-options", nargs="+", action=DictAction, default={}, metavar="KEY=VALUE",
            help="changes of the config, as in train.py",
        )  # fmt: skip
