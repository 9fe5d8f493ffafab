"""A user's own images: options, states on their way to training, and configs of such data."""

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS
from PIL import Image

from mmpartial.datasets import AnnotatedImages, PartialLabelDataset
from tests.formats.test_splits import write_splits
from tests.runs import CONFIGS, read_config

TABLE = "image,cat,dog\na.jpg,1,\nb.jpg,0,1\n"


@pytest.fixture
def root(tmp_path):
    for folder in ("images", "images/cat", "images/dog"):
        (tmp_path / folder).mkdir()
    for name in ("a.jpg", "b.jpg", "cat/c.jpg", "dog/d.jpg"):
        Image.new("RGB", (9, 7)).save(tmp_path / "images" / name)
    (tmp_path / "labels.csv").write_text(TABLE)
    (tmp_path / "full.csv").write_text(TABLE.replace("1,\n", "1,0\n"))
    return tmp_path


def build(root, format="wide_csv", ann_file="labels.csv", **options):
    return AnnotatedImages(
        format=format, ann_file=ann_file, data_root=str(root), data_prefix="images", **options
    )


def test_three_states_reach_training(root):
    dataset = dict(
        type="mmpartial.AnnotatedImages",
        format="wide_csv",
        ann_file="labels.csv",
        data_root=str(root),
        data_prefix="images",
        pipeline=[dict(type="LoadImageFromFile"), dict(type="PackInputs")],
    )
    partial = DATASETS.build(dict(type="mmpartial.PartialLabelDataset", dataset=dataset))
    assert np.asarray(partial.labels).tolist() == [[1, -1], [0, 1]]
    sample = partial[0]
    assert sample["inputs"].shape == (3, 7, 9)
    assert sample["data_samples"].gt_score.tolist() == [1, -1]
    assert list(partial.metainfo["classes"]) == ["cat", "dog"]


def test_the_labels_are_said_once(root, said):
    for _ in range(2):
        build(root)
    (table,) = [line.splitlines() for line in said if "images\n" in line]
    assert table[0] == f"{root}/labels.csv: 2 images"
    assert table[2].split() == ["cat", "1", "1", "0", "50", "%"]


def test_ids_without_endings_stay_ids(root):
    (root / "images" / "b.jpg").rename(root / "images" / "b.JPEG")
    (root / "ids.csv").write_text(TABLE.replace(".jpg", ""))
    dataset = build(root, ann_file="ids.csv")
    assert list(dataset.annotations.names) == ["a", "b"]
    files = [dataset.get_data_info(i)["img_path"].split("/")[-1] for i in range(2)]
    assert files == ["a.jpg", "b.JPEG"]
    unchecked = build(root, ann_file="ids.csv", check_images=False)
    assert dataset.annotations.label_hash == unchecked.annotations.label_hash


def test_paths_of_pathlib(root):
    options = dict(data_root=root, data_prefix=root / "images", ann_file=root / "labels.csv")
    assert len(AnnotatedImages(format="wide_csv", **options)) == 2


def test_a_setting_hides_more(root):
    full = build(root, ann_file="full.csv")
    assert [full.get_data_info(i)["gt_label"] for i in range(2)] == [[0], [1]]
    spl = PartialLabelDataset(full, setting="SPL")
    assert np.asarray(spl.labels).tolist() == [[1, -1], [-1, 1]]


def test_full_labels_train_as_they_are(root):
    """A table without a blank cell, or a format that was told that unlisted means negative."""
    (root / "mmpretrain.json").write_text(
        '{"metainfo": {"classes": ["cat"]}, "data_list": [{"img_path": "a.jpg", "gt_label": [0]}]}'
    )
    table, folders = (
        build(root, ann_file="full.csv"),
        build(root, "folders", "images", unlisted="negative"),
    )
    for full in (table, folders):
        assert PartialLabelDataset(full).labels.count(1).sum() > 0
    unsaid = build(root, "mmpretrain", "mmpretrain.json")
    with pytest.raises(ValueError, match="nothing in AnnotatedImages says which labels are unk"):
        PartialLabelDataset(unsaid)


def test_folders_are_the_image_folder(root):
    for options in (dict(ann_file=""), dict(ann_file="images")):
        dataset = build(root, format="folders", unlisted="negative", **options)
        found = [dataset.get_data_info(i) for i in range(2)]
        assert [info["gt_label"] for info in found] == [[0], [1]]
        assert found[0]["img_path"] == str(root / "images" / "cat" / "c.jpg")


def test_classes(root):
    for options in (dict(classes=["dog"]), dict(metainfo=dict(classes=["dog"]))):
        assert build(root, **options).metainfo["classes"] == ("dog",)
    with pytest.raises(ValueError, match="labels.csv: there is no class 'Dog' .* nearest is 'dog'"):
        build(root, classes=["Dog"])


def test_a_file_of_classes_is_below_data_root(root, monkeypatch):
    (root / "classes.txt").write_text("dog\n")
    monkeypatch.chdir(root / "images")
    (root / "images" / "classes.txt").write_text("cat\n")
    assert build(root, classes="classes.txt").metainfo["classes"] == ("dog",)
    (root / "train.json").write_text(
        '{"metainfo": {"classes": ["cat", "dog"]},'
        ' "data_list": [{"img_path": "a.jpg", "gt_label": [0]}]}'
    )
    dataset = build(root, "mmpretrain", "train.json", classes="classes.txt")
    assert dataset.metainfo["classes"] == ("dog",)
    whole = str(root / "images" / "classes.txt")
    assert build(root, classes=whole).metainfo["classes"] == ("cat",)


def test_samples_are_never_serialized(root):
    with pytest.raises(ValueError, match="wide_csv takes no serialize_data"):
        build(root, serialize_data=True)


def test_wrong_options(root):
    with pytest.raises(
        ValueError, match="takes no unlisted: it takes image, c.* write _delete_=True into"
    ):
        build(root, unlisted="unknown")
    with pytest.raises(ValueError, match="no format 'wide'; the nearest is 'wide_csv'"):
        build(root, format="wide")
    with pytest.raises(ValueError, match="the format long_csv needs unlisted: 'unknown' if nobody"):
        build(root, format="long_csv")
    build(root, test_mode=True, indices=1)  # what the classes above take


def test_missing_files(root):
    with pytest.raises(FileNotFoundError, match="there is no .*none.csv"):
        build(root, ann_file="none.csv")
    (root / "images" / "b.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 2 images are not below .*images: b.jpg"):
        build(root)


@pytest.mark.parametrize(
    "leaf, classes",
    [
        (f"resnet18_{data}_{setting}.py", classes)
        for data, classes in (("corel5k", 79), ("voc2012-subset", 20))
        for setting in ("pal06", "fal")
    ],
)
def test_configs_train(leaf, classes, tmp_path, monkeypatch):
    """One epoch on images of different sizes, in the folder that DATA_ROOT says."""
    monkeypatch.setenv("DATA_ROOT", str(tmp_path))
    cfg = read_config(leaf)
    write_splits(tmp_path, cfg.val_dataloader.dataset, classes)
    cfg.model.backbone.update(base_channels=4, stem_channels=4)
    cfg.model.head.in_channels = 32
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False, batch_size=2)
    cfg.train_cfg.update(max_epochs=1, val_interval=1)
    cfg.work_dir = str(tmp_path / "run")
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert list((tmp_path / "run").glob("best_multi-label_mAP_*"))


@pytest.mark.parametrize("data", ["corel5k", "voc2012_subset"])
def test_default_folders(data, monkeypatch):
    monkeypatch.delenv("DATA_ROOT", raising=False)
    cfg = Config.fromfile(str(CONFIGS / f"resnet18_{data.replace('_', '-')}_pal06.py"))
    parts = cfg.train_dataloader.dataset.dataset, cfg.val_dataloader.dataset
    assert all(part.data_root == f"data/{data}/" for part in (*parts, cfg.test_dataloader.dataset))


def test_a_name_in_another_unicode_form(root):
    """The file is opened by its name on disk, and the id, and with it the draw, stays."""
    (root / "labels.csv").write_text("image,cat\ncaf\u00e9.jpg,1\na.jpg,\n", encoding="utf-8")
    (root / "images" / "a.jpg").rename(root / "images" / "cafe\u0301.jpg")
    (root / "images" / "b.jpg").rename(root / "images" / "a.jpg")
    dataset = build(root, pipeline=[dict(type="LoadImageFromFile")])
    assert dataset[0]["img"].shape == (7, 9, 3)
    assert dataset.get_data_info(0)["img_path"].endswith("cafe\u0301.jpg")
    assert list(dataset.annotations.names) == ["caf\u00e9.jpg", "a.jpg"]


def test_classes_in_another_unicode_form(root):
    (root / "labels.csv").write_text("image,class\na.jpg,mu\u0308de\n", encoding="utf-8")
    (root / "names.txt").write_text("mu\u0308de\nwach\n", encoding="utf-8")
    for options in (
        dict(classes=["m\u00fcde"]),
        dict(classes=["mu\u0308de"]),
        dict(classes="names.txt", metainfo=dict(classes=["mu\u0308de"])),
        dict(classes=["m\u00fcde", "tier"], hierarchy={"mu\u0308de": "tier"}),
    ):
        dataset = build(root, format="long_csv", unlisted="unknown", **options)
        assert dataset.metainfo["classes"][0] == "m\u00fcde"
        assert (dataset.annotations.labels.dense() == 1).sum() == 1 + ("hierarchy" in options)


def test_no_positive_label(root):
    (root / "labels.csv").write_text("image,cat\na.jpg,\nb.jpg,\n")
    with pytest.raises(ValueError, match="labels.csv has no positive label: its 2 images x 1 cl"):
        build(root)
    assert len(build(root, allow_no_positives=True)) == 2
