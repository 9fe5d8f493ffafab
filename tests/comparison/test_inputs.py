"""The config, files and data of a run are among its inputs, and are named when they change."""

import json
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmpretrain.datasets import MultiLabelDataset
from PIL import Image

from mmpartial.comparison import load_base
from mmpartial.comparison.inputs import changed, data_of, inputs_of
from tests.runs import CONFIGS

BASE = CONFIGS / "resnet18_digits_pal06.py"


def test_files_that_a_config_names(tmp_path):
    (tmp_path / "mask.npz").write_bytes(b"one")
    cfg = load_base(BASE, {"train_dataloader.dataset.mask_file": str(tmp_path / "mask.npz")})
    before = inputs_of([cfg])
    (tmp_path / "mask.npz").write_bytes(b"two!")
    assert changed(before, inputs_of([cfg])) == f"file {tmp_path / 'mask.npz'}"


def test_features_that_a_config_names(tmp_path):
    (tmp_path / "train.npy").write_bytes(b"one")
    dataset = dict(type="mmpartial.CachedFeatures", features=str(tmp_path))
    cfg = load_base(BASE, {"train_dataloader.dataset.dataset": dataset})
    before = inputs_of([cfg])
    (tmp_path / "train.npy").write_bytes(b"two!")
    assert changed(before, inputs_of([cfg])) == f"file {tmp_path / 'train.npy'}"


def test_a_config_key_of_a_second_stage():
    one, two = load_base(BASE), load_base(BASE, {"train_cfg.max_epochs": 3})
    assert changed(inputs_of([one, one]), inputs_of([one, two])) == (
        "config key param_scheduler of stage 1, config key train_cfg of stage 1"
    )


def annotated(folder, kind):
    """A base config whose training and test images are in files."""
    (folder / "images").mkdir(exist_ok=True)
    for name in "abc":
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / "images" / f"{name}.png")
    (folder / "a.csv").write_text("image,cat,dog\na.png,1,0\nb.png,,1\nc.png,0,1\n")
    items = [dict(img_path=f"{name}.png", gt_label=[0]) for name in "abc"]
    content = dict(metainfo=dict(classes=["cat", "dog"]), data_list=items)
    (folder / "a.json").write_text(json.dumps(content))
    common = dict(data_root=str(folder), data_prefix="images")
    dataset = {
        "own": dict(type="mmpartial.AnnotatedImages", format="wide_csv", ann_file="a.csv"),
        "stock": dict(type=MultiLabelDataset, ann_file="a.json"),
    }[kind] | common
    loader = dict(dataset=dict(type="mmpartial.PartialLabelDataset", dataset=dataset))
    return Config(dict(train_dataloader=loader, test_dataloader=dict(dataset=dataset)))


@pytest.mark.parametrize("kind, file", [("own", "a.csv"), ("stock", "a.json")])
def test_contents_of_annotations(tmp_path, kind, file):
    base, path = annotated(tmp_path, kind), tmp_path / file
    before = data_of(base)
    assert before == data_of(base)
    text = path.read_text()
    for other in (text.replace("1,0\n", "1,\n").replace("[0]", "[1]", 1),
                  text.replace("c.png", "d.png"), text.replace("cat", "cow")):  # fmt: skip
        Path(tmp_path / "images" / "d.png").write_bytes(b"of another size")
        path.write_text(other)
        assert changed(before, data_of(base)) == f"test data {path}, training data {path}"
    path.write_text(text)
    assert before == data_of(base)


def test_each_of_several_datasets(tmp_path):
    base = annotated(tmp_path, "own")
    own, stock = base.test_dataloader.dataset, annotated(tmp_path, "stock").test_dataloader.dataset
    kind = "mmpartial.MergedDataset"
    base.test_dataloader.dataset = dict(type=kind, datasets=dict(own=own, stock=stock, more=stock))
    before = data_of(base)
    (tmp_path / "a.json").write_text((tmp_path / "a.json").read_text().replace("[0]", "[1]", 1))
    assert changed(before, data_of(base)) == f"test data {tmp_path / 'a.json'}"


def test_another_image_under_the_name_of_one(tmp_path):
    base = annotated(tmp_path, "own")
    before = data_of(base)
    (tmp_path / "images" / "b.png").write_bytes(b"of another size")
    assert changed(before, data_of(base))


def test_many_changes_are_counted():
    before, now = ({f"code of m{n}": str(n * factor) for n in range(1, 9)} for factor in (1, 2))
    assert changed(before, now).endswith("code of m5, and 3 more")
    assert changed(before, before) == "" and changed({}, {"file a": "1"}) == "file a"
