"""A few photos, and the configs that train on their features."""

import json
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from PIL import Image

from mmpartial.apis import cache_features
from mmpartial.comparison.training import copy_of
from tests.runs import CONFIGS

SIZES = dict(train=12, val=6)


def write_photos(folder: Path) -> None:
    """Photos of three classes, in Corel5k's format."""
    (folder / "images").mkdir()
    splits = {}
    for split, number in SIZES.items():
        names = [f"images/{split}{i}.png" for i in range(number)]
        for seed, name in enumerate(names):
            pixels = np.random.default_rng(seed).integers(0, 255, (20, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name)
        splits[split] = [dict(img=name, labels=[i % 3]) for i, name in enumerate(names)]
    content = dict(classes=["a", "b", "c"], splits=splits)
    (folder / "annotations.json").write_text(json.dumps(content))


def load(leaf: str, folder: Path) -> Config:
    """A config of Corel5k on the photos."""
    cfg = Config.fromfile(str(CONFIGS / leaf))
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        dataset = loader.dataset if "features" in loader.dataset else loader.dataset.dataset
        dataset.features = str(folder / "features")
        dataset.dataset.data_root = f"{folder}/"
        dataset.dataset.ann_file = "annotations.json"
        dataset.dataset.pipeline[1].scale = (20, 20)
    cfg.merge_from_dict(
        {
            "model.head.num_classes": 3, "data_preprocessor.num_classes": 3,
            "train_cfg.max_epochs": 2, "train_dataloader.batch_size": 4,
            "train_dataloader.dataset.setting": "PAL", "train_dataloader.dataset.ratio": 0.7,
            "work_dir": str(folder / "run"),
        }
    )  # fmt: skip
    return copy_of(cfg)  # its text is not formatted, which takes most of such a short run


def with_tiny_extractor(cfg: Config) -> Config:
    """The config with a tiny network that computes 16 features."""
    cfg.extractor.backbone = dict(
        type="mmpartial.ResNet10", stem_channels=4, base_channels=4, num_stages=3,
        strides=(2, 2, 2), dilations=(1, 1, 1), out_indices=(2,), init_cfg=[],
    )  # fmt: skip
    cfg.model.head.in_channels = 16
    return cfg


def compute(cfg: Config, **options) -> None:
    """The features, always with the same random network."""
    torch.manual_seed(0)
    cache_features(cfg, **options)


def plain(dataset: Config) -> dict:
    """Arguments of the dataset of a config."""
    return {
        key: value for key, value in dataset.to_dict().items() if key not in ("type", "_scope_")
    }
