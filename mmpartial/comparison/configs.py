"""Composes the config of a run: a base config with another method, setting, seed and rate."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict

from ..apis.model import test_pipeline
from ..datasets.settings import POSITIVES_ONLY
from ..launch.config_files import read_config
from ..launch.methods import use_method
from ..utils.nested import of_type
from .run import Run, parse_setting
from .training import MAP, PREFIX

_METRIC = "mmpartial.PartialMultiLabelMetric"
_WARM_UP = "mmpartial.AsymmetricPseudoLabelHook"
_LENGTHS = ("total_steps", "T_max", "end")  # of schedulers that end with the training


def load_base(path: str | Path, options: Mapping[str, Any] | None = None) -> Config:
    """Read a config; if options change ``max_epochs``, its schedulers change as well.

    Raises:
        ValueError: An option would have no effect, because methods replace it.
    """
    for name in options or {}:
        if name == "model.head.q" or f"{name}.".startswith("model.head.loss."):
            raise ValueError(
                f"{name} would have no effect, because each method brings its own: write a method "
                "file with this option and the method as _base_, and give it to --methods."
            )
    cfg = read_config(path, options)
    if not options:
        return cfg
    before = read_config(path).train_cfg.get("max_epochs")
    for scheduler in _as_list(cfg.get("param_scheduler")):
        for key in _LENGTHS:
            if key in scheduler and scheduler[key] == before:
                scheduler[key] = cfg.train_cfg.max_epochs
    return cfg


def compose(base: Config, piece: Config, run: Run, held_out: float, labels: str) -> Config:
    """Compose the config of a run.

    Args:
        base: A config for training, of any method and setting.
        piece: The method's piece, with ``head`` and ``custom_hooks``.
        run: The run.
        held_out: Share of the training images to hold out for validation, 0 for none.
        labels: Labels of the held-out images, ``'full'`` or ``'observed'``.

    Raises:
        ValueError: The base config does not train on partial labels, or does not measure mAP.
    """
    cfg = Config(base.to_dict(), cfg_text="composed", filename="config.py")
    use_method(cfg, piece)
    for hook in cfg.custom_hooks:
        if hook["type"] == _WARM_UP:
            hook["warmup"] = max(1, cfg.train_cfg.max_epochs // 2)  # as the authors have it
    train = _partial(cfg.train_dataloader.dataset)
    _set(train, **parse_setting(run.setting), seed=run.seed)
    if held_out:
        _hold_out(cfg, train, held_out, labels)
    else:
        without_validation(cfg)
    _use_rate(cfg, run.lr)
    cfg.randomness = dict(cfg.get("randomness") or {}, seed=run.seed)
    cfg.default_hooks.checkpoint.update(
        interval=-1, save_last=False, save_best=MAP if held_out else None, rule="greater"
    )
    cfg.default_hooks.pop("calibration", None)  # only the scores are used
    cfg.default_hooks.final_test = dict(type="mmpartial.FinalTestHook")
    _check_metric(cfg.test_evaluator)
    cfg.visualizer = dict(type="UniversalVisualizer")  # without backends, so that nothing is drawn
    return cfg


def _as_list(value: Any) -> list:
    if isinstance(value, list):
        return value
    return [value] if value else []


def _check_metric(evaluator: Any) -> None:
    ours = [metric for metric in _as_list(evaluator) if metric["type"] == _METRIC]
    if not any((metric.get("prefix") or PREFIX) == PREFIX for metric in ours):
        raise ValueError(
            f"the base config's test_evaluator has no {_METRIC} with the prefix {PREFIX!r}: add it."
        )


def without_validation(cfg: Config) -> None:
    """Remove validation from a config."""
    cfg.val_dataloader = cfg.val_evaluator = cfg.val_cfg = None
    cfg.default_hooks.checkpoint.save_best = None


def _partial(dataset: ConfigDict) -> ConfigDict:
    """Find the config of the dataset that hides labels."""
    found = of_type(dataset, "PartialLabelDataset")
    if not found:
        raise ValueError(
            f"the base config trains on {dataset.type} without mmpartial.PartialLabelDataset, "
            "which hides labels: wrap the dataset in it."
        )
    return found[0]


def _set(wrapper: ConfigDict, **setting: Any) -> None:
    """Replace the wrapper's setting and all its options."""
    for key in set(wrapper) - {"type", "dataset", "pipeline", "held_out", "part"}:
        del wrapper[key]
    wrapper.update(setting)


def _hold_out(cfg: Config, train: ConfigDict, share: float, labels: str) -> None:
    """Validate on a part of the training images, with the pipeline of the test images."""
    train.update(held_out=share, part="train")
    held_out = copy.deepcopy(train)
    held_out.part = "held_out"
    cached = of_type(held_out, "CachedFeatures")
    for features in cached:  # they have no pipeline, but a first view without augmentation
        features.random_view = False
    if not cached:
        held_out.pipeline = test_pipeline(cfg)
    if labels == "full" and train.setting is not None:
        _set(held_out, setting="FAL", seed=train.seed)
    cfg.val_dataloader = dict(copy.deepcopy(cfg.test_dataloader), dataset=held_out)
    cfg.val_evaluator = copy.deepcopy(cfg.get("val_evaluator") or cfg.test_evaluator)
    if labels == "observed" and train.setting in POSITIVES_ONLY:  # otherwise no class has negatives
        for metric in _as_list(cfg.val_evaluator):
            if metric["type"] == _METRIC:
                metric["protocol"] = "unknown_negative"
    cfg.val_cfg = cfg.get("val_cfg") or dict()


def _use_rate(cfg: Config, lr: float) -> None:
    """Set the optimizer's rate to ``lr``, and scale the schedulers' rates with it."""
    factor = lr / cfg.optim_wrapper.optimizer.lr
    cfg.optim_wrapper.optimizer.lr = lr
    for scheduler in _as_list(cfg.get("param_scheduler")):
        for key in {"eta_max", "eta_min"} & set(scheduler):
            scheduler[key] *= factor
