"""Checkpoints of small networks, to export."""

import pytest
import torch
from mmengine.config import Config
from mmengine.utils import digit_version

from mmpartial.memory.loss_state import LossState
from mmpartial.models.decision import Decision
from mmpartial.models.extractor import extractor_weights
from mmpartial.registry import MODELS

needs_torch = pytest.mark.skipif(
    digit_version(torch.__version__) < digit_version("2.7"), reason="export needs torch 2.7"
)
CLASSES = ["cat", "dog", "bird"]
GAP = dict(type="GlobalAveragePooling")
RESNET = dict(  # exporting takes as long as there are layers
    type="ResNet", depth=18, base_channels=32, stem_channels=4, num_stages=1, strides=(1,),
    dilations=(1,), out_indices=(0,),
)  # fmt: skip
RESIZE = dict(type="Resize", scale=(40, 32))
BALANCE = dict(beta=torch.tensor([0.1, 0.2, 0.3]), sigma=torch.tensor([0.05, 0.02, 0.1]))
NORMALIZE = dict(mean=[120.0, 110.0, 100.0], std=[60.0, 50.0, 40.0], to_rgb=True)


def pipeline(*steps):
    """A test pipeline."""
    return [dict(type="LoadImageFromFile"), *steps, dict(type="PackInputs")]


def head(channels, type="QSamplingHead", loss="PartialBCELoss", **options):
    """A head for three classes."""
    loss = dict(type=f"mmpartial.{loss}")
    return dict(type=f"mmpartial.{type}", num_classes=3, in_channels=channels, loss=loss, **options)


def classifier(**parts):
    """A classifier with a :data:`RESNET`, if no other backbone is given."""
    return dict(type="ImageClassifier", **{"backbone": RESNET, "neck": GAP, **parts})


def write_checkpoint(
    file, model, steps, calibration=None, thresholds=0.5, loss_memory=None, features=None, **cfg
):
    """The checkpoint of a network with random weights, as a run writes it."""
    loader = dict(dataset=dict(type="mmpartial.AnnotatedImages", pipeline=steps))
    content = dict(model=model, data_preprocessor=NORMALIZE, test_dataloader=loader, **cfg)
    cfg = Config(content, format_python_code=False)
    torch.manual_seed(0)
    built = MODELS.build(cfg.model)
    loss = built.head.loss_module
    for name, value in (loss_memory or {}).items():
        setattr(loss, name, value)
    state = dict(
        meta=dict(cfg=cfg.pretty_text, dataset_meta=dict(classes=CLASSES)),
        state_dict=built.state_dict(),
        decision=Decision(loss, calibration, thresholds).state_dict(),
        loss_memory=LossState([loss]).state_dict(),
    )
    if features is not None:
        state["meta"]["dataset_meta"]["features"] = features
        state["extractor"] = extractor_weights(MODELS.build(cfg.extractor))
    torch.save(state, file)
    return file
