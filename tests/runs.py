"""Small real runs: the digits config with a tiny network on few images."""

import gc
from copy import deepcopy
from functools import cache
from itertools import count
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

CONFIGS = Path(__file__).parents[1] / "configs"

TINY = {
    "model.backbone.base_channels": 16,
    "model.backbone.stem_channels": 4,
    "model.backbone.num_stages": 1,
    "model.backbone.strides": (4,),
    "model.backbone.dilations": (1,),
    "model.backbone.out_indices": (0,),
    "model.head.in_channels": 16,
    "model.head.q": 0.5,
    "train_dataloader.batch_size": 16,
    "train_dataloader.dataset.dataset.indices": 64,
    "val_dataloader.dataset.indices": 100,
    "test_dataloader.dataset.indices": 100,
    "train_cfg.max_epochs": 2,
    "train_cfg.val_interval": 2,
    "default_hooks.logger.interval": 2,
    "visualizer.vis_backends": [],  # a figure would take a third of the time
}


def digits_leaf(method=""):
    """The leaf of a method on the digits; without a name that of the project's own."""
    own = "resnet18_digits_pal06.py"
    return f"{method}/{method}_resnet18_digits-pal06.py" if method else own


_number = count()


@cache
def _content(config):
    """The dict of a config; reading its files takes as long as a tiny run."""
    return Config.fromfile(str(CONFIGS / config)).to_dict()


def read_config(config):
    """A config that a test may change, with a text that nobody formats.

    MMEngine names a run by the second in which it starts; two runs of one name share a message hub,
    and delete each other's checkpoints.
    """
    number = next(_number)
    if number % 8 == 0:
        gc.collect()
        gc.freeze()  # MMEngine keeps what each run logs; garbage collection would look at all of it
    text = dict(cfg_text="composed", filename="config.py", format_python_code=False)
    name = dict(experiment_name=f"run_{number}")
    return Config(deepcopy(_content(config)) | name, **text)


def tiny_config(work_dir, config="resnet18_digits_pal06.py", **options):
    """The digits config made tiny; ``options`` are dotted keys with ``__`` for dots."""
    cfg = read_config(config)
    cfg.merge_from_dict(TINY)
    cfg.merge_from_dict({key.replace("__", "."): value for key, value in options.items()})
    cfg.work_dir = str(work_dir)
    return cfg


def tiny_runner(work_dir, config="resnet18_digits_pal06.py", **options):
    """A Runner of :func:`tiny_config`."""
    return Runner.from_cfg(tiny_config(work_dir, config, **options))


def plain_pipeline():
    """The digits training pipeline without its random crop."""
    return [dict(type="PackInputs")]


class Killed(BaseException):
    """What ends a run in the middle; nothing catches it."""


class Kill(Hook):
    """End a run at an event (the name of a hook's method) of an iteration."""

    priority = "LOWEST"

    def __init__(self, event, iteration):
        self.iteration = iteration
        setattr(self, event, self._kill)

    def _kill(self, runner, *args, **kwargs):
        if runner.iter == self.iteration:
            raise Killed


class Losses(Hook):
    """The loss of each iteration."""

    priority = "VERY_HIGH"

    def __init__(self):
        self.values = {}

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.values[runner.iter] = outputs["loss"].item()


def equal(a, b):
    """Whether two parts of checkpoints are equal bit for bit."""
    if isinstance(a, torch.Tensor):
        return torch.equal(a.nan_to_num(9), b.nan_to_num(9))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b
