"""Refuses keys of ``--cfg-options`` that nothing reads."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from mmengine.config import Config
from mmengine.optim import OptimWrapper
from mmengine.runner import (
    EpochBasedTrainLoop,
    IterBasedTrainLoop,
    LogProcessor,
    Runner,
    TestLoop,
    ValLoop,
)
from torch.utils.data import DataLoader

from ..utils.names import nearest
from ..utils.registered import class_of
from .type_arguments import arguments_of

NEAR = 0.75  # a known key that is at least this similar was meant
_SELF = ("type", "_delete_", "_scope_")
_BUILT = ("dataset", "sampler", "batch_sampler", "num_batch_per_epoch")
_WRAPPED = ("constructor", "paramwise_cfg")
# For each part of a config without a type: the functions that take it, and keys that its builder
# reads.
READERS: dict[str, tuple[tuple[Callable, ...], tuple[str, ...]]] = {
    "train_dataloader": ((DataLoader,), _BUILT),
    "val_dataloader": ((DataLoader,), _BUILT),
    "test_dataloader": ((DataLoader,), _BUILT),
    "train_cfg": ((EpochBasedTrainLoop, IterBasedTrainLoop), ("by_epoch",)),
    "val_cfg": ((ValLoop,), ()),
    "test_cfg": ((TestLoop,), ()),
    "optim_wrapper": ((OptimWrapper,), _WRAPPED),
    "log_processor": ((LogProcessor,), ()),
    "randomness": ((Runner.set_randomness,), ()),
    "auto_scale_lr": ((), ("enable", "base_batch_size")),
    "env_cfg": ((), ("cudnn_benchmark", "mp_cfg", "dist_cfg", "resource_limit")),
}
# Keys that the builder of a part with a type reads.
_OF_BUILDERS = {"priority", "convert_to_iter_based", *_WRAPPED}


def check_nested_keys(options: Mapping[str, Any], cfg: Config) -> None:
    """Refuse keys below the top that are not in the config, and that its types do not take.

    MMEngine merges them silently. Then some raise an error in a type, and others do nothing.

    Args:
        options: The options by their dotted keys.
        cfg: The config before they are merged.

    Raises:
        ValueError: Nothing reads a key.
    """
    new = [(key, *found) for key in options if (found := _first_new(key, cfg._cfg_dict))]
    merged = deepcopy(cfg)
    merged.merge_from_dict(deepcopy(dict(options)))  # an option may change a type
    for key, path, name in new:
        _check_new(key, path, name, part_at(path, cfg._cfg_dict), part_at(path, merged._cfg_dict))


def _first_new(key: str, part: Any) -> tuple[str, str] | None:
    """The path to the first name of a key that the config does not have, and this name."""
    path = ""
    for name in key.split("."):
        if isinstance(part, list | tuple):
            if not name.isdecimal():
                raise ValueError(
                    f"--cfg-options {key}: {path} is a list, so write the number of an item in "
                    f"place of {name!r}, as in {path}.0 for the first."
                )
            if int(name) >= len(part):
                return None  # MMEngine refuses it
            part = part[int(name)]
        elif isinstance(part, dict) and name in part:
            part = part[name]
        else:
            below = isinstance(part, dict) and path and name not in _SELF
            return (path, name) if below else None
        path = f"{path}.{name}" if path else name
    return None


def part_at(path: str, part: Any) -> Any:
    """The part of a config at a path, or None."""
    for name in path.split(".") if path else ():
        if isinstance(part, list | tuple):
            part = part[int(name)] if name.isdecimal() and int(name) < len(part) else None
        else:
            part = part.get(name) if isinstance(part, dict) else None
    return part


def _check_new(key: str, path: str, name: str, before: dict, after: dict) -> None:
    """Refuse a new name in a part of the config that does not take it."""
    new = after.get(name)
    if isinstance(new, dict) and "type" in new and "type" not in after:
        return  # another hook, or another part that is complete
    known, is_open, whole = taken_keys(path, after)
    known |= {*before}
    near = nearest(name, known, NEAR if is_open else 0.6)
    if name in known - {*before} or (is_open and not near):
        return
    raise ValueError(f"--cfg-options {key}: {whole} {name!r}{near}.")


def taken_keys(path: str, part: dict) -> tuple[set[str], bool, str]:
    """List the keys that a part of a config takes.

    Args:
        path: Its dotted key.
        part: The part.

    Returns:
        The keys, whether it may take others, and the beginning of a sentence that refuses one.
    """
    kind = part.get("type")
    found = class_of(kind) if isinstance(kind, str) else kind
    readers, more = READERS.get(path, ((), ()))
    if kind is not None:
        readers = () if found is None else (found,)
        more = (*more, *_OF_BUILDERS)
    taken = [arguments_of(reader) for reader in readers]
    known = set(more).union(*(names for names, _ in taken))
    is_open = not known if kind is None else not taken
    is_open = is_open or any(others for _, others in taken)
    phrase = (
        f"{path} is of type {kind}, which takes no" if isinstance(kind, str) else f"{path} has no"
    )
    return known, is_open, phrase
