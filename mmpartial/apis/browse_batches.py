"""Draws the first training batches as the network sees them, on a page."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.runner.utils import set_random_seed

from ..datasets import CachedFeatures, find_partial
from ..engine.trained_model import built_model
from ..formats.common.output_paths import check_target
from ..labels import NEGATIVE, UNKNOWN
from ..models.mixing import mixing_of
from ..reports.page import Page, Picture
from ..reports.pictures import label_texts, pixels
from ..utils.log import without_notes
from ..utils.nested import walk

_SIZE = 200  # pixels of an image on the page


def browse_batches(
    config: str | Path | Config,
    out: str | Path = "batches.html",
    batches: int = 1,
    force: bool = False,
) -> Path:
    """Draw the first training batches, after augmentation and mixing, with their labels by name.

    Args:
        config: The config of the training.
        out: The page.
        batches: The number of batches.
        force: Overwrite an existing page.

    Raises:
        FileExistsError: The page exists.
        ValueError: The training takes features instead of images, or it has no
            :class:`mmpartial.PartialLabelDataset`.
    """
    init_default_scope("mmpretrain")
    check_target(out, force)
    if batches < 1:
        raise ValueError(f"batches={batches}: give 1 or more.")
    cfg = config if isinstance(config, Config) else Config.fromfile(str(config))
    loader = _loader(cfg)
    partial = find_partial(loader.dataset)
    if partial is None or any(isinstance(d, CachedFeatures) for d in walk(loader.dataset)):
        wrong = "has no mmpartial.PartialLabelDataset" if partial is None else "reads features"
        raise ValueError(f"train_dataloader {wrong}: give a config that trains on images.")
    classes = list(map(str, partial.metainfo["classes"]))
    sizes = f"{len(partial):,} images, {len(classes):,} classes, {partial.rule}"
    page = Page("Training batches", f"{cfg.filename or 'a config'}: {sizes}")
    with without_notes():
        model = built_model(cfg)
    for number, (images, samples) in enumerate(_drawn(model, islice(loader, batches)), start=1):
        labels = np.stack([sample.gt_score.numpy() for sample in samples])
        page.section(f"Batch {number}", "The images after augmentation, and the labels that they "
                     "are trained on.")  # fmt: skip
        page.numbers(
            {
                "images": len(samples),
                "positive labels": int((labels > 0).sum()),
                "negative labels": int((labels == NEGATIVE).sum()),
                "unknown labels": int((labels == UNKNOWN).sum()),
            }
        )
        page.gallery(
            (
                _picture(image, sample, classes, row)
                for image, sample, row in zip(images, samples, labels, strict=True)
            ),
            size=_SIZE,
        )
    page.write(out, force)
    return Path(out)


def _loader(cfg: Config) -> Any:
    """The dataloader of the training's first epoch, in this process."""
    seed = (cfg.get("randomness") or {}).get("seed") or 0
    given = dict(cfg.train_dataloader, num_workers=0, persistent_workers=False)
    loader = Runner.build_dataloader(given, seed=seed)
    if hasattr(loader.dataset, "set_epoch"):
        loader.dataset.set_epoch(0, seed)
    set_random_seed(seed)
    return loader


def _drawn(model: Any, batches: Iterator[dict]) -> Iterator[tuple[np.ndarray, list]]:
    """Images ``(N, H, W, 3)`` as they were before normalization, and data samples."""
    preprocessor = model.data_preprocessor
    for batch in batches:
        for augment in mixing_of(model):
            augment.samples = batch["data_samples"]
        data = preprocessor(batch, training=True)
        inputs: torch.Tensor = data["inputs"].float()
        if hasattr(preprocessor, "mean"):
            inputs = inputs * preprocessor.std + preprocessor.mean
        images = inputs.round().clamp(0, 255).byte().permute(0, 2, 3, 1)
        yield images.numpy(), data["data_samples"]


def _picture(image: np.ndarray, sample: Any, classes: list[str], labels: np.ndarray) -> Picture:
    texts, more = label_texts(classes, labels)
    name = sample.get("img_path")
    title = Path(name).name if name else f"image {sample.get('row', '')}"
    return Picture(pixels(image), "a mixture" if "mixed" in sample else title, texts, more)
