"""Hashes of the inputs of a run: its config, its data and other files."""

import copy
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from mmengine.config import Config

from ..registry import DATASETS
from ..utils.messages import counted
from ..utils.nested import branches

_BYTES = 2**20  # of a file, read at once
_NAMED = 5  # a message names at most this many inputs


def inputs_of(configs: Sequence[Config]) -> dict[str, str]:
    """Hash the configs of a run, one for each stage of training, and the files that they name.

    These files are all values of the configs that are paths of files, such as a mask or a
    checkpoint, and the files in a folder of ``features``.
    """
    found = {}
    for number, config in enumerate(configs):
        for key, value in config.to_dict().items():
            name = f"config key {key}" + (f" of stage {number}" if number else "")
            found[name] = _hash(json.dumps(value, sort_keys=True, default=_name))
            found |= {f"file {path}": _hash_file(*stat) for path, stat in _files(value)}
    return found


def data_of(base: Config) -> dict[str, str]:
    """Hash the training and test data of a base config, without their wrappers.

    The hash covers classes, ids, labels, paths and sizes of the image files. It covers pixels only
    if the dataset itself holds them.
    """
    found: dict[str, str] = {}
    for part, loader in (("training", base.train_dataloader), ("test", base.test_dataloader)):
        for *_, innermost in branches(loader.dataset):
            dataset = DATASETS.build(copy.deepcopy(innermost))
            where = getattr(dataset, "ann_file", "") or type(dataset).__name__
            name = f"{part} data {where}"
            found[name] = found.get(name, "") + _hash_data(dataset)  # two may share a file
    return found


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Name the inputs that differ; return an empty text if they are equal."""
    names = sorted(name for name in before.keys() | now if before.get(name) != now.get(name))
    return counted(names, _NAMED)


def _hash_data(dataset: Any) -> str:
    dataset.full_init()
    digest = hashlib.blake2b(json.dumps(dataset.metainfo, default=_name).encode(), digest_size=8)
    for number in range(len(dataset)):
        record = dataset.get_data_info(number)
        path = str(record.get("img_path", ""))
        size = os.path.getsize(path) if os.path.isfile(path) else None
        digest.update(json.dumps([record, size], sort_keys=True, default=_name).encode())
    return digest.hexdigest()


def _name(value: Any) -> Any:
    """Convert for JSON: arrays to their content, classes and functions to their names."""
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.shape, _hash(np.ascontiguousarray(value))]
    return getattr(value, "__qualname__", None) or str(value)


def _hash(content: Any) -> str:
    content = content.encode() if isinstance(content, str) else content
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _files(node: Any) -> Iterator[tuple[str, tuple[str, int, int]]]:
    """Find the files that a part of a config names, with size and time."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _files(item)
    elif isinstance(node, dict):
        for item in node.values():
            yield from _files(item)
        features = node.get("features")  # of a frozen network, in a folder
        if isinstance(features, str) and os.path.isdir(features):
            yield from _files([os.path.join(features, f) for f in sorted(os.listdir(features))])
    elif isinstance(node, str) and os.path.isfile(node):
        stat = os.stat(node)
        yield node, (node, stat.st_size, stat.st_mtime_ns)


@cache
def _hash_file(path: str, size: int, time: int) -> str:
    """Hash the content of a file; if its size or time changes, hash it again."""
    digest = hashlib.blake2b(digest_size=8)
    with open(path, "rb") as file:
        while part := file.read(_BYTES):
            digest.update(part)
    return digest.hexdigest()
