"""Mixed images in real runs, and the methods that cannot take them."""

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmpretrain.structures import DataSample

from mmpartial.engine.checks import GuardError
from mmpartial.engine.hooks import MixingHook
from mmpartial.models import LogicMix
from tests.runs import digits_leaf, tiny_config, tiny_runner

MIXED = dict(model__train_cfg=dict(augments=[dict(type="mmpartial.LogicMix", prob=0.5)]))
SMALL = dict(model__head__q=1.0, default_hooks__checkpoint__save_best=None,
             train_dataloader__dataset__dataset__indices=32, train_cfg__val_interval=9)  # fmt: skip


class Look(Hook):
    def __init__(self):
        self.seen = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.seen.append((runner.model.head.output.labels, data_batch["data_samples"]))


def test_labels_of_mixtures_reach_the_loss(tmp_path):
    runner = tiny_runner(tmp_path, digits_leaf("logic_mix"), **SMALL)
    dataset, look = runner.train_dataloader.dataset, Look()
    before = torch.from_numpy(dataset.labels.dense()).float()
    runner.register_hook(look)
    runner.train()
    assert len(look.seen) == 4
    for labels, samples in look.seen:
        assert labels.row is None and 0 < labels.mixed.sum() < 16
        assert torch.equal(labels.target, torch.stack([s.gt_score for s in samples]))
        for mixed, sample, target in zip(labels.mixed, samples, labels.target, strict=True):
            assert mixed or torch.equal(target, before[sample.row])
        assert ((labels.target[labels.mixed] == 1).sum(1) > 0).any()
    assert torch.equal(torch.from_numpy(dataset.labels.dense()).float(), before)


def test_samples_that_a_dataset_keeps_do_not_change():
    hook, augment, kept = MixingHook(), LogicMix(prob=1.0), []
    for row in range(2):
        kept.append(DataSample().set_gt_score(torch.tensor([1.0, -1.0])))
        kept[-1].set_field(row, "row", field_type="metainfo")
    hook.augments, batch = [augment], dict(data_samples=list(kept))
    hook.before_train_iter(None, 0, batch)
    augment(torch.zeros(2, 3, 4, 4), torch.ones(2, 2))
    assert ["mixed" in sample for sample in batch["data_samples"]] == [True, True]
    assert [sample.row for sample in kept] == [0, 1] and "mixed" not in kept[0]


@pytest.mark.parametrize("leaf, options, message", [
    ("", MIXED, "PseudoLabelHook keeps numbers of single images, and LogicMix mixes"),
    ("ll_cp", MIXED, r"LabelCorrectionHook keeps numbers .*augments \(train_cfg=None\)"),
    ("plm", MIXED, "PartialLabelMaskingLoss draws labels of single images, and LogicMix"),
    ("hill", MIXED | dict(model__head__q=0.5), "a q below 1 draws .* set model.head.q=1"),
])  # fmt: skip
def test_methods_that_need_single_images(tmp_path, leaf, options, message):
    runner = tiny_runner(tmp_path, digits_leaf(leaf), **SMALL | options)
    with pytest.raises(GuardError, match=f"^mmpartial guard: {message}"):
        runner.train()


def test_without_the_hook(tmp_path):
    cfg = tiny_config(tmp_path, digits_leaf("logic_mix"), **SMALL)
    cfg.default_hooks.pop("mixing")
    with pytest.raises(GuardError, match="LogicMix would not know .*mmpartial.MixingHook"):
        Runner.from_cfg(cfg).train()
