"""Reads configs, and refuses ``--cfg-options`` that nothing reads or that are of another kind."""

import inspect
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.runner import Runner

from ..utils.names import nearest
from ..utils.packaged_configs import config_path
from .config_checks import check_lengths
from .option_keys import check_nested_keys
from .option_values import check_values

# Keys that MMEngine and MMPretrain's scripts read besides the Runner's own arguments.
_MORE = ("model_wrapper_cfg", "find_unused_parameters", "activation_checkpointing", "compile",
         "efficient_conv_bn_eval", "runner_type", "strategy", "tta_model",
         "tta_pipeline", "custom_imports")  # fmt: skip
_NEAR = 0.9  # a variable of a config that is at least this similar to a key was misspelt


def read_config(path: str | Path, options: Mapping[str, Any] | None = None) -> Config:
    """Read a config and change it by options.

    Args:
        path: Its file, or the name of a config of the package.
        options: Values by their dotted keys.

    Raises:
        FileNotFoundError: There is no such config.
        ValueError: The config has a fault, nothing reads a key, or a value is of another kind than
            its key takes.
    """
    cfg = read_file(found_config(str(path)))
    check_options(options or {}, cfg)
    cfg.merge_from_dict(dict(options or {}))
    check_lengths(cfg)
    return cfg


def check_options(options: Mapping[str, Any], cfg: Config) -> None:
    """Check options before they are merged into a config.

    Raises:
        ValueError: Nothing reads a key, or a value is of another kind than its key takes.
    """
    _check_keys(options, cfg)
    check_nested_keys(options, cfg)
    check_values(options, cfg)


def found_config(path: str) -> str:
    """The file of a config: that of the user, or else one of the package.

    Raises:
        FileNotFoundError: There is neither.
    """
    return path if Path(path).is_file() else config_path(path)


def read_file(path: str) -> Config:
    """Read a config; if its code has a fault, the error names file and line.

    Raises:
        ValueError: The config, or one that it inherits, has a fault.
    """
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
