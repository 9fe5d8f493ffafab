"""Choosing on held-out images; the last and the best checkpoint on the test set, apart."""

import json

import pandas as pd
import pytest
import torch
from mmengine.hooks import EMAHook
from mmengine.runner import Runner, load_checkpoint

from mmpartial.engine.checks import GuardError
from mmpartial.engine.hooks import FinalTestHook
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import tiny_config, tiny_runner

HELD_OUT = "held_out/held_out_resnet18_digits-pal06.py"


def held_out_config(tmp_path, **options):
    cfg = tiny_config(tmp_path, HELD_OUT, train_cfg__val_interval=1, **options)
    cfg.val_dataloader.dataset.pop("indices")
    cfg.val_dataloader.dataset.dataset.indices = 64
    return cfg


def test_last_and_best_are_tested_apart(tmp_path):
    """A high rate after the first epoch spoils the weights, so that the best are not the last."""
    spoil = dict(type="MultiStepLR", milestones=[1], gamma=1e4, by_epoch=True, _delete_=True)
    cfg = held_out_config(tmp_path, param_scheduler=spoil, optim_wrapper__optimizer__lr=1e-3)
    runner = Runner.from_cfg(cfg)
    runner.train()
    scores = json.loads((tmp_path / "final_test.json").read_text())
    assert scores["last"]["epoch"] == 2 and scores["best"]["epoch"] == 1
    last = {k: v.clone() for k, v in runner.model.state_dict().items()}
    for name, file in (("last", "epoch_2"), ("best", "best_multi-label_mAP_epoch_1")):
        other = Runner.from_cfg(held_out_config(tmp_path / name))
        load_checkpoint(other.model, str(tmp_path / f"{file}.pth"))
        assert other.test()["multi-label/mAP"] == scores[name]["multi-label/mAP"]
        if name == "last":  # the model has them again
            torch.testing.assert_close(dict(other.model.state_dict()), last, rtol=0, atol=0)
    assert scores["last"]["multi-label/mAP"] != scores["best"]["multi-label/mAP"]
    test = next(hook for hook in runner.hooks if isinstance(hook, FinalTestHook))
    for name, tables in test.per_class.items():
        written = pd.read_csv(tmp_path / "per_class" / f"multi-label_test_{name}.csv")
        assert written.AP.mean() == pytest.approx(scores[name]["multi-label/mAP"], abs=1e-3)
        assert tables["multi-label"].AP.mean() == pytest.approx(scores[name]["multi-label/mAP"])


def test_averaged_weights_are_tested(tmp_path):
    """The last and the best average, which is the one that checkpoints hold for a test."""
    spoil = dict(type="MultiStepLR", milestones=[1], gamma=1e4, by_epoch=True, _delete_=True)
    ema = dict(default_hooks__ema=dict(type="EMAHook", momentum=0.5))
    cfg = held_out_config(tmp_path, param_scheduler=spoil, optim_wrapper__optimizer__lr=1e-3, **ema)
    runner = Runner.from_cfg(cfg)
    runner.train()
    scores = json.loads((tmp_path / "final_test.json").read_text())
    assert scores["best"]["epoch"] == 1
    for name, file in (("last", "epoch_2"), ("best", "best_multi-label_mAP_epoch_1")):
        other = Runner.from_cfg(held_out_config(tmp_path / name))
        load_checkpoint(other.model, str(tmp_path / f"{file}.pth"))
        assert other.test()["multi-label/mAP"] == scores[name]["multi-label/mAP"]
    saved = read_checkpoint(tmp_path / "epoch_2.pth")
    average = next(hook for hook in runner.hooks if isinstance(hook, EMAHook)).ema_model.module
    torch.testing.assert_close(dict(average.state_dict()), dict(saved["state_dict"]))


def test_iterations_without_epochs(tmp_path):
    """Every iteration is in epoch 0 for MMEngine: the best one is not taken for the last."""
    spoil = dict(type="MultiStepLR", milestones=[2], gamma=1e4, by_epoch=False, _delete_=True)
    loop = dict(type="IterBasedTrainLoop", max_iters=4, val_interval=2, _delete_=True)
    cfg = held_out_config(
        tmp_path, train_cfg=loop, param_scheduler=spoil, optim_wrapper__optimizer__lr=1e-3
    )
    cfg.default_hooks.checkpoint.by_epoch = False
    runner = Runner.from_cfg(cfg)
    runner.train()
    scores = json.loads((tmp_path / "final_test.json").read_text())
    assert (scores["last"]["iter"], scores["best"]["iter"]) == (4, 2)
    assert scores["last"]["multi-label/mAP"] != scores["best"]["multi-label/mAP"]


def test_without_a_best_checkpoint_and_without_a_test_set(tmp_path):
    hook = [dict(type="mmpartial.FinalTestHook")]
    none = dict(custom_hooks=hook, model__head__loss=dict(
        type="mmpartial.PartialBCELoss", _delete_=True), train_cfg__max_epochs=1)  # fmt: skip
    tiny_runner(tmp_path, default_hooks__checkpoint__save_best=None, **none).train()
    assert list(json.loads((tmp_path / "final_test.json").read_text())) == ["last"]
    no_test = dict.fromkeys(("test_dataloader", "test_cfg", "test_evaluator"))
    with pytest.raises(ValueError, match="FinalTestHook has no test set: give test_dataloader"):
        tiny_runner(tmp_path / "no", **none, **no_test).train()


@pytest.mark.parametrize("other", [dict(held_out=0), dict(held_out=0.1), dict(seed=1)])
def test_held_out_images_that_are_trained_on(tmp_path, other):
    cfg = held_out_config(tmp_path)
    cfg.train_dataloader.dataset.update(other)
    with pytest.raises(GuardError, match="held-out images of val_dataloader.dataset are trained"):
        Runner.from_cfg(cfg).train()


@pytest.mark.parametrize("make, warns", [(tiny_config, True), (held_out_config, False)])
def test_choosing_on_the_test_set_is_reported(tmp_path, caplog, make, warns):
    runner = Runner.from_cfg(
        make(tmp_path, default_hooks__final_test=dict(type="mmpartial.FinalTestHook"))
    )
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert ("the best checkpoint is chosen on the test set" in caplog.text) == warns


def test_only_the_test_of_a_chosen_checkpoint_is_reported(tmp_path, caplog):
    """Training alone uses no checkpoint, and the last one was not chosen."""
    runner = tiny_runner(tmp_path)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    for name, warns in (("epoch_2", False), ("best_multi-label_mAP_epoch_2", True)):
        runner = tiny_runner(tmp_path / name, load_from=str(tmp_path / f"{name}.pth"))
        runner.logger.addHandler(caplog.handler)
        runner.test()
        assert (f"{name}.pth was chosen on the test set" in caplog.text) == warns
    assert caplog.text.count("on the test set") == 1
