"""The pseudo labels of 2WayAug-PL in real runs."""

import pytest
import torch
from mmengine.hooks import EMAHook, Hook

from mmpartial.engine.hooks import SureLabelHook
from tests.runs import digits_leaf, tiny_runner

LEAF = digits_leaf("two_way_aug_pl")
LOGIT = 0.05
AVERAGE = dict(type="mmpartial.EMAHook", momentum=0.5)


def hooks(**options):
    sure = dict(type="mmpartial.SureLabelHook", start=0.5, logit=LOGIT,
                pipeline=[dict(type="PackInputs")])  # fmt: skip
    return [sure | options, AVERAGE]


def runner_of(folder, custom_hooks, leaf=LEAF, **options):
    return tiny_runner(folder, leaf, model__head__q=1.0, custom_hooks=custom_hooks,
                       default_hooks__checkpoint__save_best=None, train_cfg__val_interval=9,
                       train_dataloader__dataset__dataset__indices=32, **options)  # fmt: skip


class Look(Hook):
    """The averaged model's predictions after the first epoch, and what the second trains on."""

    priority = "LOWEST"

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.iter == 1:
            dataset = runner.train_dataloader.dataset
            plain = dataset.with_pipeline([dict(type="mmpretrain.PackInputs")])
            batch = dict(inputs=torch.stack([plain[i]["inputs"] for i in range(32)]))
            average = next(h for h in runner.hooks if isinstance(h, EMAHook)).ema_model.module
            average.eval()
            with torch.no_grad():
                inputs = average.data_preprocessor(batch)["inputs"]
                self.logits = average(inputs, mode="tensor")
            self.weights = {k: v.clone() for k, v in runner.model.state_dict().items()}

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == 2:
            state = runner.model.state_dict()
            self.kept = all(torch.equal(state[k], v) for k, v in self.weights.items())
            self.samples = [s.new() for s in data_batch["data_samples"]]
            self.before = torch.from_numpy(runner.train_dataloader.dataset.labels.dense())


def test_labels_of_the_averaged_model_are_in_the_batch(tmp_path):
    runner, look = runner_of(tmp_path, hooks()), Look()
    runner.register_hook(look)
    runner.train()
    assert look.kept and runner.model.head.memory is None
    changed = 0
    for sample in look.samples:
        before, logits = look.before[sample.row], look.logits[sample.row]
        sure = (before == -1) & (logits.abs() > LOGIT)
        expected = torch.where(sure, (logits > 0).float(), before.float())
        assert torch.equal(sample.gt_score, expected)
        changed += int(sure.sum())
    assert 0 < changed < int((look.before == -1).sum())
    assert torch.equal(
        torch.from_numpy(runner.train_dataloader.dataset.labels.dense()), look.before
    )


def test_another_loss_trains_on_them(tmp_path):
    runner_of(tmp_path, hooks(), digits_leaf("hill")).train()


@pytest.mark.parametrize("given, message", [
    (hooks()[:1], "the run averages none: add .*EMAHook.* to custom_hooks"),
    (hooks(start=0.9), "SureLabelHook.start=0.9 leaves none of the 2 epochs for pseudo labels"),
])  # fmt: skip
def test_runs_without_an_average_or_too_short(tmp_path, given, message):
    with pytest.raises(ValueError, match=message):
        runner_of(tmp_path, given).train()


@pytest.mark.parametrize("options, message", [
    (dict(start=1.0), r"start=1.0 is outside \[0, 1\): it is a share"),
    (dict(logit=-1.0), "logit=-1.0 is below 0"),
])  # fmt: skip
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        SureLabelHook(**options)
