"""The features of a network for its training images."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.logging import MMLogger

from mmpartial.apis.training_features import training_features
from mmpartial.apis.training_images import TrainedOn
from tests.features import compute, load, with_tiny_extractor, write_photos
from tests.runs import tiny_config

LEAF = "frozen/frozen_efficientnet-lite0_corel5k-fal.py"


@pytest.fixture
def logged(caplog):
    MMLogger.get_current_instance().addHandler(caplog.handler)
    return caplog


def test_cached_features_are_in_the_order_of_the_labels(tmp_path, logged):
    write_photos(tmp_path)
    cfg = with_tiny_extractor(load(LEAF, tmp_path))
    compute(cfg)
    found = training_features(cfg)
    assert found.features.shape == (12, 16) and not found.trained
    assert "no pretrained weights" not in logged.text
    for idx in (0, 7):
        sample = found.dataset[idx]
        expected = sample["inputs"].flatten()
        assert (found.features[sample["data_samples"].row] == expected).all()


def test_a_checkpoint_gives_what_its_head_takes(digits):
    found, trained = training_features(digits), TrainedOn(digits / "epoch_1.pth")
    assert found.trained and found.annotations.label_hash == trained.dataset.annotations.label_hash
    batch = pseudo_collate([found.dataset[idx] for idx in range(64)])
    data = trained.model.data_preprocessor(batch, training=False)
    with torch.no_grad():
        expected = trained.model.head.pre_logits(trained.model.extract_feat(data["inputs"]))
    rows = [sample.row for sample in data["data_samples"]]
    torch.testing.assert_close(found.features[rows], expected)


def test_a_config_gives_the_network_before_training(tmp_path, digits, logged):
    cfg = tiny_config(tmp_path)
    found = training_features(cfg)
    assert not found.trained and torch.equal(found.features, training_features(cfg).features)
    assert "no pretrained weights" in logged.text
    logged.clear()
    cfg.load_from = str(digits / "epoch_1.pth")
    loaded = training_features(cfg).features
    assert "no pretrained weights" not in logged.text
    torch.testing.assert_close(loaded, training_features(digits).features)


def test_images_that_cannot_be_read_have_no_features(tmp_path):
    write_photos(tmp_path)
    cfg = with_tiny_extractor(load(LEAF, tmp_path))
    (tmp_path / "images" / "train3.png").write_bytes(b"no image")
    images = cfg.train_dataloader.dataset.dataset.dataset
    images.pipeline[0].type = "mmpartial.LoadImage"
    cfg.train_dataloader.dataset.dataset = images
    cfg.train_dataloader.dataset.unreadable = "skip"
    cfg.val_dataloader = cfg.test_dataloader = dict(dataset=images)
    cfg.model = dict(cfg.extractor, head=cfg.model.head)
    found = training_features(cfg)
    assert len(found.annotations) == len(found.features) == 11
    assert "images/train3.png" not in found.annotations.names
    assert found.features.isfinite().all()
