"""Finds the known labels that a model doubts."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from mmengine.config import Config

from ..evaluation.doubted import Block, doubted
from ..formats.common.output_paths import check_target, replacing
from ..reports.doubts import doubts_page
from ..reports.images_by_id import images_by_id
from .questions.next_command import note_next_command
from .training_features import Source, TrainingFeatures, training_features


def doubts(
    source: Source, config: Source | None = None, number_of_folds: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Find the known training labels that are unlikely according to a model that has not seen them.

    The images are divided into folds, and the images of a group are in the same fold. Linear
    classifiers on the features of all other folds predict each fold. Features from a pretrained
    network know nothing of the labels. A network that was trained on these labels may have learned
    wrong ones by heart.

    Args:
        source: A config, for the features of its network before training; or a checkpoint or a
            work_dir, for those of the trained network.
        config: The config, if it is not the one in the checkpoint.
        number_of_folds: The number of folds.
        seed: Another seed gives other folds.

    Returns:
        The table of :func:`~mmpartial.evaluation.doubted.doubted`.

    Raises:
        FileNotFoundError: There is no such file, or the data is missing.
        ValueError: The network cannot be built, the training data is not in a
            :class:`mmpartial.PartialLabelDataset`, or there are fewer than two folds.
    """
    return _doubts(training_features(source, config), number_of_folds, seed)


def write_doubts(
    source: Source,
    out: str | Path,
    page: str | Path | None = None,
    config: Source | None = None,
    force: bool = False,
    number_of_folds: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Write the table of :func:`doubts` with a blank column ``answer``, and a page with the images.

    Args:
        source: As in :func:`doubts`.
        out: The table, a CSV file.
        page: The page, an HTML file, or None.
        config: As in :func:`doubts`.
        force: Overwrite existing files.
        number_of_folds: As in :func:`doubts`.
        seed: As in :func:`doubts`.

    Raises:
        FileExistsError: A file exists.
        FileNotFoundError: As in :func:`doubts`.
        ValueError: As in :func:`doubts`.
    """
    for path in (out, page):
        if path is not None:
            check_target(path, force)
    found = training_features(source, config)
    table = _doubts(found, number_of_folds, seed)
    with replacing(out) as temporary:
        answers = table.assign(answer="")  # for a person, and then for add_answers
        answers.to_csv(temporary, index=False, float_format="%.4g")
    if page is not None:
        name = source.filename if isinstance(source, Config) else source
        images = images_by_id(found.dataset, set(table["image"]))
        doubts_page(table, images, str(name or ""), found.trained).write(page, force)
    note_next_command(found.dataset, str(out), "--correct")
    return table


def _doubts(found: TrainingFeatures, number_of_folds: int, seed: int) -> pd.DataFrame:
    names = found.annotations.names, found.annotations.classes
    return doubted(_blocks(found, number_of_folds, seed), *names)


def _blocks(found: TrainingFeatures, number_of_folds: int, seed: int) -> Iterator[Block]:
    """Labels and predictions of some images at a time."""
    labels = found.annotations.labels
    heads = found.out_of_fold(number_of_folds, seed)
    for rows in labels.row_blocks():
        yield rows, labels[rows], heads.logits(rows).sigmoid().numpy()
