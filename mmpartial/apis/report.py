"""Writes the report of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.registry import init_default_scope

from ..engine.trained_model import standardize_as_trained, trained_model
from ..formats.common.output_paths import check_target
from ..registry import DATASETS
from ..reports.predict_images import predict_images
from ..reports.predicted import Predicted
from ..reports.ranking_curves import extreme_classes, named_classes
from ..reports.run import frequent_classes, run_page
from ..reports.run_files import RunFiles, read_run
from ..utils.log import warn
from ..utils.machine import default_device
from .last_checkpoint import last_checkpoint
from .model import read_trained


def report_run(
    work_dir: str | Path,
    out: str | Path | None = None,
    predict: bool = True,
    curves: Sequence[str] | None = None,
    force: bool = False,
) -> Path:
    """Write the report of a run, even if it was killed or is not finished.

    Args:
        work_dir: The run's folder.
        out: The page; ``report.html`` in the folder if None.
        predict: Predict the validation images with the last checkpoint, for precision-recall and
            ROC curves, confusion and images.
        curves: Names of up to four classes that get precision-recall and ROC curves; None takes the
            two with the lowest and the two with the highest average precision.
        force: Overwrite an existing page.

    Returns:
        The page.

    Raises:
        FileExistsError: The page exists.
        FileNotFoundError: There is no run in the folder.
        ValueError: There is no such class.
    """
    init_default_scope("mmpretrain")
    target = Path(work_dir) / "report.html" if out is None else Path(out)
    run, predicted, dataset = read_run(work_dir), None, None
    check_target(target, force)
    chosen = extreme_classes(run) if curves is None else named_classes(run, curves)
    if predict:
        try:
            predicted, dataset = _predictions(run, chosen)
        except (OSError, ValueError) as error:
            warn(f"the report lacks ROC curves, confusion and images: {error}")
    run_page(run, predicted, dataset).write(target, force)
    return target


def _predictions(run: RunFiles, chosen: np.ndarray) -> tuple[Predicted | None, Any]:
    """Predictions of the validation images, and their dataset."""
    if run.classes.empty:
        raise ValueError(f"{run.folder} has no per_class/*.csv, because it has no evaluation yet.")
    checkpoint = last_checkpoint(run.folder)
    content, cfg = read_trained(checkpoint)
    model = trained_model(cfg, content, checkpoint)
    dataset: Any = DATASETS.build(cfg.val_dataloader.dataset)
    standardize_as_trained(dataset, content)
    model.to(default_device())
    classes = frequent_classes(run), chosen
    return predict_images(model, dataset, cfg.val_dataloader, *classes), dataset
