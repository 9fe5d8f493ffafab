"""Adds ``--method`` to MMPretrain's train.py and test.py, and checks their arguments."""

import argparse
import inspect
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from ..engine.checks.strategy import check_spread
from ..formats.common.output_paths import check_new
from ..utils.names import nearest
from ..utils.packaged_configs import config_path
from .methods import method_piece, use_method
from .option_keys import check_nested_keys

HELP = "--method NAME  takes the method of configs/_base_/methods/NAME.py, or of your own file"
CONFIG_ENDINGS = (".py", ".json", ".yaml", ".yml")
# Keys that MMEngine and MMPretrain's scripts read besides the Runner's own arguments.
_MORE = ("model_wrapper_cfg", "find_unused_parameters", "activation_checkpointing", "compile",
         "efficient_conv_bn_eval", "runner_type", "strategy", "tta_model",
         "tta_pipeline", "custom_imports")  # fmt: skip
_NEAR = 0.9  # a variable of a config that is at least this similar to a key was misspelt


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
        ValueError: There is no such method, nothing reads a key, or the strategy is refused.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--method")
    own, rest = parser.parse_known_args(arguments)
    parser.add_argument("--cfg-options", nargs="+", action=_Pairs, default={})
    parser.add_argument("--out")
    given = parser.parse_known_args(rest)[0]
    if given.out is not None:
        check_new(given.out)  # MMPretrain's script would replace it
    options = given.cfg_options
    path = next((text for text in rest if text.endswith(CONFIG_ENDINGS)), None)
    if path is None:
        if rest and not rest[0].startswith("-"):
            raise ValueError(
                f"{rest[0]} is no config: give a file that ends in {', '.join(CONFIG_ENDINGS)}; "
                "tools/init_project.py writes one for a table of labels."
            )
        return rest, None
    if not Path(path).is_file():
        packaged = config_path(path)
        rest = [packaged if text == path else text for text in rest]
        path = packaged
    cfg = _read(path)
    _check_keys(options, cfg)
    check_nested_keys(options, cfg)
    if own.method is not None:
        use_method(cfg, method_piece(own.method))
        # The file's name becomes that of the work_dir, so another method needs another name.
        new = folder / f"{Path(path).stem}_{Path(own.method).stem}.py"
        cfg.dump(str(new))
        rest = [str(new) if text == path else text for text in rest]
    cfg.merge_from_dict(options)
    check_spread(cfg)
    return rest, cfg


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


def _read(path: str) -> Config:
    """Read a config; if its code has a fault, the error names file and line."""
    try:
        return Config.fromfile(path)
    except SyntaxError as error:  # MMEngine does not say in which file
        code = f" ({error.text.strip()})" if error.text else ""
        raise ValueError(
            f"{path}, or a config that it inherits, is not valid Python: {error.msg}, line "
            f"{error.lineno}{code}."
        ) from error
    except Exception as error:
        frame, number = list(traceback.walk_tb(error.__traceback__))[-1]
        text = f"{type(error).__name__}: {error}"
        if "__name__" not in frame.f_globals:  # it is the code of a config, not a module
            raise ValueError(f"{frame.f_code.co_filename}, line {number}: {text}.") from error
        if text.startswith("ImportError: Failed to import custom modules"):
            first: BaseException = error
            while (cause := first.__cause__ or first.__context__) is not None:
                first = cause
            raise ValueError(
                f"{path}: custom_imports: {error.__cause__} ({first}). Set PYTHONPATH to the "
                "folder that holds the module."
            ) from error
        raise


def _check_keys(options: Iterable[str], cfg: Config) -> None:
    """Refuse keys that nothing reads; MMEngine ignores them silently."""
    read = {*inspect.signature(Runner.__init__).parameters, *_MORE} - {"self", "cfg"}
    for key in options:
        top = key.split(".")[0]
        if top not in read and top not in cfg:
            raise ValueError(
                f"--cfg-options {key}: the config has no {top!r}{nearest(top, {*cfg, *read})}."
            )
    for key in cfg:
        turned = [name for name in read if sorted(name) == sorted(key)]  # as in trian_cfg
        if key not in read and (near := nearest(key, turned or read, 0 if turned else _NEAR)):
            raise ValueError(f"{cfg.filename}: nothing reads {key!r}{near}.")
