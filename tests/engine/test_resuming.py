"""Checkpoints of other models and other settings, tested, resumed and fine-tuned from."""

import json

import pytest
import torch
from mmengine.config import Config

from mmpartial.datasets import ClutteredDigits
from mmpartial.engine.checks import GuardError
from mmpartial.engine.checks.settings import decisive, differences, settings_of
from mmpartial.memory.class_prior import write_prior
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import digits_leaf, tiny_config, tiny_runner

CLASSES = ClutteredDigits.METAINFO["classes"]
BCE = dict(model__head__loss=dict(_delete_=True, type="mmpartial.PartialBCELoss"), custom_hooks=[])
SHORT = dict(train_cfg__max_epochs=1, train_cfg__val_interval=9, **BCE)
TWICE = dict(model__backbone__base_channels=32, model__head__in_channels=32)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The checkpoint of one epoch."""
    folder = tmp_path_factory.mktemp("trained")
    tiny_runner(folder, **SHORT).train()
    return folder / "epoch_1.pth"


def refused(method, message):
    with pytest.raises(GuardError, match=message):
        method()


def resumed(folder, trained, **options):
    return tiny_runner(folder, **{**SHORT, **options}, resume=True, load_from=str(trained))


def test_a_test_of_another_backbone(tmp_path, trained):
    runner = tiny_runner(tmp_path, **SHORT, **TWICE, load_from=str(trained))
    before = {k: v.clone() for k, v in runner.model.state_dict().items()}
    refused(
        runner.test,
        r"epoch_1.pth belongs to another model .\d+ tensors do not match, .* such as "
        r"backbone.* \(\(16,.* in the checkpoint, \(32,.* in the model\): test it with",
    )
    assert all(torch.equal(before[k], v) for k, v in runner.model.state_dict().items())


def test_a_test_of_weights_that_lack_one(tmp_path, trained):
    runner = tiny_runner(tmp_path, **SHORT, load_from=str(trained))
    state = read_checkpoint(trained)["state_dict"]
    del state["head.fc.bias"]
    torch.save(dict(state_dict=state), tmp_path / "cut.pth")
    runner._load_from = str(tmp_path / "cut.pth")
    refused(
        runner.test,
        r"cut.pth belongs to another model .1 tensors do not match, .* head.fc.bias \(none in",
    )


def test_a_test_of_as_many_other_classes(tmp_path, trained):
    other = dict(classes=["cat", *CLASSES[1:]])
    runner = tiny_runner(tmp_path, **SHORT, load_from=str(trained),
                         test_dataloader__dataset__metainfo=other)  # fmt: skip
    refused(runner.test, "epoch_1.pth .the checkpoint lacks 'cat', and .* alone has 'red 0'.: take")


def test_a_test_of_another_head(tmp_path, trained):
    head = dict(_delete_=True, type="mmpartial.QSamplingCSRAHead", num_classes=40, in_channels=16,
                num_heads=1, lam=0.1, loss=dict(type="mmpartial.PartialBCELoss"))  # fmt: skip
    runner = tiny_runner(tmp_path, **{**SHORT, "model__head__loss": {}}, model__head=head,
                         model__neck=None, load_from=str(trained))  # fmt: skip
    refused(runner.test, "predicts by .*MultiLabelLinearClsHead.forward.* by .*CSRAClsHead.forward")


def test_a_test_with_another_loss_threshold_and_setting_is_fine(tmp_path, trained):
    runner = tiny_runner(tmp_path, "hill/hill_resnet18_digits-pal06.py", load_from=str(trained),
                         model__head__q=1.0, model__head__thr=0.3,
                         train_dataloader__dataset__seed=3)  # fmt: skip
    assert runner.test()["multi-label/mAP"] > 0


def test_a_test_of_bare_weights_is_fine(tmp_path, trained):
    state = read_checkpoint(trained)["state_dict"]
    wrapped = {f"module.{k}": v for k, v in state.items() if "num_batches_tracked" not in k}
    torch.save(wrapped, tmp_path / "bare.pth")
    tiny_runner(tmp_path, **SHORT, load_from=str(tmp_path / "bare.pth")).test()


@pytest.mark.parametrize("options, message", [
    (dict(model__head__loss=dict(_delete_=True, type="mmpartial.HillLoss")),
     "model.head.loss.type: mmpartial.PartialBCELoss -> mmpartial.HillLoss"),
    (dict(optim_wrapper__optimizer__lr=0.5), "optim_wrapper.optimizer.lr: .* -> 0.5"),
    (dict(optim_wrapper=dict(_delete_=True, optimizer=dict(type="SGD", lr=0.001, momentum=0.9))),
     "optim_wrapper.optimizer.type: Adam.* -> SGD"),
    (dict(train_dataloader__batch_size=8), "images of a step: 16 -> 8"),
    (dict(param_scheduler__total_steps=99), "param_scheduler.*total_steps: .* -> 99"),
    (dict(custom_hooks=[dict(type="EMAHook")]), "custom_hooks.EMAHook.type: not given -> EMAHook"),
    (dict(default_hooks__ema=dict(type="EMAHook")),
     "custom_hooks.EMAHook.type: not given -> EMAHook"),
    (dict(model__head__q=dict(_delete_=True, type="mmpartial.LinearSchedule", start=0.5, end=1.0),
          train_cfg__max_epochs=3), "model.head.q.* train_cfg.max_epochs: 1 -> 3"),
    (dict(model__head__loss=dict(_delete_=True, type="mmpartial.PartialImbalanceLoss", gate=None,
                                 chance=((0.0, 10.0), (-2.0, -8.0))),
          train_cfg__max_epochs=3), "chance.*; train_cfg.max_epochs: 1 -> 3"),
    (dict(model__head__loss=dict(_delete_=True, type="mmpartial.GRLoss"), train_cfg__max_epochs=3),
     "train_cfg.max_epochs: 1 -> 3"),
    (dict(train_dataloader__dataset__seed=4),
     r"epoch_1.pth was trained on other labels \(\w+, now \w+; train_.*dataset.seed: 0 -> 4\)"),
    (dict(train_dataloader__dataset__dataset__indices=[*range(63, -1, -1)]),
     "epoch_1.pth was trained on the same labels, but its images had another order or other"),
    (dict(train_dataloader__dataset__setting="PPL"), "dataset.setting: PAL -> PPL"),
    (dict(model__head__type="mmpartial.NormalizedHead"),
     "model.head.type: mmpartial.QSamplingHead -> mmpartial.NormalizedHead"),
    (dict(randomness__seed=3), "randomness.seed: 0 -> 3"),
    (TWICE, "model.backbone.base_channels: 16 -> 32"),
])  # fmt: skip
def test_resuming_under_other_settings(tmp_path, trained, options, message):
    refused(resumed(tmp_path, trained, **options).train, message)


def test_resuming_elsewhere_and_longer_is_fine(tmp_path, trained, caplog):
    runner = resumed(tmp_path, trained, train_cfg__max_epochs=2, train_dataloader__num_workers=1,
                     default_hooks__logger__interval=1)  # fmt: skip
    runner.logger.addHandler(caplog.handler)
    runner.train()
    (line,) = [r.message for r in caplog.records if "resumed with other settings" in r.message]
    assert "train_cfg.max_epochs: 1 -> 2" in line and "num_workers: 0 -> 1" in line
    assert runner.epoch == 2 and "resumed key" not in caplog.text


def test_a_leaf_does_not_resume_the_checkpoint_of_another(tmp_path):
    """In the same work_dir, as `--resume` finds it."""
    options = dict(model__head__q=1.0, train_cfg__max_epochs=1, train_cfg__val_interval=9)
    tiny_runner(tmp_path, digits_leaf("asl"), **options).train()
    other = tiny_runner(tmp_path, digits_leaf("hill"), **options, resume=True)
    losses = "loss.type: mmpartial.PartialAsymmetricLoss -> mmpartial.HillLoss"
    refused(other.train, f"the last checkpoint in {tmp_path} is of a run with other .*{losses}")


def test_a_finished_run_says_so(tmp_path, trained, caplog):
    runner = resumed(tmp_path, trained)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert "has finished already: 4 of 4 iterations are done" in caplog.text


def test_resuming_an_older_checkpoint_with_another_model(tmp_path, trained, caplog):
    checkpoint = read_checkpoint(trained)
    del checkpoint["written_by"]
    torch.save(checkpoint, tmp_path / "old.pth")
    runner = resumed(tmp_path, tmp_path / "old.pth", **TWICE)
    runner.logger.addHandler(caplog.handler)
    refused(runner.train, "old.pth belongs to another model")
    assert "old.pth does not say which run wrote it" in caplog.text


@pytest.mark.parametrize("part", ["meta", "message_hub", "optimizer"])
def test_resuming_from_weights_alone(tmp_path, trained, part):
    checkpoint = read_checkpoint(trained)
    del checkpoint[part]
    torch.save(checkpoint, tmp_path / "part.pth")
    message = (
        rf"part.pth lacks parts that a resumed run needs \({part}\).*load_from=.* without --resume"
    )
    refused(resumed(tmp_path, tmp_path / "part.pth").train, message)


def test_a_file_of_something_else(tmp_path):
    torch.save([1, 2], tmp_path / "list.pth")
    runner = tiny_runner(tmp_path, **SHORT, load_from=str(tmp_path / "list.pth"))
    refused(runner.test, "list.pth holds a list and no weights")


def test_fine_tuning_says_what_is_left_out(tmp_path, trained, caplog):
    runner = tiny_runner(tmp_path, "hill/hill_resnet18_digits-pal06.py", load_from=str(trained),
                         model__head__q=1.0, train_cfg__max_epochs=1)  # fmt: skip
    state = read_checkpoint(trained)["state_dict"]
    state["head.fc.weight"], state["neck.more"] = torch.zeros(7, 16), torch.zeros(1)
    torch.save(dict(state_dict=state), tmp_path / "other.pth")
    runner._load_from = str(tmp_path / "other.pth")
    runner.logger.addHandler(caplog.handler)
    runner.train()
    total = len(runner.model.state_dict())
    (line,) = [r.message for r in caplog.records if "left out" in r.message]
    assert f"other.pth gives {total - 1} of the {total} tensors of this model; left out: " in line
    assert "head.fc.weight ((7, 16) in the checkpoint, (40, 16) in the model); neck.more" in line


def test_fine_tuning_from_nothing(tmp_path, trained):
    state = read_checkpoint(trained)["state_dict"]
    torch.save({f"net.{k}": v for k, v in state.items()}, tmp_path / "net.pth")
    runner = tiny_runner(tmp_path, **SHORT, load_from=str(tmp_path / "net.pth"))
    refused(runner.train, "net.pth has none of the .* tensors of this model")


def test_a_file_is_its_content(tmp_path):
    def settings(prior):
        return settings_of(tiny_config(tmp_path, "csl/csl_resnet18_digits-pal06.py",
                                       model__head__loss__prior=str(prior)))  # fmt: skip

    one, moved, other = (tmp_path / f"{name}.json" for name in ("one", "moved", "other"))
    write_prior(one, torch.full((2,), 0.25), ["a", "b"])
    moved.write_bytes(one.read_bytes())
    write_prior(other, torch.full((2,), 0.5), ["a", "b"])
    before = settings(one)
    assert not differences(before, settings(moved))
    assert list(differences(before, settings(other))) == ["model.head.loss.prior"]
    one.write_bytes(other.read_bytes())
    assert list(differences(before, settings(one))) == ["model.head.loss.prior"]
    one.unlink()
    assert not differences(before, settings(one))  # what it held is in the checkpoint


def test_features_may_move(tmp_path):
    def settings(name):
        features = dict(dataset=dict(features=str(tmp_path / name), split_file=f"{name}.csv"))
        return settings_of(Config(dict(train_dataloader=features)))

    for name, weights in (("one", 1), ("moved", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        note = dict(made_with=dict(weights=weights), done=len(name))
        (tmp_path / name / "train.json").write_text(json.dumps(note))
    before = settings("one")
    for name, found in (("moved", []), ("other", ["train_dataloader.dataset.features"])):
        differ = differences(before, settings(name))
        assert [key for key in differ if decisive(key, True)] == found
