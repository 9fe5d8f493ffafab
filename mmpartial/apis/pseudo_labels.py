"""Writes the likely unknown labels of a run as a table, and as a page."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ..formats.common.output_paths import check_target
from ..formats.tables.reader import WRITTEN, table_writer
from ..labels import POSITIVE
from ..labels.annotations import Annotations
from ..reports.class_galleries import MOST
from ..reports.images_by_id import images_by_id
from ..reports.pseudo_labels import pseudo_labels_page
from .last_checkpoint import last_checkpoint
from .likely_labels import Found, likely_labels
from .surest_labels import Surest
from .training_features import Source

_SCHEMA = pa.schema(
    dict(image=pa.string(), **{"class": pa.string()}, probability=pa.float32(), epoch=pa.int32(),
         source=pa.string())
)  # fmt: skip


def write_pseudo_labels(
    checkpoint: str | Path,
    out: str | Path,
    config: Source | None = None,
    least: float = 0.7,
    gallery: str | Path | None = None,
    force: bool = False,
) -> int:
    """Write the likely unknown training labels.

    The probabilities are the pseudo labels that the method remembers. If it remembers none, linear
    classifiers on the run's features predict each image, after they were fitted to other images.

    Args:
        checkpoint: A checkpoint, or the work_dir of a run, which stands for its last checkpoint.
        out: A file that ends in ``.csv``, ``.parquet`` or ``.pq``. It has a row for each unknown
            label whose probability is high enough: ``image``, ``class``, ``probability``,
            ``epoch`` (after which it was stored) and ``source``, as in
            :class:`~mmpartial.apis.likely_labels.LikelyLabels`.
        config: The config, if it is not the one in the checkpoint.
        least: The lowest probability.
        gallery: A page with the surest of these labels and their photos, an HTML file, or None.
        force: Overwrite existing files.

    Returns:
        The number of rows.

    Raises:
        FileExistsError: A file exists.
        FileNotFoundError: There is no such checkpoint.
        ValueError: ``out`` has another ending, or the checkpoint holds pseudo labels of other
            images.
    """
    out = str(out)
    for path in (out, gallery):
        if path is not None:
            check_target(path, force)
    if not out.lower().endswith(WRITTEN):
        raise ValueError(f"{out}: give a name that ends in {', '.join(WRITTEN[:-1])} or .pq.")
    if not 0 <= least <= 1:
        raise ValueError(f"the lowest probability is {least}: give a number from 0 to 1.")
    checkpoint = last_checkpoint(checkpoint)
    found = likely_labels(checkpoint, config)
    names = found.annotations
    surest = Surest(len(names.classes), MOST)
    with table_writer(out, _SCHEMA) as writer:
        for block in found.blocks(least):
            writer.write_table(_table(names, block, found.epoch, found.source))
            surest.add(*block)
    if gallery is not None:
        table = _named(surest.labels(), names)
        pictures = images_by_id(found.dataset, set(table["image"]))
        subtitle = f"{checkpoint}, after epoch {found.epoch}"
        page = pseudo_labels_page(
            table, _by_class(surest, names), pictures, least, found.source, subtitle
        )
        page.write(gallery, force)
    return int(surest.counts.sum())


def _table(names: Annotations, block: Found, epoch: int, source: str) -> pa.Table:
    """Some rows of the table."""
    image, cls, probability = block
    columns = [
        pa.array([names.names[row] for row in image], pa.string()),
        pa.array(np.asarray(names.classes, dtype=object)[cls], pa.string()),
        pa.array(probability),
        pa.array(np.full(len(image), epoch, dtype=np.int32)),
        pa.array(np.full(len(image), source, dtype=object), pa.string()),
    ]
    return pa.table(columns, schema=_SCHEMA)


def _named(labels: pd.DataFrame, names: Annotations) -> pd.DataFrame:
    """The surest labels by name."""
    return pd.DataFrame(
        {
            "image": [names.names[row] for row in labels["image"]],
            "class": [names.classes[cls] for cls in labels["cls"]],
            "probability": labels["probability"],
        }
    )


def _by_class(surest: Surest, names: Annotations) -> pd.DataFrame:
    """The number of likely labels of each class, and of its known positives."""
    table = pd.DataFrame(
        {
            "class": names.classes,
            "likely labels": surest.counts,
            "highest probability": surest.highest,
            "known positives": names.labels.count(POSITIVE),
        }
    )
    found = table[table["likely labels"] > 0]
    return found.sort_values("likely labels", ascending=False, kind="stable")
