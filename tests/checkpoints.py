"""Checkpoints of tiny models for photos, made without training, and a few photos."""

from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.registry import MODELS
from PIL import Image

from mmpartial.models.decision import Decision
from mmpartial.models.extractor import extractor_weights, weights_hash

CLASSES = ("cat", "dog", "bird")
PIPELINE = [
    dict(type="mmpartial.LoadImage", min_side=32),
    dict(type="Resize", scale=(32, 32)),
    dict(type="PackInputs"),
]
NETWORK = dict(
    data_preprocessor=dict(
        type="ClsDataPreprocessor", mean=[120.0, 110, 100], std=[60.0] * 3, to_rgb=True
    ),
    backbone=dict(
        type="mmpartial.ResNet10", stem_channels=4, base_channels=4, num_stages=3,
        strides=(2, 2, 2), dilations=(1, 1, 1), out_indices=(2,),
    ),
    neck=dict(type="GlobalAveragePooling"),
)  # fmt: skip
HEAD = dict(
    type="mmpartial.QSamplingHead", num_classes=3, in_channels=16,
    loss=dict(type="mmpartial.PartialBCELoss"),
)  # fmt: skip


def write_photos(folder: Path, number: int = 7) -> list[str]:
    """Photos of one colour each with noise, in PNG, which loses nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for seed in range(number):
        rng = np.random.default_rng(seed)
        colour, noise = rng.integers(0, 200, 3), rng.integers(0, 50, (40, 48, 3))
        Image.fromarray((colour + noise).astype(np.uint8)).save(folder / f"{seed}.png")
        paths.append(str(folder / f"{seed}.png"))
    return paths


def save_whole(file: Path, **changes) -> Path:
    """The checkpoint of a network that was trained on images; ``changes`` are of its config."""
    cfg = Config(
        dict(
            model=dict(type="ImageClassifier", head=HEAD, **NETWORK),
            test_dataloader=dict(dataset=dict(type="mmpartial.AnnotatedImages", pipeline=PIPELINE)),
        )
    )
    cfg.merge_from_dict(changes)
    return _save(file, cfg, {})


def save_frozen(file: Path) -> Path:
    """The checkpoint of a head that was trained on features, with its extractor."""
    init_default_scope("mmpretrain")
    extractor = dict(type="ImageClassifier", **NETWORK)
    network = _build(extractor)
    rng = np.random.default_rng(0)
    features = dict(
        mean=rng.random(16).tolist(), std=(1 + rng.random(16)).tolist(),
        weights=weights_hash(network),
    )  # fmt: skip
    images = dict(type="mmpartial.AnnotatedImages", pipeline=PIPELINE)
    cfg = Config(
        dict(
            extractor=extractor,
            model=dict(
                type="ImageClassifier", backbone=dict(type="mmpartial.FeatureVector"), head=HEAD
            ),
            test_dataloader=dict(dataset=dict(type="mmpartial.CachedFeatures", dataset=images)),
        )
    )
    return _save(file, cfg, dict(features=features), extractor=extractor_weights(network))


def _save(file: Path, cfg: Config, meta: dict, **more) -> Path:
    init_default_scope("mmpretrain")
    model = _build(cfg.model)
    decision = Decision(model.head.loss_module, thresholds=[0.3, 0.5, 0.6])
    content = dict(
        meta=dict(cfg=cfg.pretty_text, dataset_meta=dict(classes=CLASSES, **meta)),
        state_dict=model.state_dict(),
        decision=decision.state_dict(),
    )
    torch.save(content | more, file)
    return file


def _build(config: dict) -> torch.nn.Module:
    """A network with weights that make the photos different."""
    torch.manual_seed(1)
    model = MODELS.build(config)
    if model.with_head:
        torch.nn.init.normal_(model.head.fc.weight, std=3)
    return model
