"""Arguments of train.py and test.py that MMPretrain's scripts lack, and checks of others."""

import argparse
import inspect
import traceback
from collections.abc import Iterable
from pathlib import Path

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from ..utils.names import nearest
from ..utils.packaged_configs import config_path
from .methods import method_piece, use_method

HELP = "--method NAME  takes the method of configs/_base_/methods/NAME.py, or of your own file"
_CONFIGS = (".py", ".json", ".yaml", ".yml")
# What MMEngine and MMPretrain's scripts read beside the Runner's own arguments.
_MORE = ("model_wrapper_cfg", "find_unused_parameters", "activation_checkpointing", "compile",
         "efficient_conv_bn_eval", "runner_type", "tta_model", "tta_pipeline",
         "custom_imports")  # fmt: skip
_NEAR = 0.9  # from here on a variable of a config file is a key that was misspelt


def prepare(arguments: list[str], folder: Path) -> tuple[list[str], Config | None]:
    """Check the arguments, and write a config if ``--method`` asks for another method.

    Args:
        arguments: The user's arguments.
        folder: Where a config with another method is written.

    Returns:
        Arguments for MMPretrain's script, and the changed config, if they name a config. A config
        that is no file comes with the package.

    Raises:
        FileNotFoundError: There is no such config.
        ValueError: There is no such method, or nothing reads a key.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--method")
    own, rest = parser.parse_known_args(arguments)
    parser.add_argument("--cfg-options", nargs="+", action=DictAction, default={})
    options = parser.parse_known_args(rest)[0].cfg_options
    path = next((text for text in rest if text.endswith(_CONFIGS)), None)
    if path is None:
        return rest, None
    if not Path(path).is_file():
        packaged = config_path(path)
        rest = [packaged if text == path else text for text in rest]
        path = packaged
    cfg = _read(path)
    _check_keys(options, cfg)
    if own.method is not None:
        use_method(cfg, method_piece(own.method))
        # The name of the file is that of the default work_dir, which another method must not share.
        new = folder / f"{Path(path).stem}_{Path(own.method).stem}.py"
        cfg.dump(str(new))
        rest = [str(new) if text == path else text for text in rest]
    cfg.merge_from_dict(options)
    return rest, cfg


def _read(path: str) -> Config:
    """Read a config, and name file and line of a fault in its code."""
    try:
        return Config.fromfile(path)
    except SyntaxError as error:  # MMEngine does not say in which file
        code = f" ({error.text.strip()})" if error.text else ""
        raise ValueError(
            f"{path}, or a config that it inherits, is no Python: {error.msg}, line "
            f"{error.lineno}{code}."
        ) from error
    except Exception as error:
        frame, number = list(traceback.walk_tb(error.__traceback__))[-1]
        text = f"{type(error).__name__}: {error}"
        if "__name__" not in frame.f_globals:  # the code of a config is no module
            raise ValueError(f"{frame.f_code.co_filename}, line {number}: {text}.") from error
        if text.startswith("ImportError: Failed to import custom modules"):
            raise ValueError(
                f"{path}: custom_imports: {error.__cause__} ({_first(error)}). Set PYTHONPATH to "
                "the folder that holds the module."
            ) from error
        raise


def _first(error: BaseException) -> BaseException:
    """Find the error that caused the others."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    return error


def _check_keys(options: Iterable[str], cfg: Config) -> None:
    """Refuse keys that nothing reads, which MMEngine ignores silently."""
    read = {*inspect.signature(Runner.__init__).parameters, *_MORE} - {"self", "cfg"}
    for key in options:
        top = key.split(".")[0]
        if top not in read and top not in cfg:
            raise ValueError(
                f"--cfg-options {key}: the config has no {top!r}{nearest(top, {*cfg, *read})}."
            )
    for key in cfg:
        if key not in read and (near := nearest(key, read, _NEAR)):
            raise ValueError(f"{cfg.filename}: nothing reads {key!r}{near}.")
