"""Predicts many image files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from mmengine.config import Config
from rich.console import Console
from rich.progress import track

from ..datasets.transforms.unreadable import UnreadableImage
from ..formats.common.output_paths import check_target
from .multi_label_inferencer import MultiLabelInferencer
from .prediction.drawing import drawn_files
from .prediction.image_files import Paths, image_files
from .prediction.image_inputs import check_any_read, check_batches, warn_of_unread
from .prediction.tables import Block, check_out, predictions_writer, wide

_ROWS = 1024  # rows that are written together


class Written(NamedTuple):
    """The result of :func:`write_predictions`.

    Attributes:
        images: The number of predicted images.
        unreadable: A sentence for each image that cannot be read.
    """

    images: int
    unreadable: list[str]


def predict(checkpoint: str | Path, paths: Paths, **options: Any) -> pd.DataFrame:
    """Predict image files.

    Args:
        checkpoint: A checkpoint of a run.
        paths: Image files, folders, patterns and lists of paths, as in
            :func:`~.prediction.image_files.image_files`.
        **options: As in :func:`write_predictions`.

    Returns:
        A row for each image, with ``image``; a column of 1 and 0 for each class, under its name;
        and a column ``NAME_probability`` for each class. Images that cannot be read have no row;
        the log and ``attrs["unreadable"]`` name them.

    Raises:
        FileNotFoundError: There is no such checkpoint, file or folder.
        ValueError: There are no images, or none can be read.
    """
    work = _Work(checkpoint, paths, **options)
    table = wide(_joined([*work]), work.inferencer.classes).to_pandas()
    table.attrs["unreadable"] = work.faults()
    warn_of_unread(work.unreadable, len(work.files))
    return table


def write_predictions(
    checkpoint: str | Path,
    paths: Paths,
    out: str | Path,
    *,
    long: bool = False,
    force: bool = False,
    **options: Any,
) -> Written:
    """Predict image files, and write the predictions batch by batch, in constant memory.

    Args:
        checkpoint: A checkpoint of a run.
        paths: As in :func:`predict`.
        out: A file that ends in ``.csv``, ``.parquet``, ``.pq``, ``.json``, ``.jsonl`` or
            ``.ndjson``; :mod:`~.prediction.tables` describes its content. It appears when it is
            complete.
        long: Write a row for each positive class in place of a row for each image.
        force: Overwrite ``out`` and existing drawings.
        **options: ``config``, if it is not the one in the checkpoint; ``images``, the folder of the
            paths in lists; ``batch_size`` (32); ``workers``, processes that read images (one for
            each core); ``device``; ``draw``, a folder for drawings.

    Raises:
        FileExistsError: ``out`` or a drawing exists.
        FileNotFoundError: There is no such checkpoint, file or folder.
        ValueError: ``out`` has another ending, there are no images, or none can be read.
    """
    out = str(out)
    check_target(out, force)
    work = _Work(checkpoint, paths, force=force, **options)
    classes = work.inferencer.classes
    check_out(out, classes, long)
    with predictions_writer(out, classes, long) as write:
        for block in work:
            write(block)
    return Written(len(work.files) - len(work.unreadable), work.faults())


class _Work:
    """Predicts images block by block, and collects the errors of images that cannot be read."""

    def __init__(
        self,
        checkpoint: str | Path,
        paths: Paths,
        *,
        config: str | Path | Config | None = None,
        images: str | None = None,
        batch_size: int = 32,
        workers: int | None = None,
        device: Any = None,
        draw: str | Path | None = None,
        force: bool = False,
    ):
        check_batches(batch_size, workers)
        found = image_files(paths, images)
        self.names, self.files = list(found), list(found.values())
        self.drawings = None if draw is None else drawn_files(self.files, draw, force)
        self.inferencer = (
            MultiLabelInferencer(checkpoint, device=device)
            if config is None
            else MultiLabelInferencer(config, checkpoint, device)
        )
        self.draw, self.batch_size, self.workers = draw, batch_size, workers
        self.unreadable: list[UnreadableImage] = []

    def __iter__(self) -> Iterator[Block]:
        """Predict all images.

        Raises:
            ValueError: No image can be read.
        """
        self.unreadable = []
        waiting: list[Block] = []
        for block in self._batches():
            waiting.append(block)
            if sum(len(block.images) for block in waiting) >= _ROWS:
                yield _joined(waiting)
                waiting = []
        check_any_read(self.unreadable, len(self.files))
        if waiting:
            yield _joined(waiting)

    def faults(self) -> list[str]:
        """A sentence for each image that cannot be read."""
        return [error.fault for error in self.unreadable]

    def _batches(self) -> Iterator[Block]:
        loader = self.inferencer.preprocess(
            self.files, self.batch_size, self.workers, self.unreadable
        )
        number = -(-len(self.files) // self.batch_size)
        for batch in track(loader, "predicting", number, console=Console(stderr=True)):
            samples = self.inferencer.forward(batch)
            if self.drawings is not None:
                self.inferencer.visualize(self.files, samples, self.draw, self.drawings)
            names = [self.names[sample.sample_idx] for sample in samples]
            yield Block(names, *self.inferencer.arrays(samples))


def _joined(blocks: Sequence[Block]) -> Block:
    return Block(
        [name for block in blocks for name in block.images],
        np.concatenate([block.probabilities for block in blocks]),
        np.concatenate([block.yes for block in blocks]),
    )
