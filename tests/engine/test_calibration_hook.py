"""The model that a run leaves: calibrated, with thresholds, and tested as such."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS

from mmpartial.apis import load_model
from mmpartial.calibration import thresholds
from mmpartial.engine.trained_model import predict_dataset, trained_model
from mmpartial.models.decision import Decision
from mmpartial.utils.torch_load import read_checkpoint
from tests.features import compute, load, write_photos
from tests.runs import Kill, Killed, equal, tiny_config, tiny_runner

HOOK = dict(type="mmpartial.CalibrationHook", least=5)
FILES = {"model.pth", "thresholds.csv", "reliability.csv", "reliability.png"}


def config(work_dir, hook=HOOK, **options):
    enough = dict(val_dataloader__dataset__indices=300, test_dataloader__dataset__indices=300)
    cfg = tiny_config(work_dir, train_cfg__val_interval=1, **enough, **options)
    cfg.custom_hooks = [*cfg.custom_hooks, *([hook] if hook else [])]
    return cfg


def read(path):
    return read_checkpoint(path)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with the hook, and its folder."""
    folder = tmp_path_factory.mktemp("run")
    runner = Runner.from_cfg(config(folder))
    runner.train()
    return runner, folder


def test_the_best_weights_with_a_decision(run):
    runner, folder = run
    assert {path.name for path in folder.iterdir()} >= FILES
    model, best = read(folder / "model.pth"), read(runner.message_hub.get_info("best_ckpt"))
    assert equal(model["state_dict"], best["state_dict"])
    assert set(model) == {"meta", "state_dict", "loss_memory", "train_counts", "decision"}
    table = pd.read_csv(folder / "thresholds.csv")
    chosen = model["decision"]["thresholds"].numpy()
    np.testing.assert_allclose(chosen, table.threshold, rtol=1e-5)
    assert set(table.of) == {"class", "all"} and len(table) == 40
    assert model["decision"]["calibration"]["kind"] == "affine"


def test_a_test_decides_by_the_checkpoint(run, tmp_path):
    folder = run[1]
    cfg = config(tmp_path, None, load_from=str(folder / "model.pth"))
    runner = Runner.from_cfg(cfg)
    scores = runner.test()
    content = read(folder / "model.pth")
    model = trained_model(cfg, content, "model.pth")
    found = predict_dataset(model, runner.test_dataloader.dataset, cfg.test_dataloader)
    decision = Decision.from_state(model.head.loss_module, content["decision"])
    p, yes = decision(found.logits)
    positive = torch.from_numpy(found.labels == 1)
    precision, recall = ((yes & positive).sum() / x.sum() for x in (yes, positive))
    assert scores["multi-label/OP"] == pytest.approx(100 * precision.item(), rel=1e-4)
    assert scores["multi-label/OR"] == pytest.approx(100 * recall.item(), rel=1e-4)
    batch = next(iter(runner.test_dataloader))
    with torch.no_grad():
        sample = runner.model.test_step(batch)[0]
    torch.testing.assert_close(sample.pred_score, p[0])
    assert sample.pred_label.tolist() == torch.where(yes[0])[0].tolist()
    plain = Runner.from_cfg(
        config(tmp_path, None, load_from=run[0].message_hub.get_info("best_ckpt"))
    )
    before = plain.test()
    assert before["multi-label/ECE"] > scores["multi-label/ECE"] + 1
    assert before["multi-label/mAP"] == pytest.approx(scores["multi-label/mAP"], abs=0.2)


def test_thresholds_of_a_config_stay(run, tmp_path):
    options = dict(load_from=str(run[1] / "model.pth"), test_evaluator__thr=0.9)
    runner = Runner.from_cfg(config(tmp_path, None, **options))
    runner.test()
    assert runner.test_evaluator.metrics[0].options["thr"] == 0.9


def test_training_from_a_calibrated_model_does_not_use_its_decision(run, tmp_path):
    options = dict(load_from=str(run[1] / "model.pth"), train_cfg__max_epochs=1)
    runner = Runner.from_cfg(config(tmp_path, None, **options))
    runner.train()
    runner.test_loop.run()
    assert runner.model.head.decision is None
    assert runner.test_evaluator.metrics[0].options["thr"] == 0.5


def test_a_resumed_run_ends_with_the_same_model(run, tmp_path):
    runner = Runner.from_cfg(config(tmp_path))
    runner.register_hook(Kill("after_train_epoch", 4))
    with pytest.raises(Killed):
        runner.train()
    Runner.from_cfg(config(tmp_path, resume=True)).train()
    resumed, whole = read(tmp_path / "model.pth"), read(run[1] / "model.pth")
    for key in ("state_dict", "loss_memory", "decision"):
        assert equal(resumed[key], whole[key]), key


def test_training_is_the_same_without_it(run, tmp_path):
    tiny = Runner.from_cfg(config(tmp_path, None))
    tiny.train()
    assert equal(tiny.model.state_dict(), run[0].model.state_dict())


def test_labels_that_cannot_calibrate(tmp_path, caplog):
    cfg = config(tmp_path, train_dataloader__dataset__setting="SPL")
    cfg.train_dataloader.dataset.pop("ratio")
    cfg.val_dataloader.dataset = dict(
        type="mmpartial.PartialLabelDataset", setting="SPL", dataset=cfg.val_dataloader.dataset
    )
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert read(tmp_path / "model.pth")["decision"]["thresholds"].tolist() == 0.5
    assert "calibration" not in read(tmp_path / "model.pth")["decision"]
    assert not (tmp_path / "thresholds.csv").exists()
    assert "model.pth is not calibrated and has the thresholds 0.5: no class has a known" in (
        next(tmp_path.glob("*/*.log")).read_text()
    )


def test_training_images_are_refused(tmp_path):
    cfg = config(tmp_path)
    cfg.val_dataloader.dataset = dict(
        copy.deepcopy(cfg.train_dataloader.dataset.dataset), indices=9
    )
    Runner.from_cfg(cfg).train()
    log = next(tmp_path.glob("*/*.log")).read_text()
    assert "9 images of val_dataloader were trained on (such as 'train-00000')" in log
    assert "calibration" not in read(tmp_path / "model.pth")["decision"]


@pytest.mark.parametrize("again", [True, False])
def test_a_run_on_features_leaves_its_extractor(tmp_path, monkeypatch, again):
    monkeypatch.setattr(thresholds, "FEWEST", 1)
    write_photos(tmp_path)
    cfg = load("frozen/frozen_efficientnet-lite0_corel5k-fal.py", tmp_path)
    compute(cfg)
    cfg.custom_hooks = [*cfg.custom_hooks, dict(HOOK, least=1)]
    if not again:
        cfg.extractor.backbone.init_cfg = None  # random weights do not come again
    runner = Runner.from_cfg(cfg)
    runner.train()
    file = tmp_path / "run" / "model.pth"
    assert ("extractor" in read(file)) == again
    if again:
        images = load_model(file)
        dataset = DATASETS.build(cfg.val_dataloader.dataset.dataset)
        found = predict_dataset(images, dataset, cfg.val_dataloader)
        features = runner.val_dataloader.dataset
        best = trained_model(cfg, read(file), file)
        expected = predict_dataset(best, features, cfg.val_dataloader)
        torch.testing.assert_close(found.logits, expected.logits, rtol=1e-4, atol=1e-4)
        assert "calibration" in read(file)["decision"]
    else:
        log = next((tmp_path / "run").glob("*/*.log")).read_text()
        assert "model.pth lacks the network that computed the features: " in log


@pytest.mark.parametrize("option, message", [
    (dict(method="plat"), "no calibration 'plat'"), (dict(criterion="f"), "criterion 'f' is not"),
    (dict(least=0), "least=0"),
])  # fmt: skip
def test_wrong_options_stop_before_training(tmp_path, option, message):
    with pytest.raises(ValueError, match=message):
        tiny_runner(tmp_path, custom_hooks=[dict(HOOK, **option)])
