"""Adds ``--method`` to MMPretrain's train.py and test.py, and checks their arguments."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mmengine.config import Config, DictAction

from ..engine.checks.strategy import check_spread
from ..formats.common.output_paths import check_new
from ..utils.commands import command
from .config_checks import check_lengths, check_model
from .config_files import check_options, found_config, read_file
from .methods import method_piece, use_method

HELP = "--method NAME  takes the method of configs/_base_/methods/NAME.py, or of your own file"
CONFIG_ENDINGS = (".py", ".json", ".yaml", ".yml")
# Options that are read here or in this package; MMPretrain's scripts would take the first letters.
_WHOLE = ("--cfg-options", "--launcher", "--method", "--out", "--resume", "--tta", "--work-dir")


def prepare(arguments: list[str], folder: Path) -> tuple[list[str], Config | None]:
    """Check the arguments, and write a config if ``--method`` asks for another method.

    Args:
        arguments: The user's arguments. A config that is not a file is one of the package.
        folder: The folder for a config with another method.

    Returns:
        Arguments for MMPretrain's script, and the config with the changes that they make, or None
        if they name no config.

    Raises:
        FileExistsError: The file of ``--out`` exists.
        FileNotFoundError: There is no such config.
        ValueError: There is no such method, nothing reads a key, a value is of another kind than
            its key takes, or the strategy is refused.
    """
    _check_whole(arguments)
    given, rest = _parse(arguments)
    if given.out is not None:
        check_new(given.out)  # MMPretrain's script would replace it
    named = _config_in(rest)
    if named is None:
        return rest, None
    used = path = found_config(named)
    cfg = read_file(path)
    check_options(given.cfg_options, cfg)
    if "--auto-scale-lr" in rest and "auto_scale_lr" not in cfg:
        raise ValueError(
            f"{path}: --auto-scale-lr needs auto_scale_lr=dict(base_batch_size=N) in the config, "
            "where N is the number of images in a step for which its learning rate was chosen."
        )
    if given.method is not None:
        use_method(cfg, method_piece(given.method))
        # The file's name becomes that of the work_dir, so another method needs another name.
        used = str(folder / f"{Path(path).stem}_{Path(given.method).stem}.py")
        cfg.dump(used)
    cfg.merge_from_dict(given.cfg_options)
    check_lengths(cfg)
    check_model(cfg)
    check_spread(cfg)
    return [used if text == named else text for text in rest], cfg


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options that are read here, and all arguments but ``--method``."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--method")
    given, rest = parser.parse_known_args(arguments)
    parser.add_argument("--cfg-options", nargs="+", action=_Pairs, default={})
    parser.add_argument("--out")
    return parser.parse_known_args(rest, given)[0], rest


def _config_in(arguments: list[str]) -> str | None:
    """The argument that names a config."""
    first = arguments[0] if arguments else "-"
    if not first.startswith("-") and not first.endswith(CONFIG_ENDINGS):
        raise ValueError(
            f"{first} is no config: first give a file that ends in {', '.join(CONFIG_ENDINGS)}; "
            f"{command('init_project')} writes one for a table of labels."
        )
    return next((text for text in arguments if text.endswith(CONFIG_ENDINGS)), None)


def _check_whole(arguments: Iterable[str]) -> None:
    """Refuse the first letters of an option, which would not be found here."""
    for text in arguments:
        name = text.partition("=")[0]
        whole = [option for option in _WHOLE if option.startswith(name)]
        if name.startswith("--") and name != "--" and whole and name not in whole:
            raise ValueError(f"{name}: write the whole option, such as {whole[0]}.")


class _Pairs(DictAction):
    """``KEY=VALUE``, with a sentence about anything else."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Parse all pairs."""
        wrong = next((pair for pair in values if "=" not in pair[1:]), None)
        if wrong is not None:
            raise ValueError(
                f"{option_string} {wrong}: write KEY=VALUE, without a blank around the '='."
            )
        super().__call__(parser, namespace, values, option_string)
