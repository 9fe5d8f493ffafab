"""Class-aware pseudo labels in real runs."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.hooks import EMAHook, Hook
from mmpretrain.structures import DataSample

from mmpartial.engine.hooks import ClassAwareLabelHook
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.class_aware_labels import class_aware, unknown_shares
from mmpartial.memory.class_prior import write_prior
from tests.runs import digits_leaf, read_config, tiny_runner

EMA = dict(type="mmpartial.EMAHook", momentum=0.5)


def hooks(**options):
    own = dict(type="mmpartial.ClassAwareLabelHook", pipeline=[dict(type="PackInputs")])
    return [own | options, EMA]


def runner_of(folder, custom_hooks, leaf="cap", **options):
    return tiny_runner(folder, digits_leaf(leaf), model__head__q=1.0, custom_hooks=custom_hooks,
                       default_hooks__checkpoint__save_best=None, train_cfg__val_interval=9,
                       train_dataloader__dataset__dataset__indices=32, **options)  # fmt: skip


class Look(Hook):
    """The labels of the second epoch, and the table that they come from."""

    priority = "LOWEST"

    def __init__(self):
        self.target = torch.full((32, 40), 9.0)

    def before_train_epoch(self, runner):
        own = next(h for h in runner.hooks if isinstance(h, ClassAwareLabelHook))
        self.table = own.memory.values.clone().float()

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        labels = runner.model.head.output.labels
        self.target[labels.row] = labels.target
        self.pseudo = labels.pseudo


@pytest.mark.parametrize("leaf, as_known", [("cap", True), ("gpr", False)])
def test_as_many_labels_as_the_known_ones_promise(tmp_path, leaf, as_known):
    look = Look()
    runner = runner_of(tmp_path, hooks(as_known=as_known), leaf)
    runner.register_hook(look)
    runner.train()
    labels = runner.train_dataloader.dataset.labels
    before = torch.from_numpy(labels.dense()).float()
    unknown, made = before == -1, ~look.table.isnan()
    f, g = unknown_shares(labels).nan_to_num(0) * unknown.sum(0)
    assert torch.equal((look.table == 1).sum(0), f.long())
    assert torch.equal((look.table == 0).sum(0), (0.998 * g).long())
    assert not (made & ~unknown).any() and (look.table == 1).any()
    expected = torch.where(made, look.table, before) if as_known else before
    assert torch.equal(look.target, expected)
    if as_known:
        assert runner.model.head.memory is None
    else:
        assert ((look.pseudo == 0) | (look.pseudo == 1)).any() and look.pseudo.isnan().any()


class Average(Hook):
    """The averaged model's predictions of plain images when an epoch has ended."""

    priority = "LOWEST"

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.iter == 1:
            plain = runner.train_dataloader.dataset.with_pipeline([dict(type="PackInputs")])
            model = next(h for h in runner.hooks if isinstance(h, EMAHook)).ema_model.module.eval()
            batch = dict(inputs=torch.stack([plain[i]["inputs"] for i in range(32)]))
            with torch.no_grad():
                self.logits = model(model.data_preprocessor(batch)["inputs"], mode="tensor")


def test_the_recipe_predicts_images_that_are_hardly_augmented(tmp_path):
    recipe = read_config("cap/cap_resnet50_coco-ssl005.py")
    weak = recipe.custom_hooks[0].pipeline
    load, flip, resize, *strong, pack = recipe.train_dataloader.dataset.dataset.pipeline
    assert weak == [load, flip, resize, pack]
    assert [transform.type for transform in strong] == ["Cutout", "RandAugment"]
    look, average = Look(), Average()
    runner = runner_of(tmp_path, hooks(pipeline=[pack]),
                       train_dataloader__dataset__dataset__pipeline=[*strong, pack])  # fmt: skip
    for hook in look, average:
        runner.register_hook(hook)
    runner.train()
    labels = runner.train_dataloader.dataset.labels
    unknown = torch.from_numpy(labels.dense() == -1)
    made = class_aware(average.logits, unknown, unknown_shares(labels), 1.0, 0.998)
    assert torch.equal(made.nan_to_num(9), look.table.nan_to_num(9))


SPL = dict(train_dataloader__dataset__setting="SPL", train_dataloader__dataset__ratio=None)


def test_single_positives_need_a_prior(tmp_path):
    with pytest.raises(ValueError, match=(
        r"\(it has no negatives\), so nothing says how many positives to expect: give class_prior "
        r"of the ClassAwareLabelHook in custom_hooks, .*--method class_prior_positives"
    )):  # fmt: skip
        runner_of(tmp_path, hooks(), **SPL).train()
    runner = runner_of(tmp_path, hooks(class_prior=[0.25] * 40), **SPL)
    runner.train()
    own = next(h for h in runner.hooks if isinstance(h, ClassAwareLabelHook))
    known = torch.from_numpy(runner.train_dataloader.dataset.labels.count(1))
    assert torch.equal((own.memory.values == 1).sum(0), (8 - known).clamp(min=0))
    check_copies(own, runner)


@pytest.mark.parametrize("from_file", [False, True])
def test_a_prior_is_not_rounded(tmp_path, from_file):
    """In single precision, 7 of 10 labels would be 6.9999998, of which 6 are whole."""
    prior = [0.7]
    if from_file:
        write_prior(tmp_path / "prior.json", torch.tensor(prior, dtype=torch.float64), ["a"])
        prior = str(tmp_path / "prior.json")
    labels = np.full((10, 1), -1, dtype=np.int8)
    dataset = SimpleNamespace(metainfo=dict(classes=["a"]))
    hook = ClassAwareLabelHook(class_prior=prior)
    shares = unknown_shares(LabelMatrix.from_dense(labels), hook._prior(dataset))
    score, unknown = torch.arange(10.0)[:, None], torch.from_numpy(labels == -1)
    made = class_aware(score, unknown, shares, *hook.keep)
    assert (made == 1).sum() == 7


def check_copies(own, runner):
    """A sample is copied if there are labels to put into it, and does not change."""
    sample = DataSample().set_gt_score(torch.full((40,), -1.0))
    sample.set_field(0, "row", field_type="metainfo")
    for start in (1, 9):
        own.memory.start, batch = start, dict(data_samples=[sample])
        own.before_train_iter(runner, 0, batch)
        copied = batch["data_samples"][0]
        assert (copied is sample) == (start == 9) and (sample.gt_score == -1).all()
        assert start == 9 or (copied.gt_score >= 0).any()


@pytest.mark.parametrize("leaf, given, message", [
    ("cap", hooks()[:1], "ClassAwareLabelHook predicts with averaged weights, but the run"),
    ("cap", hooks(class_prior=[0.1]), "custom_hooks has 1 numbers, .* 40 classes: give one number"),
    ("cap", hooks(class_prior=[7.0] * 40), "give one number from 0 to 1 for each"),
    ("cap", hooks(class_prior="no.json"), "and set class_prior of the ClassAwareLabelHook"),
    ("cap", hooks(as_known=False), "ClassAwareLabelHook found no GRLoss in the model"),
])  # fmt: skip
def test_what_does_not_fit(tmp_path, leaf, given, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        runner_of(tmp_path, given, leaf).train()


@pytest.mark.parametrize("options, message", [
    (dict(start=1.0), r"start=1.0 is outside \[0, 1\): it is a share"),
    (dict(keep_positive=0.0), r"keep_positive=0.0 is outside \(0, 1\]"),
    (dict(keep_negative=1.1), r"keep_negative=1.1 is outside \(0, 1\]"),
])  # fmt: skip
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        ClassAwareLabelHook(**options)
