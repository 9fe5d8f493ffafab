"""The settings of a config that decide the result of a run."""

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from mmengine.dist import get_world_size
from mmengine.runner import Runner

from ...datasets.feature_files import networks_of
from ...registry import HOOKS

Settings = dict[str, Any]  # dotted keys of the config, each with a number or text

IMAGES = "images of a step"  # of all processes together
LENGTHS = ("train_cfg.max_epochs", "train_cfg.max_iters")
_DECIDES = ("model", "data_preprocessor", "train_dataloader", "train_cfg", "optim_wrapper",
            "param_scheduler", "auto_scale_lr", "custom_hooks", "randomness", IMAGES)  # fmt: skip
_HARMLESS = (
    # Paths, and how files are read. The hash of the labels identifies the data.
    "train_dataloader.dataset.*data_root", "train_dataloader.dataset.*data_prefix*",
    "train_dataloader.dataset.*ann_file", "train_dataloader.dataset.*mask_file",
    "train_dataloader.dataset.*split_file",
    "train_dataloader.dataset.*lazy_init", "*.serialize_data", "*.backend_args*",
    "train_dataloader.num_workers", "train_dataloader.persistent_workers",
    "train_dataloader.pin_memory", "train_dataloader.prefetch_factor", "train_dataloader.timeout",
    "train_dataloader.multiprocessing_context", "train_dataloader.collate_fn*",
    "train_dataloader.batch_size",  # included in IMAGES
    "custom_hooks.*.path", "custom_hooks.*.file",
    # Initial weights, memory instead of time, and settings of evaluation.
    "*.init_cfg*", "*.pretrained", "*.with_cp",
    "train_cfg.val_interval", "train_cfg.val_begin", "train_cfg.dynamic_intervals*",
    "model.head.topk*", "model.head.thr", "randomness.deterministic",
)  # fmt: skip
_OFTEN_OTHER = ("cfg", "resume", "load_from", "launcher", "experiment_name")
_STACK = ("mmpartial", "mmpretrain", "mmengine")


def settings_of(cfg: Any) -> Settings:
    """The config as dotted keys, with hashes of files that the model reads and of stored features.

    Hooks are named by their types. Hooks of other projects are left out. An EMAHook is included,
    whether it is a default or a custom hook.
    """
    wanted = set(inspect.signature(Runner.__init__).parameters) - {"self", *_OFTEN_OTHER}
    parts = {key: cfg[key] for key in sorted(wanted) if cfg.get(key) is not None}
    defaults = [hook for hook in (cfg.get("default_hooks") or {}).values() if hook is not None]
    hooks = [hook for hook in parts.get("custom_hooks", []) if _of_stack(hook["type"])]
    hooks += [hook for hook in defaults if str(hook["type"]).endswith("EMAHook")]
    parts["custom_hooks"] = {str(hook["type"]): hook for hook in hooks}
    flat = dict(_leaves(parts))
    for key in [key for key in flat if key.startswith("model.data_preprocessor.")]:
        if flat[key] == flat.get(key.removeprefix("model.")):
            del flat[key]  # a FlexibleRunner writes the data_preprocessor into the model as well
    batch = flat.get("train_dataloader.batch_size")
    if batch is not None:
        flat[IMAGES] = batch * get_world_size()
    for key, value in list(flat.items()):
        content = b""
        if key.startswith("model.") and isinstance(value, str) and Path(value).is_file():
            content = Path(value).read_bytes()
        elif key.endswith(".features") and isinstance(value, str):
            content = networks_of(value).encode()
        if content:
            flat[key] = f"{value} ({hashlib.blake2b(content, digest_size=8).hexdigest()})"
    return flat


def _of_stack(hook: Any) -> bool:
    found = HOOKS.get(hook) if isinstance(hook, str) else hook
    return getattr(found, "__module__", "").split(".")[0] in _STACK


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers and texts in nested dicts and lists, without None."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{key}[{number}]")
    elif isinstance(value, bool | int | float | str):
        yield key, value
    elif value is not None:
        yield key, getattr(value, "__qualname__", None) or str(value)


def decisive(key: str, labels_known: bool) -> bool:
    """Whether another value of a key leads to another result of the run.

    The files of the labels count only if the hash of the training labels is not known.
    """
    if key.endswith(("ann_file", "mask_file", "split_file", "data_root")) and not labels_known:
        return key.startswith("train_dataloader.")
    top = key.split(".")[0].split("[")[0]
    return top in _DECIDES and not any(fnmatch(key, pattern) for pattern in _HARMLESS)


def differences(before: Settings, now: Settings) -> dict[str, str]:
    """The keys with another value, each as 'before -> now'."""
    both = {key: (before.get(key), now.get(key)) for key in sorted({*before, *now})}
    return {key: f"{_shown(a)} -> {_shown(b)}" for key, (a, b) in both.items() if not _same(a, b)}


def _same(a: Any, b: Any) -> bool:
    """Whether two values are equal; files are compared by content, not by path."""
    if isinstance(a, str) and isinstance(b, str) and ")" in (a[-1:], b[-1:]):
        (path, digest), (other, other_digest) = (_file(text) for text in (a, b))
        return digest == other_digest if digest and other_digest else path == other
    return a == b


def _file(text: str) -> tuple[str, str]:
    path, _, digest = text.rpartition(" (")
    return (path, digest) if path and len(digest) == 17 else (text, "")


def _shown(value: Any) -> str:
    return "not given" if value is None else str(value)
