"""Images without labels beside those of a table, on their way through training."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from PIL import Image

from mmpartial.apis import cache_features
from mmpartial.comparison.training import copy_of
from mmpartial.datasets import AnnotatedImages
from mmpartial.engine.hooks import LabelMemoryHook
from tests.runs import CONFIGS, Losses

TABLE = "image,cat,dog,bird\n1,1,0,0\n2.jpg,0,1,\n3.jpg,1,0,1\n"
LEAF = CONFIGS / "frozen" / "frozen_efficientnet-lite0_own-semi.py"


@pytest.fixture
def root(tmp_path):
    files = ["images/1.jpg", "images/2.JPG", "images/3.jpg", "images/4.jpg", "images/new/5.jpg"]
    files += [f"unlabelled/{i}.jpg" for i in range(1, 8)] + ["unlabelled/deep/1.png"]
    for number, name in enumerate([*files, "unlabelled/.hidden.jpg"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 7), (15 * number, 99, 0)).save(tmp_path / name)
    for name in ("train.csv", "val.csv"):
        (tmp_path / name).write_text(TABLE)
    return tmp_path


def build(root, unlabelled, **options):
    return AnnotatedImages(
        format="wide_csv", ann_file="train.csv", data_root=str(root), data_prefix="images",
        unlabelled=unlabelled, **options,
    )  # fmt: skip


def test_their_labels_are_unknown(root):
    dataset = build(root, "unlabelled")
    assert dataset.annotations.labels.dense().tolist() == [
        [1, 0, 0], [0, 1, -1], [1, 0, 1], *[[-1, -1, -1]] * 8,
    ]  # fmt: skip
    names = list(dataset.annotations.names)
    assert names[:5] == ["1", "2.jpg", "3.jpg", "unlabelled/1.jpg", "unlabelled/2.jpg"]
    assert names[-1] == "unlabelled/deep/1.png"
    paths = [Path(dataset.get_data_info(i)["img_path"]) for i in range(len(dataset))]
    assert all(path.is_file() for path in paths) and len({p.resolve() for p in paths}) == 11
    moved = root.rename(root.parent / "moved")
    again = build(moved, ["unlabelled"])
    assert again.annotations.fingerprint == dataset.annotations.fingerprint


def test_they_are_alone_where_others_have_groups(root):
    (root / "train.csv").write_text(TABLE.replace("bird", "site"))
    dataset = build(root, "unlabelled", group="site")
    assert dataset.annotations.groups.texts().tolist() == ["0", "", "1", *[""] * 8]


def test_images_of_the_table_stay_out(root):
    """Also if the table leaves out their endings, or has them in another part."""
    (root / "split.csv").write_text("image,part\n1,train\n2.jpg,train\n3.jpg,val\n")
    options = dict(split_file="split.csv", part="train")
    dataset = build(root, ["images", "unlabelled/deep"], **options)
    expected = ["1", "2.jpg", "4.jpg", "new/5.jpg", "deep/1.png"]
    assert list(dataset.annotations.names) == expected


@pytest.mark.parametrize("unlabelled, message", [
    ("nowhere", "there is no folder .*nowhere of unlabelled images: put them there"),
    ("empty", "there is no image in .*empty that the labels do not name"),
    (["unlabelled", "unlabelled/deep"], "no image in .*deep that the labels do not name"),
])  # fmt: skip
def test_wrong_folders(root, unlabelled, message):
    (root / "empty").mkdir()
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        build(root, unlabelled)


def test_runs_on_features_with_batches_without_labels(root, monkeypatch):
    """Eight of eleven batches have no label at all; no loss is NaN, and unlabelled rows learn."""
    monkeypatch.setenv("DATA_ROOT", f"{root}/")
    cfg = Config.fromfile(str(LEAF))
    cfg.extractor.backbone = dict(type="mmpartial.ResNet10", stem_channels=4, base_channels=4)
    cfg.merge_from_dict(
        {"model.head.in_channels": 32, "train_dataloader.batch_size": 1, "train_cfg.max_epochs": 2,
         "train_cfg.val_interval": 9, "default_hooks.checkpoint.save_best": None,
         "visualizer.vis_backends": []}
    )  # fmt: skip
    for name in ("calibration", "report"):
        cfg.default_hooks.pop(name)
    cache_features(cfg)
    tables = {}
    for method in ("", "cap"):
        if method:
            piece = Config.fromfile(str(CONFIGS / "_base_" / "methods" / f"{method}.py"))
            cfg.model.head.loss, cfg.custom_hooks = piece.head.loss, piece.custom_hooks
        cfg.work_dir = str(root / f"run_{method}")
        cfg.experiment_name = f"unlabelled_{method}"
        runner, losses = Runner.from_cfg(copy_of(cfg)), Losses()  # whose text is not formatted
        runner.register_hook(losses)
        runner.train()
        values = torch.tensor(list(losses.values.values()))
        assert len(values) == 22 and torch.isfinite(values).all()
        hook = next(hook for hook in runner.hooks if isinstance(hook, LabelMemoryHook))
        tables[method] = hook.memory.values.float()
    assert (tables[""][3:] > 0).all()
    # Two of three cats are positive: int(2/3 * 8) of the photos of which this is unknown.
    assert (tables["cap"] == 1).sum(0).tolist() == [5, 2, 4]
    assert (tables["cap"] == 0).sum(0).tolist() == [2, 5, 4]
