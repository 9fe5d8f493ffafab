"""A model for images from its checkpoint alone."""

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS, MODELS

from mmpartial.apis import load_model
from mmpartial.apis import model as api
from mmpartial.models.decision import AffineCalibration, Decision
from mmpartial.models.extractor import extractor_weights
from tests.features import compute, load, write_photos
from tests.runs import tiny_runner


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """A run on features, with its config and checkpoint."""
    folder = tmp_path_factory.mktemp("frozen")
    write_photos(folder)
    cfg = load("frozen/frozen_efficientnet-lite0_corel5k-fal.py", folder)
    compute(cfg)
    runner = Runner.from_cfg(cfg)
    runner.train()
    return cfg, runner.model.eval(), folder / "run" / "epoch_2.pth"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run on images, with its checkpoint."""
    folder = tmp_path_factory.mktemp("whole")
    runner = tiny_runner(folder)
    runner.train()
    return runner, folder / "epoch_2.pth"


def logits(model, cfg):
    """Logits of the test images, through the pipeline of a dataset config."""
    dataset = DATASETS.build(cfg)
    batch = model.data_preprocessor(pseudo_collate([dataset[i] for i in range(4)]))
    with torch.no_grad():
        return model(batch["inputs"], mode="tensor").cpu()


def with_extractor(checkpoint, cfg, tmp_path):
    """The checkpoint with the weights that computed the features, and that are random in tests."""
    torch.manual_seed(0)
    extractor = MODELS.build(cfg.extractor)
    extractor.init_weights()
    content = torch.load(checkpoint, weights_only=False)
    content["extractor"] = extractor_weights(extractor)
    torch.save(content, tmp_path / "model.pth")
    return tmp_path / "model.pth"


def test_a_model_on_features_takes_images(frozen, tmp_path):
    cfg, trained, checkpoint = frozen
    init_default_scope("mmpretrain")
    expected = logits(trained, cfg.test_dataloader.dataset)
    model = load_model(with_extractor(checkpoint, cfg, tmp_path))
    images = cfg.test_dataloader.dataset.dataset
    assert model._config.test_dataloader.dataset.pipeline == images.pipeline
    assert model._dataset_meta["classes"] == ("a", "b", "c")
    torch.testing.assert_close(logits(model, images), expected, rtol=1e-4, atol=1e-4)


def test_an_extractor_with_other_weights_is_refused(frozen):
    checkpoint = frozen[2]
    content = torch.load(checkpoint, weights_only=False)
    content["meta"]["dataset_meta"]["features"]["weights"] = "of another network"
    torch.save(content, checkpoint.with_name("other.pth"))
    with pytest.raises(ValueError, match="features of another network"):
        load_model(checkpoint.with_name("other.pth"))


def test_the_posterior_is_that_of_the_training(whole):
    runner, checkpoint = whole
    model = load_model(checkpoint)
    x = torch.randn(5, 40)
    probabilities, yes = model.head.decision(x)
    assert torch.equal(probabilities, runner.model.head.loss_module.posterior(x))
    assert torch.equal(yes, probabilities >= 0.5)
    assert not torch.allclose(probabilities, x.sigmoid())


def test_a_decision_in_the_checkpoint_makes_scores_and_labels(whole, tmp_path):
    checkpoint = whole[1]
    content = torch.load(checkpoint, weights_only=False)
    calibration = AffineCalibration(torch.full((40,), 2.0), torch.linspace(-1, 1, 40))
    model = load_model(checkpoint)
    loss = model.head.loss_module
    content["decision"] = Decision(loss, calibration, np.linspace(0.1, 0.9, 40)).state_dict()
    torch.save(content, tmp_path / "decided.pth")
    decided = load_model(tmp_path / "decided.pth")
    x = torch.randn(3, 1, 28, 28).repeat(1, 3, 1, 1)
    z = loss.untilted(decided(x))
    samples = decided(x, mode="predict")
    scores = torch.stack([sample.pred_score for sample in samples])
    torch.testing.assert_close(scores, (2 * z + torch.linspace(-1, 1, 40)).sigmoid())
    for sample in samples:
        expected = torch.where(sample.pred_score >= torch.linspace(0.1, 0.9, 40))[0]
        assert sample.pred_label.tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"no checkpoint",
            r"file.pth is cut off, or not a checkpoint \(File is not a zip file\)\.$",
        ),
        (dict(weights=1), "holds no state_dict"),
        (dict(state_dict={}), "does not hold its config"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path, content, message):
    file = tmp_path / "file.pth"
    file.write_bytes(content) if isinstance(content, bytes) else torch.save(content, file)
    with pytest.raises(ValueError, match=message):
        load_model(file)
    (tmp_path / "epoch_1.pth").touch()
    with pytest.raises(ValueError, match="is a folder: give a checkpoint in it, .*epoch_1.pth"):
        load_model(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no checkpoint"):
        load_model(tmp_path / "none.pth")
    with pytest.raises(ValueError, match="my.py is a config: give a checkpoint, and the config"):
        load_model("my.py")


def test_weights_of_another_network_are_refused(whole, tmp_path):
    content = torch.load(whole[1], weights_only=False)
    content["state_dict"]["head.fc.bias"] = torch.zeros(9)
    torch.save(content, tmp_path / "other.pth")
    with pytest.raises(ValueError, match=r"1 have another shape, such as head\.fc\.bias"):
        load_model(tmp_path / "other.pth")


def test_test_datasets_with_two_pipelines(said):
    one, two = ([dict(type="Resize", scale=scale), dict(type="PackInputs")] for scale in (8, 9))
    for pipelines, is_told in (((one, two), True), ((one, one), False)):
        said.clear()
        parts = [dict(type="x", pipeline=pipeline) for pipeline in pipelines]
        cfg = Config(dict(test_dataloader=dict(dataset=dict(type="y", datasets=parts))))
        assert api.test_pipeline(cfg) == one
        assert ("have different pipelines: images are predicted" in " ".join(said)) == is_told
