"""The memories of LL-Cp, EM+APL, ROLE, CSL and PLM, in small real runs."""

import random
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmpartial.engine.hooks import (
    AsymmetricPseudoLabelHook,
    ClassPriorHook,
    LabelEstimatorHook,
    LabelMemoryHook,
)
from mmpartial.engine.training_predictions import predict_training_images, sequential_loader
from mmpartial.labels import ClassDraw, LabelBatch
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.class_prior import read_prior, write_prior
from mmpartial.memory.loss_state import LossState
from mmpartial.models import ROLELoss
from tests.engine.test_hooks import Record, train
from tests.runs import digits_leaf, tiny_config, tiny_runner

ALL = dict(model__head__q=1.0, default_hooks__checkpoint__save_best=None)


def run(folder, leaf, **options):
    return tiny_runner(folder, digits_leaf(leaf), **ALL | options)


def test_corrections_are_remembered_and_the_dataset_is_not_touched(tmp_path):
    runner = run(tmp_path, "ll_cp", model__head__loss__delta=0.05, train_cfg__max_epochs=4,
                 train_cfg__val_interval=9)  # fmt: skip
    before = runner.train_dataloader.dataset.labels.dense()
    expected = torch.zeros(64, 40, dtype=torch.bool)

    def collect(runner):
        head = runner.model.head
        if head.loss_module.corrections is not None:
            expected[head.output.labels.row] |= head.loss_module.corrections
        return int(expected.sum())

    counts = train(runner, collect)
    assert counts[3] == 0 < counts[7] < counts[-1]  # from the second epoch on
    found = runner.model.head.memory.lookup(torch.arange(64))
    assert torch.equal(found == 1, expected) and ((found == 0) | (found == 1)).all()
    assert np.array_equal(before, runner.train_dataloader.dataset.labels)
    assert not expected[torch.from_numpy(before != -1)].any()


def test_asymmetric_pseudo_labels(tmp_path):
    hooks = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=2, neg_proportion=0.8,
                  pipeline=[dict(type="PackInputs")])]  # fmt: skip
    runner = run(tmp_path, "em_apl", custom_hooks=hooks, train_cfg__max_epochs=4,
                 train_cfg__val_interval=9)  # fmt: skip
    tables, predicted = [], []
    dataset = runner.train_dataloader.dataset.with_pipeline([dict(type="mmpretrain.PackInputs")])

    class Look(Hook):
        priority = "VERY_HIGH"  # before the table changes

        def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
            if (runner.iter + 1) % 4 == 0:
                runner.model.eval()
                batch = dict(inputs=torch.stack([dataset[i]["inputs"] for i in range(64)]))
                data = runner.model.data_preprocessor(batch)
                with torch.no_grad():
                    predicted.append(runner.model(data["inputs"], mode="tensor").sigmoid())
                runner.model.train()

        def before_train_epoch(self, runner):
            tables.append(runner.model.head.memory.values.clone().float())

    runner.register_hook(Look())
    runner.train()
    tables.append(runner.model.head.memory.values.clone().float())
    assert tables[0].isnan().all() and tables[1].isnan().all()
    unknown = torch.from_numpy(dataset.labels == -1)
    each_time = (unknown.sum(0) * (0.8 / 2)).long()
    for epoch in (2, 3):
        new = tables[epoch].isnan() & ~tables[epoch - 1].isnan()
        assert not new.any()  # never taken back
        made = tables[epoch - 1].isnan() & ~tables[epoch].isnan()
        assert torch.equal(made.sum(0), each_time) and not made[~unknown].any()
        prob = predicted[epoch - 1]
        torch.testing.assert_close(tables[epoch][made], prob[made], rtol=2e-3, atol=1e-6)
        left = unknown & tables[epoch].isnan()
        for c in range(40):
            if made[:, c].any() and left[:, c].any():
                assert prob[made[:, c], c].max() <= prob[left[:, c], c].min() + 1e-6
    assert torch.equal(tables[3].nan_to_num(9), tables[4].nan_to_num(9))  # not after the last


def test_estimates_are_one_more_parameter(tmp_path):
    """The authors' form: a table in the same Adam with ten times the rate."""
    runner = run(tmp_path, "role", train_cfg__max_epochs=2, train_cfg__val_interval=9,
                 param_scheduler=None, optim_wrapper__optimizer__lr=1e-2)  # fmt: skip
    steps, start = [], []

    class Start(Hook):
        def before_train_iter(self, runner, batch_idx, data_batch=None):
            start.append(runner.model.head.memory.logits.detach().clone())

    runner.register_hook(Start())
    train(runner, lambda r: steps.append(r.model.head.output))
    labels = torch.from_numpy(runner.train_dataloader.dataset.labels.dense())
    logit = {p: np.log(p / (1 - p)) for p in (0.6, 0.995)}
    assert torch.allclose(start[0][labels == 1], torch.tensor(logit[0.995]).float())
    assert torch.allclose(start[0][labels == 0], torch.tensor(-logit[0.995]).float())
    free = start[0][labels == -1]
    assert free.abs().max() <= logit[0.6] and abs(free.std() - logit[0.6] / 3**0.5) < 0.02

    table = torch.nn.Parameter(start[0].clone())
    optimizer = torch.optim.Adam([table], lr=0.1)
    loss = ROLELoss(expected_positives=2.9)
    for seen, logits, _ in steps:
        optimizer.zero_grad()
        estimate = table[seen.row].sigmoid()
        loss(logits, replace(seen, pseudo=estimate)).backward()
        optimizer.step()
    found = runner.model.head.memory.logits.detach()
    assert (found - start[0]).abs().max() > 0.1
    torch.testing.assert_close(found, table.detach(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reset", [False, True])
def test_csl_in_two_stages(tmp_path, reset):
    """The temporary model writes a file, which the second stage reads."""
    seen = []
    stage1 = tiny_runner(
        tmp_path / "prior", "csl/csl-prior_resnet18_digits-pal06.py", **ALL,
        custom_hooks=[dict(type="mmpartial.ClassPriorHook", reset_each_epoch=reset)],
    )  # fmt: skip
    train(stage1, lambda r: seen.append(r.model.head.output.logits.double().sigmoid()))
    file = tmp_path / "prior" / "class_prior.json"
    expected = torch.cat(seen[4:] if reset else seen).mean(0)
    classes = stage1.train_dataloader.dataset.metainfo["classes"]
    torch.testing.assert_close(read_prior(str(file), classes).double(), expected)

    stage2 = run(tmp_path / "csl", "csl", model__head__loss__prior=str(file))
    stage2.train()
    assert torch.equal(stage2.model.head.loss_module.prior, read_prior(str(file), classes))
    again = tiny_runner(tmp_path / "prior", "csl/csl-prior_resnet18_digits-pal06.py", **ALL)
    with pytest.raises(FileExistsError, match=r"class_prior.json exists"):
        again.train()


def test_csl_without_its_prior_says_how_to_make_it(tmp_path):
    runner = run(tmp_path, "csl")
    with pytest.raises(FileNotFoundError, match=(
        r"work_dirs/csl-prior_resnet18_digits-pal06/class_prior.json is not there: .*"
        r"python tools/train.py configs/csl/csl-prior_resnet18_digits-pal06.py"
    )):  # fmt: skip
        runner.train()


def test_ratios_move_once_an_epoch(tmp_path):
    runner = run(tmp_path, "plm", train_cfg__max_epochs=2, train_cfg__val_interval=9)
    loss = runner.model.head.loss_module
    seen = []

    class Look(Hook):
        priority = "VERY_HIGH"

        def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
            seen.append((loss.ideal.clone(), int(loss.histogram.sum())))

    runner.register_hook(Look())
    runner.train()
    known = int((runner.train_dataloader.dataset.labels != -1).sum())
    assert seen[3][1] == known == seen[7][1] and seen[4][1] < known  # cleared in between
    ideal = [s[0].nan_to_num(0) for s in seen]
    assert all(torch.equal(ideal[0], i) for i in ideal[:4])
    assert not torch.equal(ideal[3], ideal[4]) and torch.equal(ideal[4], ideal[7])
    assert not torch.equal(loss.ideal.nan_to_num(0), ideal[7])
    assert torch.equal(loss.ideal.isnan(), loss.ratio.isnan())  # one-sided classes alone


def test_a_masked_loss_starts_with_the_ratio_of_the_labels(tmp_path):
    runner = run(tmp_path, "plm", train_cfg__max_epochs=1, train_cfg__val_interval=9)
    runner.train()
    labels = runner.train_dataloader.dataset.labels
    expected = (labels == 1).sum(0) / (labels == 0).sum(0)
    found = runner.model.head.loss_module.ratio
    np.testing.assert_allclose(found, np.where(expected > 0, expected, np.nan))


@pytest.mark.parametrize("leaf, hooks, message", [
    ("assume_negative", ["LabelRatioHook"], "found no PartialLabelMaskingLoss"),
    ("assume_negative", ["LabelCorrectionHook"], r"found no LargeLoss .*mode='LL-Cp'"),
    ("assume_negative", ["LabelEstimatorHook"], "found no ROLELoss"),
    ("hill", ["AsymmetricPseudoLabelHook"], "found no EntropyMaximizationLoss"),
    ("role", [], r"add dict\(type='mmpartial.LabelEstimatorHook'\) to custom_hooks"),
    ("plm", [], r"PartialLabelMaskingLoss would be another method without LabelRatioHook"),
    ("ll_cp", [], r"LargeLoss would be another method without LabelCorrectionHook"),
    ("em", ["PseudoLabelHook"], r"take dict\(type='mmpartial.AsymmetricPseudoLabelHook'\)"),
    ("ll_r", ["PseudoLabelHook"], "does not understand the labels of PseudoLabelHook"),
    ("assume_negative", ["PseudoLabelHook", "AsymmetricPseudoLabelHook"], "both keep a table"),
    ("em_apl", ["AsymmetricPseudoLabelHook"], "warmup=5 leaves none of the 2 epochs"),
])  # fmt: skip
def test_parts_that_do_not_belong_together(tmp_path, leaf, hooks, message):
    hooks = [dict(type=f"mmpartial.{name}") for name in hooks]
    with pytest.raises(ValueError, match=message):
        run(tmp_path, leaf, custom_hooks=hooks).train()


@pytest.mark.parametrize("leaf", ["plm", "distribution_balanced"])
def test_without_the_memory_hook_the_loss_says_so(tmp_path, leaf):
    cfg = tiny_config(tmp_path, digits_leaf(leaf), **ALL)
    cfg.default_hooks.pop("loss_memory")
    runner = Runner.from_cfg(cfg)
    with pytest.raises(
        ValueError, match="add dict.type='mmpartial.LossMemoryHook'. to default_hooks"
    ):
        runner.train()


def unguarded(folder, *config, **options):
    """A run that resumes without the guard, which would stop before."""
    cfg = tiny_config(folder, *config, **options, resume=True)
    cfg.default_hooks.pop("guard")
    return Runner.from_cfg(cfg)


def test_resume_with_another_loss_is_refused(tmp_path):
    run(tmp_path, "plm", train_cfg__max_epochs=1).train()
    other = unguarded(tmp_path, "hill/hill_resnet18_digits-pal06.py", **ALL)
    with pytest.raises(ValueError, match="does not hold the state of this run's losses"):
        other.train()


@pytest.mark.parametrize("build, message", [
    (lambda: AsymmetricPseudoLabelHook(neg_proportion=1.5), "neg_proportion=1.5 is outside"),
    (lambda: AsymmetricPseudoLabelHook(warmup=0), "warmup=0: epochs are counted from 1"),
])  # fmt: skip
def test_wrong_options(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_hooks_are_built_with_the_authors_defaults():
    assert LabelEstimatorHook().options["lr_mult"] == 10
    assert AsymmetricPseudoLabelHook().neg_proportion == 0.9


def test_memory_of_configured_counts_is_not_lost_silently(tmp_path):
    cfg = tiny_config(tmp_path, "plm/plm_resnet18_digits-pal06.py", **ALL,
                      model__head__loss__positive_ratio=[0.1] * 40)  # fmt: skip
    cfg.default_hooks.pop("loss_memory")
    with pytest.raises(
        ValueError, match="checkpoints would lack the memory of PartialLabelMaskingLoss"
    ):
        Runner.from_cfg(cfg).train()


def test_a_table_of_another_hook_is_refused(tmp_path):
    run(tmp_path, "ll_cp", train_cfg__max_epochs=1).train()
    loss = dict(type="mmpartial.PartialBCELoss", _delete_=True)  # without a state of its own
    other = unguarded(tmp_path, model__head__loss=loss)
    with pytest.raises(ValueError, match="holds no pseudo labels of PseudoLabelHook"):
        other.train()


def test_a_resumed_run_keeps_the_prior_that_it_had(tmp_path):
    file = tmp_path / "prior.json"
    classes = [str(c) for c in tiny_runner(tmp_path).train_dataloader.dataset.metainfo["classes"]]
    write_prior(file, torch.full((40,), 0.25), classes)
    options = dict(model__head__loss__prior=str(file))
    run(tmp_path / "run", "csl", train_cfg__max_epochs=1, **options).train()
    file.unlink()
    again = run(tmp_path / "run", "csl", train_cfg__max_epochs=2, resume=True, **options)
    again.train()
    assert torch.equal(again.model.head.loss_module.prior, torch.full((40,), 0.25))


def test_classes_of_one_name_have_no_prior(tmp_path, monkeypatch):
    runner = tiny_runner(tmp_path, "csl/csl-prior_resnet18_digits-pal06.py", **ALL)
    dataset = runner.train_dataloader.dataset
    metainfo = property(lambda self: dict(classes=["a"] * 40))
    monkeypatch.setattr(type(dataset), "metainfo", metainfo)
    with pytest.raises(ValueError, match="two classes of the training dataset have one name"):
        next(h for h in runner.hooks if isinstance(h, ClassPriorHook)).before_train(runner)


@pytest.mark.parametrize("leaf", ["plm", "ll_cp", "role", "comic_loss"])
def test_iteration_based_runs_resume_within_a_pass(leaf, tmp_path):
    """Epochs of 4 iterations, checkpoints every 3."""

    def make(folder, stop=None, **options):
        runner = tiny_runner(
            tmp_path / folder, digits_leaf(leaf), **ALL, param_scheduler=None,
            train_dataloader__sampler=dict(type="InfiniteSampler", shuffle=False, _delete_=True),
            train_cfg=dict(_delete_=True, by_epoch=False, max_iters=10, val_interval=99),
            default_hooks__checkpoint__by_epoch=False, default_hooks__checkpoint__interval=6,
            train_dataloader__dataset__dataset__pipeline=[dict(type="PackInputs")], **options,
        )  # fmt: skip
        if stop is not None:
            record = Record(lambda r: (_ for _ in ()).throw(KeyboardInterrupt)
                            if r.iter + 1 == stop else None)  # fmt: skip
            runner.register_hook(record)
        return runner

    whole = make("whole")
    whole.train()
    with pytest.raises(KeyboardInterrupt):
        make("broken", stop=8).train()
    # The sampler starts over, as MMEngine's loop skips what was seen.
    broken = make("broken", resume=True)
    broken.train()
    for a, b in zip(whole.model.state_dict().values(), broken.model.state_dict().values(),
                    strict=True):  # fmt: skip
        assert torch.equal(a, b)
    states = [str(LossState([m.model.head.loss_module]).state_dict()) for m in (whole, broken)]
    assert states[0] == states[1]
    if leaf in ("ll_cp", "role"):
        tables = [m.model.head.memory.lookup(torch.arange(64)) for m in (whole, broken)]
        assert torch.equal(*tables)


def generators():
    state = np.random.get_state()
    return random.getstate(), state[1].tolist(), state[2], torch.get_rng_state().tolist()


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("leaf", ["", "em_apl"])
def test_an_extra_pass_depends_on_seed_epoch_and_image_alone(tmp_path, workers, leaf):
    name = "AsymmetricPseudoLabelHook" if leaf else "PseudoLabelHook"
    options = dict(warmup=1) if leaf else dict(update="epoch")
    runner = tiny_runner(
        tmp_path, digits_leaf(leaf), **ALL, train_cfg__val_interval=9,
        train_dataloader__num_workers=workers,
        custom_hooks=[dict(type=f"mmpartial.{name}", **options)],
    )  # fmt: skip
    runner.train()
    hook = next(h for h in runner.hooks if isinstance(h, LabelMemoryHook))
    dataset = runner.train_dataloader.dataset
    sample, before = dataset[3]["inputs"], generators()

    def logits(epoch):
        outputs = predict_training_images(runner, hook.dataset, epoch, hook.pipeline)
        return torch.cat([output.logits for output in outputs])

    passes = [logits(epoch) for epoch in (0, 1, 0)]
    assert generators() == before and torch.equal(dataset[3]["inputs"], sample)
    assert torch.equal(passes[0], passes[2]) and not torch.equal(passes[0], passes[1])
    loader = sequential_loader(runner, hook.dataset, 0, hook.pipeline)
    assert loader.dataset.labels is dataset.labels and loader.dataset.dataset is dataset.dataset


def test_a_class_prior_needs_the_logits_of_all_classes():
    hook = ClassPriorHook()
    draw = ClassDraw(torch.tensor([0]), torch.ones(1), 2)
    labels = LabelBatch.from_target(torch.zeros(1, 2))
    hook.heads = [SimpleNamespace(output=HeadOutput(labels, torch.zeros(1, 2), draw))]
    with pytest.raises(ValueError, match="q_sampling='classes' computes some: set model.head.q=1"):
        hook.after_train_iter(None, 0)
