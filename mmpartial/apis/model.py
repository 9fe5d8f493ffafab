"""Loads a trained model for images from its checkpoint alone."""

import copy
import re
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.models import ImageClassifier

from ..engine.trained_model import built_model, load_trained
from ..models.backbones.extracted_features import PARTS
from ..models.decision import Decision
from ..models.extractor import weights_of_features
from ..utils.log import warn, without_notes
from ..utils.machine import default_device
from ..utils.nested import pipelines
from ..utils.reading import reading, shortened
from ..utils.saved_config import saved_config
from ..utils.torch_load import read_checkpoint


def load_model(
    checkpoint: str | Path, config: str | Path | Config | None = None, device: Any = None
) -> ImageClassifier:
    """Build the model of a checkpoint, ready to predict images.

    The checkpoint holds the config, the classes, the thresholds and the calibration. A model that
    was trained on cached features gets the network that computed them in front of it.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.
        device: The device of the model; by default a GPU if there is one.

    Returns:
        The model in evaluation mode. ``model.head.decision`` turns logits into probabilities.
        ``model._config`` has ``test_dataloader.dataset.pipeline``, and ``model._dataset_meta`` has
        ``classes``, because MMPretrain's inferencers expect them there.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: The file is not a checkpoint of such a run, config and checkpoint do not fit, or
            there is no such device.
    """
    init_default_scope("mmpretrain")
    device = _device(device)
    content, config = read_trained(checkpoint, config)
    dataset_meta = dict(content["meta"].get("dataset_meta") or {})
    features = dataset_meta.pop("features", None) or {}
    cfg = _for_images(config, features)
    with without_notes():
        model = built_model(cfg)
    state = content["state_dict"]
    if "extractor" in cfg:
        extractor = content.get("extractor")
        extractor = extractor or weights_of_features(cfg.extractor, features, checkpoint)
        state = {re.sub(r"^backbone\.", "backbone.trained.", key): state[key] for key in state}
        state |= {f"backbone.extractor.{key}": value for key, value in extractor.items()}
    load_trained(model, dict(content, state_dict=state), checkpoint)
    with reading(str(checkpoint), "a checkpoint"):
        model.head.decision = Decision.from_state(model.head.loss_module, content.get("decision"))
    model._config, model._dataset_meta, model._metainfo = cfg, dataset_meta, None
    return model.to(device).eval()


def read_trained(
    checkpoint: str | Path, config: str | Path | Config | None = None
) -> tuple[dict, Config]:
    """Read a checkpoint and its config.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: The file is not a checkpoint of a run, or its config is missing or runs code.
    """
    content = _read(checkpoint)
    meta = content["meta"]
    if isinstance(config, Config):
        return content, config
    if config is not None:
        return content, Config.fromfile(str(config))
    if "cfg" not in meta:
        raise ValueError(f"{checkpoint} does not hold its config: give the config as well.")
    return content, saved_config(meta["cfg"], checkpoint)


def _device(device: Any) -> Any:
    """The device, or the default one; refuse a device that cannot be used."""
    device = device or default_device()
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:  # the second without CUDA in torch
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(f"device={str(device)!r} cannot be used here: {reason}.") from error
    return device


def _read(checkpoint: str | Path) -> dict:
    path = Path(checkpoint)
    if path.is_dir():
        files = sorted(path.glob("*.pth"), key=lambda file: file.name != "model.pth")
        inside = f", such as {files[0]}" if files else ""
        raise ValueError(f"{path} is a folder: give a checkpoint in it{inside}.")
    if path.suffix == ".py":
        raise ValueError(f"{path} is a config: give a checkpoint, and the config with --config.")
    if not path.is_file():
        raise FileNotFoundError(f"there is no checkpoint {path}.")
    try:
        content = read_checkpoint(path)
    except Exception as error:
        reason = shortened(str(error).partition("\n")[0])
        if isinstance(error, ValueError) and reason.startswith(str(path)):
            raise
        raise ValueError(f"{path} is damaged, or not a checkpoint ({reason}).") from error
    if not isinstance(content, dict) or not isinstance(content.get("state_dict"), dict):
        raise ValueError(
            f"{path} holds no state_dict: give a checkpoint that a training run of mmpartial wrote."
        )
    meta = content.get("meta") or {}
    if not isinstance(meta, dict) or not isinstance(meta.get("dataset_meta") or {}, dict):
        raise ValueError(f"{path} is damaged: MMEngine writes another kind of meta.")
    return dict(content, meta=meta)


def _for_images(config: Config, features: dict) -> Config:
    """The config of the model that takes images."""
    cfg = copy.deepcopy(config)
    cfg.test_dataloader = dict(dataset=dict(pipeline=test_pipeline(cfg)))
    model = cfg.model
    if "extractor" in cfg:
        model.backbone = dict(
            type="mmpartial.ExtractedFeatures",
            extractor={part: cfg.extractor.get(part) for part in PARTS},
            backbone=model.backbone,
            mean=features.get("mean"),
            std=features.get("std"),
        )
        model.data_preprocessor = cfg.extractor.get("data_preprocessor")
    return cfg


def test_pipeline(cfg: Config) -> list[dict]:
    """Find the transforms of the test images, in the outermost dataset that has them.

    If several datasets beside each other have transforms, those of the first are taken, and a
    warning says if the others differ.

    Raises:
        ValueError: No dataset has them.
    """
    dataset = (cfg.get("test_dataloader") or cfg.get("val_dataloader") or {}).get("dataset") or {}
    found = [pipeline for pipeline in pipelines(dataset) if pipeline is not None]
    if not found:
        raise ValueError(
            "the config has no pipeline in test_dataloader or val_dataloader, which prepares the "
            "images: give a config that has one."
        )
    if any(pipeline != found[0] for pipeline in found):
        warn(
            "the test datasets have different pipelines: images are predicted with that of the "
            "first; give all the same one, or an outer one to the dataset around them"
        )
    return found[0]
