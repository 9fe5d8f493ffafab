"""Calibrates a checkpoint."""

from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..calibration import LEAST, Result, check_options
from ..engine.trained_model import (
    calibrate_model,
    standardize_as_trained,
    trained_model,
    write_decided,
)
from ..engine.trained_on import check_not_trained_on
from ..formats.common.output_paths import check_new
from ..registry import DATASETS
from ..utils.commands import command
from ..utils.log import note, warn
from .model import read_trained
from .moved_data import data_of

DATA = ("val", "test")


def calibrate_checkpoint(
    checkpoint: str | Path,
    config: str | Path | Config | None = None,
    data: str = "val",
    method: str = "platt",
    criterion: str = "f1",
    least: int = LEAST,
    out: str | Path | None = None,
    force: bool = False,
) -> Result:
    """Calibrate a checkpoint on held-out images, and write a new one.

    The new checkpoint is the old one with the calibration and the thresholds. A table of the
    classes, reliability curves and their picture are written beside it.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.
        data: The dataloader that has the held-out images, ``'val'`` or ``'test'``.
        method: See :func:`mmpartial.calibration.fit`.
        criterion: See :func:`mmpartial.calibration.criterion_named`.
        least: Known positives and negatives that a class needs for a threshold of its own.
        out: The new checkpoint; by default ``_calibrated`` is added to the name.
        force: Overwrite existing files.

    Raises:
        FileExistsError: A file exists.
        FileNotFoundError: There is no such checkpoint.
        ValueError: The images were used for training, their labels are not enough, or an option is
            wrong.
    """
    init_default_scope("mmpretrain")
    check_options(method, criterion, least)
    source = Path(checkpoint)
    target = Path(out) if out else source.with_name(f"{source.stem}_calibrated.pth")
    stem = f"{target.stem}_"
    for file in [target, *Result.files(target.parent, stem)]:
        check_new(file, force)
    content, cfg = read_trained(checkpoint, config)
    with data_of(checkpoint, config):
        dataset = _held_out(cfg, data)
    standardize_as_trained(dataset, content)
    model, loader = trained_model(cfg, content, source), cfg[f"{data}_dataloader"]
    result = calibrate_model(
        model, dataset, loader, method=method, criterion=criterion, least=least
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    write_decided(content, result.decision, target)
    result.save(target.parent, stem)
    predict = command("predict", str(target), "PHOTOS/", "--out", "predictions.csv")
    note(f"wrote {target}. To predict photos: {predict}")
    return result


def _held_out(cfg: Config, data: str) -> Any:
    """The dataset of held-out images, none of which was trained on."""
    loader = cfg.get(f"{data}_dataloader") if data in DATA else None
    if loader is None:
        raise ValueError(
            f"the config has no {data}_dataloader: choose val or test, or give a config that has "
            "one with held-out images."
        )
    dataset = DATASETS.build(loader.dataset)
    try:
        trained = DATASETS.build(cfg.train_dataloader.dataset)
    except FileNotFoundError as error:
        warn(f"it is not known whether these images were used for training: {error}")
    else:
        check_not_trained_on(trained, dataset, f"{data}_dataloader")
    return dataset
