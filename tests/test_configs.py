"""Every config is read, and its model and training parts are built."""

import json
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmpretrain.registry import DATASETS, HOOKS, METRICS, MODELS
from mmpretrain.structures import DataSample
from PIL import Image

from mmpartial.datasets.settings import SETTINGS
from mmpartial.pseudo_labels import PseudoLabelTable
from tests.datasets.test_coco import content
from tests.runs import CONFIGS

LEAVES = sorted(
    str(path.relative_to(CONFIGS)) for path in CONFIGS.rglob("*.py") if "_base_" not in path.parts
)
SETTING_OF_NAME = {"fal": ("FAL", None), "spl": ("SPL", None)} | {
    f"{name.lower()}0{n}": (name, n / 10) for name in ("PAL", "PPL") for n in (3, 6, 9)
}


def load(leaf):
    return Config.fromfile(str(CONFIGS / leaf))


def test_the_promised_leaves_are_there():
    for data in ("resnet50_coco", "resnet18_digits"):
        for setting in SETTING_OF_NAME:
            assert f"{data}_{setting}.py" in LEAVES


@pytest.mark.parametrize("leaf", LEAVES)
def test_the_name_says_the_setting(leaf):
    dataset = load(leaf).train_dataloader.dataset
    assert dataset.type == "mmpartial.PartialLabelDataset" and dataset.setting in SETTINGS
    name = Path(leaf).stem.split("_")[-1]
    assert (dataset.setting, dataset.get("ratio")) == SETTING_OF_NAME[name]


@pytest.mark.parametrize("leaf", LEAVES)
def test_model_takes_a_step(leaf):
    """The model is built without pretrained weights and trained on two images with unknowns."""
    cfg = load(leaf)
    cfg.model.backbone.pop("init_cfg", None)
    model = MODELS.build(cfg.model | dict(data_preprocessor=dict(
        type="ClsDataPreprocessor", **cfg.data_preprocessor)))  # fmt: skip
    for hook in [*cfg.custom_hooks, *cfg.default_hooks.values()]:
        if hook["type"].startswith("mmpartial."):
            HOOKS.build(hook)
    num_classes = cfg.data_preprocessor.num_classes
    assert getattr(model.head, "num_classes", num_classes) == num_classes
    samples = []
    for row in range(2):
        target = torch.full((num_classes,), -1.0)
        target[row], target[row + 2 :: 3] = 1, 0
        sample = DataSample().set_gt_score(target)
        sample.set_field(row, "row", field_type="metainfo")
        samples.append(sample)
    model.head.pseudo_labels = PseudoLabelTable(2, num_classes, "x")
    size = image_size(cfg)
    data = model.data_preprocessor(
        dict(inputs=torch.zeros(2, 3, size, size, dtype=torch.uint8), data_samples=samples)
    )
    losses = model(**data, mode="loss")
    losses["loss"].backward()
    assert torch.isfinite(losses["loss"])
    [METRICS.build(metric) for metric in cfg.val_evaluator]


def image_size(cfg):
    pipeline = cfg.val_dataloader.dataset.pipeline
    sizes = [step["scale"][0] for step in pipeline if step["type"] == "Resize"]
    return sizes[0] if sizes else 40


@pytest.mark.parametrize("leaf", [name for name in LEAVES if "coco" in name])
def test_coco_pipelines_run_on_a_miniature(leaf, tmp_path):
    """The datasets of the config read COCO's file format and load an image."""
    cfg = load(leaf)
    for loader, split in (("train_dataloader", "train2014"), ("val_dataloader", "val2014")):
        (tmp_path / "annotations").mkdir(exist_ok=True)
        (tmp_path / split).mkdir()
        data = content()
        for image in data["images"]:
            image["file_name"] = image["file_name"].replace("train2014", split)
            Image.new("RGB", (20, 16)).save(tmp_path / split / image["file_name"])
        (tmp_path / "annotations" / f"instances_{split}.json").write_text(json.dumps(data))
        dataset = cfg[loader].dataset
        (dataset.dataset if "dataset" in dataset else dataset).data_root = str(tmp_path)
        built = DATASETS.build(dataset)
        size = image_size(cfg)
        assert len(built) == 2 and built[1]["inputs"].shape == (3, size, size)
