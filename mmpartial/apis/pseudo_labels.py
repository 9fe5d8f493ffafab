"""The pseudo labels of a training as a table."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import find_latest_checkpoint

from ..datasets.partial_label_dataset import PartialLabelDataset, find_partial
from ..formats.common.output_paths import check_target, replacing
from ..formats.tables.reader import table_writer
from ..labels import UNKNOWN
from ..memory.table_copies import read_copy
from ..registry import DATASETS
from .model import read_trained

Remembered = Callable[[slice], np.ndarray]

_KEY = "pseudo_labels"
_ENDINGS = (".csv", ".parquet", ".pq")
_SCHEMA = pa.schema(
    dict(image=pa.string(), **{"class": pa.string()}, probability=pa.float32(), epoch=pa.int32())
)


def write_pseudo_labels(
    checkpoint: str | Path,
    out: str | Path,
    config: str | Path | Config | None = None,
    least: float = 0.7,
    force: bool = False,
) -> int:
    """Write the likely ones among the unknown training labels, as the method remembers them.

    Args:
        checkpoint: A checkpoint of a run with pseudo labels, or the work_dir of one, whose last
            checkpoint is taken.
        out: A file that ends in ``.csv``, ``.parquet`` or ``.pq``. It has a row for each unknown
            label whose probability is high enough: ``image``, ``class``, ``probability``, and
            ``epoch``, after which it was so.
        config: The config, if it is not the one in the checkpoint.
        least: The lowest probability.
        force: Overwrite ``out``.

    Returns:
        The number of rows.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: ``out`` exists or has another ending, the checkpoint has no pseudo labels, or
            they belong to other images.
    """
    out = str(out)
    check_target(out, force)
    if not out.lower().endswith(_ENDINGS):
        raise ValueError(f"{out}: let the name end in {', '.join(_ENDINGS[:-1])} or .pq.")
    if not 0 <= least <= 1:
        raise ValueError(f"the lowest probability is {least}: give a number from 0 to 1.")
    checkpoint = _last(Path(checkpoint))
    content, cfg = read_trained(checkpoint, config)
    remembered = _remembered(content, checkpoint)
    dataset = _dataset(cfg, content[_KEY], checkpoint)
    epoch = int((content.get("meta") or {}).get("epoch") or 0)
    rows = 0
    with replacing(out) as temporary, table_writer(temporary, _SCHEMA) as writer:
        for block in _blocks(dataset, remembered, least, epoch):
            writer.write_table(block)
            rows += len(block)
    return rows


def _last(path: Path) -> Path:
    """A checkpoint, or the last one in a work_dir."""
    if not path.is_dir():
        return path
    found = find_latest_checkpoint(str(path)) if (path / "last_checkpoint").is_file() else None
    if found is None:
        raise FileNotFoundError(f"there is no last_checkpoint in {path}: give a checkpoint.")
    return Path(found)


def _remembered(content: dict, checkpoint: Path) -> Remembered:
    """A function that gives the probabilities of some rows."""
    state = content.get(_KEY) or {}
    if "logits" in state:  # the estimates of ROLE
        logits = state["logits"]
        return lambda rows: logits[rows].float().sigmoid().numpy()
    if "file" not in state and "values" not in state:
        raise ValueError(
            f"{checkpoint} has no pseudo labels, because its method keeps none: take a run with "
            "mmpartial.PseudoLabelHook, or predict the images with tools/predict.py."
        )
    values = read_copy(checkpoint.parent / state["file"]) if "file" in state else state["values"]
    highest = 255 if values.dtype == torch.uint8 else 1
    return lambda rows: (values[rows].float() / highest).numpy()


def _dataset(cfg: Config, state: dict, checkpoint: Path) -> PartialLabelDataset:
    """The training dataset of a checkpoint."""
    init_default_scope("mmpretrain")
    dataset = find_partial(DATASETS.build(cfg.train_dataloader.dataset))
    if dataset is None or dataset.fingerprint != state["owner"]:
        raise ValueError(
            f"the pseudo labels of {checkpoint} belong to other images or classes than those of "
            "the config's train_dataloader: give the label file of that run."
        )
    return dataset


def _blocks(
    dataset: PartialLabelDataset, remembered: Remembered, least: float, epoch: int
) -> Iterator[pa.Table]:
    """The rows of the table, image after image, in pieces that fit into memory."""
    classes = np.asarray(dataset.metainfo["classes"], dtype=object)
    for rows in dataset.labels.row_blocks():
        found = remembered(slice(rows[0], rows[-1] + 1))
        image, cls = np.nonzero((dataset.labels[rows] == UNKNOWN) & (found >= least))
        names = [dataset.ids[row] for row in rows[image]]
        columns = [
            pa.array(names, pa.string()),
            pa.array(classes[cls], pa.string()),
            pa.array(found[image, cls]),
            pa.array(np.full(len(image), epoch, dtype=np.int32)),
        ]
        yield pa.table(columns, schema=_SCHEMA)
