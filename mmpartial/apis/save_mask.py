"""Writes a file that says which labels a config leaves known."""

from pathlib import Path

from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets import find_partial
from ..registry import DATASETS


def save_mask(cfg: Config, out: str | Path) -> None:
    """Write a file with which others train on the same known labels, by ``mask_file``.

    Args:
        cfg: A config that trains on a :class:`mmpartial.PartialLabelDataset`.
        out: The file, ``.npz``; it must not exist.

    Raises:
        FileExistsError: The file exists.
        ValueError: The config does not train on such a dataset.
    """
    init_default_scope("mmpretrain")
    dataset = find_partial(DATASETS.build(cfg.train_dataloader.dataset))
    if dataset is None:
        raise ValueError(f"{cfg.filename} does not train on a mmpartial.PartialLabelDataset.")
    dataset.save_mask(str(out))
