"""Features that are computed once, and a run on them."""

import json
import os
from threading import Thread

import numpy as np
import pytest
import torch
from mmengine.runner import Runner
from PIL import Image

from mmpartial.apis import cache_features
from mmpartial.datasets import CachedFeatures, PartialLabelDataset, feature_files, feature_store
from mmpartial.datasets.feature_files import computing
from mmpartial.datasets.feature_store import FeatureStore
from mmpartial.utils.arrays import read_array
from tests.features import compute, load, plain, with_tiny_extractor, write_photos


def flip_a_bit(file):
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)


@pytest.fixture
def cfg(tmp_path):
    """The config of frozen features on these photos, with a tiny network before it."""
    write_photos(tmp_path)
    return with_tiny_extractor(load("frozen/frozen_efficientnet-lite0_corel5k-fal.py", tmp_path))


def test_features_are_those_of_the_network(cfg, tmp_path):
    compute(cfg, batch_size=5)
    store = FeatureStore(str(tmp_path / "features"), "train").open()
    assert store.features.shape == (12, 1, 16) and np.isfinite(store.features).all()
    copy = np.array(store.features)
    compute(cfg, batch_size=12)  # nothing is left to do
    np.testing.assert_array_equal(store.features, copy)
    dataset = CachedFeatures(**plain(cfg.val_dataloader.dataset))
    assert len(dataset) == 6 and dataset.metainfo["classes"] == ("a", "b", "c")
    mean, std = copy[:, 0].mean(0), copy[:, 0].std(0)
    val = FeatureStore(str(tmp_path / "features"), "val").open().features[2, 0]
    expected = (val - mean) / std.clip(1e-6)
    inputs = dataset[2]["inputs"]
    assert inputs.shape == (16, 1, 1)
    np.testing.assert_allclose(inputs.flatten(), expected, rtol=1e-3, atol=1e-4)


def test_a_run_on_features_hides_the_same_labels_as_one_on_images(cfg):
    compute(cfg)
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert 0 <= runner.val_loop.run()["multi-label/mAP"] <= 100
    images = cfg.train_dataloader.dataset.dataset.dataset
    on_images = PartialLabelDataset(images, setting="PAL", ratio=0.7)
    assert runner.train_dataloader.dataset.label_hash == on_images.label_hash


def test_samples_are_kept_if_they_fit_with_their_labels(cfg, monkeypatch):
    compute(cfg)
    dataset = CachedFeatures(**plain(cfg.val_dataloader.dataset))
    assert dataset.same_samples
    monkeypatch.setattr(type(dataset.dataset), "metainfo", dict(classes=range(2**28)))
    assert not dataset.same_samples


@pytest.mark.parametrize("time", [0, 2**33])
def test_an_image_that_changed_after_its_features(cfg, tmp_path, time):
    """Such as one of another folder, which is older: the first image is the same."""
    compute(cfg)
    train = plain(cfg.train_dataloader.dataset.dataset)
    photo = tmp_path / "images" / "train3.png"
    content = photo.read_bytes()
    photo.write_bytes((tmp_path / "images" / "train4.png").read_bytes())
    os.utime(photo, (time, time))
    sentence = "1 of 12 images have changed since .*train.npy were computed, the first is .*train3"
    for read in (lambda: compute(cfg), lambda: CachedFeatures(**train)):
        with pytest.raises(ValueError, match=sentence):
            read()
    photo.write_bytes(content)  # the same image with another time
    assert len(CachedFeatures(**train)) == 12
    compute(cfg)
    photo.unlink()
    assert len(CachedFeatures(**(train | dict(dataset=unchecked(train))))) == 12


def unchecked(train):
    return dict(train["dataset"], check_images=False)


def test_files_of_features_from_an_earlier_version(cfg, tmp_path, said):
    compute(cfg)
    (tmp_path / "features" / "train.files.npy").unlink()
    for photo in (tmp_path / "images").glob("train*.png"):
        Image.fromarray(np.full((9, 9, 3), 200, dtype=np.uint8)).save(photo)
    CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))
    assert any("nothing says which files the features in" in line for line in said)
    said.clear()
    compute(cfg)
    assert any("train.npy are not those of " in line for line in said)


def test_two_images_of_one_name(cfg, tmp_path):
    share_features(cfg)
    (tmp_path / "other" / "images").mkdir(parents=True)
    for name in ("train0", "train1"):
        (tmp_path / "other" / "images" / f"{name}.png").write_bytes(
            (tmp_path / "images" / "train0.png").read_bytes()
        )
    content = dict(classes=["a", "b", "c"], splits=dict(val=[]))
    content["splits"]["val"] = [dict(img=f"images/train{i}.png", labels=[i]) for i in (0, 1)]
    (tmp_path / "other" / "annotations.json").write_text(json.dumps(content))
    cfg.val_dataloader.dataset.dataset.data_root = f"{tmp_path}/other/"
    with pytest.raises(
        ValueError, match=r"images/train1.png. and .*other.*train1.png. have one name"
    ):
        compute(cfg)


def test_mirrored_views(cfg, tmp_path):
    compute(cfg, flips=True)
    store = FeatureStore(str(tmp_path / "features"), "train").open()
    assert store.features.shape == (12, 2, 16)
    assert np.abs(store.features[:, 0] - store.features[:, 1]).max() > 1e-4
    train = plain(cfg.train_dataloader.dataset.dataset)
    assert len(views(CachedFeatures(**train))) == 2
    assert len(views(CachedFeatures(**dict(train, random_view=False)))) == 1


def views(dataset):
    return {dataset[3]["inputs"].numpy().tobytes() for _ in range(40)}


def test_the_view_depends_on_seed_epoch_and_image_alone(cfg):
    compute(cfg, flips=True)
    dataset = PartialLabelDataset(cfg.train_dataloader.dataset.dataset, setting="FAL")
    dataset.set_epoch(0, 5)
    np.random.seed(1)
    first = [dataset[i]["inputs"] for i in range(12)]
    np.random.seed(2)
    second = [sample["inputs"] for sample in dataset.__getitems__(list(range(12))[::-1])][::-1]
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    dataset.set_epoch(1, 5)
    assert not all(torch.equal(a, dataset[i]["inputs"]) for i, a in enumerate(first))


@pytest.mark.parametrize("flips", [False, True])
def test_samples_are_kept_where_they_are_the_same_at_each_visit(cfg, flips):
    compute(cfg, flips=flips)
    dataset = PartialLabelDataset(cfg.train_dataloader.dataset.dataset, setting="SPL")
    first = dataset[5]
    first.pop("inputs")  # a caller may change what it got
    again = dataset[5]
    assert (again["data_samples"] is first["data_samples"]) != flips
    assert again["inputs"].shape == (16, 1, 1) and again["data_samples"].row == 5
    part = dataset.get_subset([5, 7])
    assert [part[i]["data_samples"].row for i in range(2)] == [0, 1]  # in its own rows
    assert (part[0]["data_samples"] is part[0]["data_samples"]) != flips
    other = dataset.with_pipeline([lambda info: dict(seen=info["row"])])
    assert other[5] == dict(seen=5)


def test_what_was_cut_off_goes_on(cfg, tmp_path):
    compute(cfg)
    store = FeatureStore(str(tmp_path / "features"), "train").open()
    whole = np.array(store.features)
    note = tmp_path / "features" / "train.json"
    note.write_text(note.read_text().replace('"done": 12', '"done": 5'))
    broken = np.lib.format.open_memmap(tmp_path / "features" / "train.npy", "r+")
    broken[5:] = 7
    broken.flush()
    with pytest.raises(ValueError, match="has the features of 5 of 12 images: run python"):
        CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))
    compute(cfg)
    np.testing.assert_allclose(FeatureStore(str(tmp_path / "features"), "train").open().features,
                               whole, atol=1e-6)  # fmt: skip


def test_a_stop_in_the_middle_keeps_what_is_done(tmp_path):
    store = FeatureStore(str(tmp_path), "train")
    assert store.create(np.arange(4), 1, (3,), {}).tolist() == [0, 1, 2, 3]
    with pytest.raises(KeyboardInterrupt):
        store.fill(stopped_after(np.ones((2, 1, 3), dtype=np.float32)))
    assert FeatureStore(str(tmp_path), "train").create(np.arange(4), 1, (3,), {}).tolist() == [2, 3]


def test_another_network_or_pipeline_is_refused(cfg):
    compute(cfg)
    torch.manual_seed(1)
    with pytest.raises(ValueError, match="features from another network or pipeline"):
        cache_features(cfg)
    cfg.train_dataloader.dataset.dataset.dataset.pipeline[1].scale = (24, 24)
    with pytest.raises(ValueError, match=r"another network or pipeline: remove .*train\.\*, or"):
        compute(cfg)


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda folder: None, "there are no features .*: run python tools/cache_features.py"),
        (lambda folder: (folder / "train.json").write_text("{"), "train.npy is damaged"),
        (lambda folder: (folder / "train.json").write_text("[]"), "does not fit"),
        (lambda folder: (folder / "train.json").write_text('{"done": null}'), "does not fit"),
        (
            lambda folder: (folder / "train.json").write_text('{"done": 12}'),
            "does not fit",
        ),
        (lambda folder: (folder / "train.npy").write_bytes(b"abc"), "train.npy is damaged"),
        (lambda folder: flip_a_bit(folder / "train.npy"), "is damaged .other checksum.: remove"),
        (lambda folder: (folder / "train.ids.npy").unlink(), "train.npy is damaged"),
        (
            lambda folder: np.save(folder / "train.ids.npy", np.arange(3)),
            "does not fit",
        ),
    ],
)
def test_missing_and_damaged_files_are_named(cfg, tmp_path, damage, message):
    folder = tmp_path / "features"
    if "there are no" not in message:
        compute(cfg)
    damage(folder)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))


def test_images_without_features_are_named(cfg, tmp_path):
    compute(cfg)
    file = tmp_path / "annotations.json"
    file.write_text(file.read_text().replace("train7.png", "other7.png"))
    (tmp_path / "images" / "other7.png").write_bytes((tmp_path / "images/train7.png").read_bytes())
    with pytest.raises(ValueError, match="lacks 1 of 12 images, the first is .*other7") as error:
        CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))
    assert "run python tools/cache_features.py, which adds them" in str(error.value)
    before = np.array(FeatureStore(str(tmp_path / "features"), "train").open().features)
    compute(cfg)
    store = FeatureStore(str(tmp_path / "features"), "train").open()
    assert len(store.ids) == 13  # train7 stays, if somebody asks for it again
    np.testing.assert_array_equal(store.features[:12], before)
    np.testing.assert_allclose(store.features[12], before[7], atol=1e-6)
    assert len(CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))) == 12


def test_images_are_added_to_unfinished_features(tmp_path):
    store = FeatureStore(str(tmp_path), "train")
    store.create(np.arange(5), 1, (3,), {})
    with pytest.raises(KeyboardInterrupt):
        store.fill(stopped_after(np.full((2, 1, 3), 7, dtype=np.float32)))
    assert store.create(np.array([9, 1, 4, 8]), 1, (3,), {}).tolist() == [0, 2, 3]
    store.fill(iter([np.ones((3, 1, 3), dtype=np.float32)]))
    read = FeatureStore(str(tmp_path), "train").open()
    assert read.ids.tolist() == [0, 1, 9, 4, 8]
    assert read.features[: len(read.ids), 0, 0].tolist() == [7, 7, 1, 1, 1]
    assert read.moments()[0].tolist() == [(7 + 7 + 3) / 5] * 3


def stopped_after(batch):
    yield batch
    raise KeyboardInterrupt


def share_features(cfg):
    """Training and validation read one store, as the parts of one table do."""
    for dataset in (cfg.train_dataloader.dataset.dataset, cfg.val_dataloader.dataset):
        dataset.update(part="photos", standardized_by="photos")
    cfg.test_dataloader = cfg.val_dataloader


def test_parts_share_features(cfg, tmp_path):
    share_features(cfg)
    compute(cfg)
    assert [path.name for path in (tmp_path / "features").glob("*.json")] == ["photos.json"]
    store = FeatureStore(str(tmp_path / "features"), "photos").open()
    assert store.features.shape == (18, 1, 16)
    train = CachedFeatures(**plain(cfg.train_dataloader.dataset.dataset))
    val = CachedFeatures(**plain(cfg.val_dataloader.dataset))
    assert len(train) == 12 and len(val) == 6
    assert train.metainfo["features"] == val.metainfo["features"]
    cfg.val_dataloader.dataset.dataset.pipeline[1].scale = (24, 24)
    with pytest.raises(ValueError, match=r"photos\.npy, but their pipelines differ: give"):
        compute(cfg)


def test_a_checkpoint_keeps_its_moments_when_images_are_added(cfg, tmp_path):
    compute(cfg)
    Runner.from_cfg(cfg).train()
    trained = torch.load(tmp_path / "run" / "epoch_2.pth", weights_only=False)
    moments = trained["meta"]["dataset_meta"]["features"]
    features = np.load(tmp_path / "features" / "train.npy", mmap_mode="r+")
    features[0] += 5  # as new images would
    features.flush()
    note = tmp_path / "features" / "train.json"
    content = json.loads(note.read_text())
    del content["checksum"]
    note.write_text(json.dumps(content))
    cfg.load_from = str(tmp_path / "run" / "epoch_2.pth")
    runner = Runner.from_cfg(cfg)
    runner.test()
    assert runner.test_dataloader.dataset.metainfo["features"] == moments
    fresh = CachedFeatures(**plain(cfg.val_dataloader.dataset))
    assert fresh.metainfo["features"] != moments
    with pytest.raises(ValueError, match="features from another network than those of the check"):
        fresh.standardize_as(dict(moments, weights="of another network"))


def test_features_that_do_not_fit_the_model(cfg):
    cfg.extractor.neck = None
    with pytest.raises(ValueError, match=r"features of shape \(1, 16, .*GlobalAveragePooling"):
        compute(cfg)
    cfg.model.backbone = dict(
        type="mmpartial.EfficientNetStages", model_name="tf_efficientnet_lite0", start=5
    )
    with pytest.raises(ValueError, match=r"\(1, 16, .*maps of 112 channels: .*backbone.stop=5"):
        compute(cfg)


def test_tokens_and_a_config_without_features(cfg):
    cfg.extractor.backbone = dict(
        type="VisionTransformer", arch="deit-tiny", img_size=20, patch_size=10, out_type="raw"
    )
    cfg.extractor.neck = None
    with pytest.raises(ValueError, match=r"\(1, 5, 192\), which is neither a vector nor a map"):
        compute(cfg)
    cfg.pop("extractor")
    with pytest.raises(ValueError, match="has no extractor, or no dataset of type"):
        compute(cfg)


def test_complete_features_may_be_read_only(tmp_path, monkeypatch):
    store = FeatureStore(str(tmp_path), "train")
    store.create(np.arange(4), 1, (3,), {})
    store.fill(iter([np.ones((4, 1, 3), dtype=np.float32)]))

    def read(path, mode=None):
        assert mode != "r+"
        return read_array(path, mode)

    monkeypatch.setattr(feature_store, "read_array", read)
    assert not len(FeatureStore(str(tmp_path), "train").create(np.arange(1, 4), 1, (3,), {}))


def test_a_full_disk_is_noticed_before_the_work(tmp_path, monkeypatch):
    def full(path, size):
        assert size == 128 + 4 * 4 * 3
        raise OSError("no space")

    monkeypatch.setattr(feature_files, "reserve", full)  # a later write would end the process
    with pytest.raises(OSError, match="no space"):
        FeatureStore(str(tmp_path), "train").create(np.arange(4), 1, (3,), {})
    assert not any(tmp_path.iterdir())


def test_images_of_a_table_with_and_one_without_unknown_labels(cfg, tmp_path):
    for name, cells in (("train", "1,0"), ("val", "1,")):
        lines = [f"{name}{i}.png,{cells}" for i in range(6)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["image,a,b", *lines, ""]))
    for loader, name in ((cfg.train_dataloader.dataset, "train"), (cfg.val_dataloader, "val")):
        own = dict(type="mmpartial.AnnotatedImages", format="wide_csv", ann_file=f"{name}.csv")
        own |= dict(data_root=f"{tmp_path}/", data_prefix="images", classes=["a", "b"])
        cached = loader.dataset
        cached.part = cached.standardized_by = "photos"
        cached.dataset = dict(own, pipeline=cached.dataset.pipeline)
    cfg.test_dataloader = cfg.val_dataloader
    compute(cfg)
    assert len(CachedFeatures(**plain(cfg.val_dataloader.dataset))) == 6


def test_two_runs_do_not_compute_the_same_features_at_once(tmp_path, capsys):
    said, store = [], tmp_path / "features" / "train"

    def second():
        with computing(store):
            said.append("second")

    with computing(store):
        other = Thread(target=second)
        other.start()
        other.join(0.2)
        said.append("first")
    other.join()
    assert said == ["first", "second"]
    assert f"another run computes features for {store}.npy" in capsys.readouterr().out
