"""d, pseudo labels, seeds and plain checkpoints in real small runs."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mmpartial.engine.hooks import DSchedulerHook, PseudoLabelHook, ReproducibleHook
from mmpartial.schedules import part_weight
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import tiny_config, tiny_runner


class Record(Hook):
    """Call a function after each training iteration."""

    priority = "LOWEST"

    def __init__(self, function):
        self.function, self.values = function, []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.values.append(self.function(runner))


def train(runner, function=lambda runner: None):
    record = Record(function)
    runner.register_hook(record)
    runner.train()
    return record.values


def hook(runner, kind):
    return next(h for h in runner.hooks if isinstance(h, kind))


def hooks(d=None, **pseudo):
    return [dict(type="mmpartial.DSchedulerHook", **(d or {})),
            dict(type="mmpartial.PseudoLabelHook", **pseudo)]  # fmt: skip


@pytest.mark.parametrize("mode", ["shifted", "printed"])
@pytest.mark.parametrize("by_epoch", [True, False])
def test_d_follows_the_equation(tmp_path, mode, by_epoch):
    runner = tiny_runner(
        tmp_path, train_cfg__max_epochs=4, train_cfg__val_interval=9,
        custom_hooks=hooks(dict(m=1, mode=mode, by_epoch=by_epoch)),
    )  # fmt: skip
    found = train(runner, lambda r: r.model.head.loss_module.d)
    epochs = np.arange(16) // 4 + 1.0 if by_epoch else np.arange(16) / 4 + 1.0
    expected = np.exp((epochs + 1) / 4 - (mode == "shifted"))
    np.testing.assert_allclose(found, expected)
    if mode == "shifted" and by_epoch:
        assert found[8] == 1.0  # epoch e_T - m = 3


def test_part_weight_is_one_where_the_text_says():
    assert part_weight(17, 20, m=3) == 1.0 and part_weight(16, 20, m=3) < 1 < part_weight(18, 20)


@given(
    epochs=st.floats(0.01, 500), done=st.floats(0, 1), m=st.floats(0, 50),
    mode=st.sampled_from(["shifted", "printed"]),
)  # fmt: skip
@settings(deadline=None)
def test_d_is_bounded_in_short_runs_and_exact_in_long_ones(epochs, done, m, mode):
    epoch = done * epochs
    d, shift = part_weight(epoch, epochs, m, mode), 1 if mode == "shifted" else 0
    assert d <= np.exp(2 - shift)
    if m <= epochs:
        np.testing.assert_allclose(d, np.exp((epoch + m) / epochs - shift))


def test_a_run_shorter_than_m_epochs_is_finite_and_says_so(tmp_path, caplog):
    runner = tiny_runner(
        tmp_path, train_cfg__max_epochs=1, train_cfg__val_interval=9, custom_hooks=hooks(dict(m=3))
    )
    runner.logger.addHandler(caplog.handler)
    found = train(runner, lambda r: r.model.head.loss_module.d)
    np.testing.assert_allclose(found, np.e)
    assert "m=3 is longer than the run of 1 epochs" in caplog.text


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(mode="text"), "mode='text': choose 'shifted' or 'printed'"),
        (dict(epoch_base=2), "epoch_base=2: choose 1 or 0"),
    ],
)
def test_d_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        DSchedulerHook(**options)


def test_d_needs_the_loss(tmp_path):
    runner = tiny_runner(tmp_path, "assume_negative/assume_negative_resnet18_digits-pal06.py",
                         custom_hooks=[dict(type="mmpartial.DSchedulerHook")])  # fmt: skip
    with pytest.raises(ValueError, match="DSchedulerHook found no PartialImbalanceLoss"):
        runner.train()


def predictions(runner, debias):
    """What the head said in this step."""
    (labels, logits, _), loss = runner.model.head.output, runner.model.head.loss_module
    prob = loss.posterior(logits) if debias else logits.sigmoid()
    return labels.row, labels.target == -1, prob


@pytest.mark.parametrize("dtype, debias", [("float16", False), ("uint8", False), ("float16", True)])
def test_visits_move_the_table(tmp_path, dtype, debias):
    runner = tiny_runner(
        tmp_path, train_cfg__max_epochs=3, train_cfg__val_interval=9,
        custom_hooks=hooks(init=0.5, momentum=0.5, warmup=1, dtype=dtype, debias=debias),
    )  # fmt: skip
    expected = torch.full((64, 40), 0.5)
    known = torch.from_numpy(runner.train_dataloader.dataset.labels != -1)
    head = runner.model.head
    original = head._get_loss

    def spy(*args, **kwargs):
        losses = original(*args, **kwargs)
        row, unknown, prob = predictions(runner, debias)
        if runner.epoch >= 1:
            expected[row] = torch.where(unknown, 0.5 * expected[row] + 0.5 * prob, expected[row])
        return losses

    head._get_loss = spy
    train(runner)
    found = hook(runner, PseudoLabelHook).memory.lookup(torch.arange(64))
    torch.testing.assert_close(found, expected, atol=2e-3 if dtype == "float16" else 6e-3, rtol=0)
    assert (found[known] - 0.5).abs().max() < 3e-3 and (found[~known] - 0.5).abs().mean() > 0.01


@pytest.mark.parametrize("debias", [False, True])
def test_full_pass_uses_evaluation_mode_and_the_given_pipeline(tmp_path, debias):
    runner = tiny_runner(
        tmp_path, train_cfg__max_epochs=1,
        custom_hooks=hooks(update="epoch", debias=debias, pipeline=[dict(type="PackInputs")]),
    )  # fmt: skip
    runner.train()
    dataset = runner.train_dataloader.dataset.with_pipeline([dict(type="mmpretrain.PackInputs")])
    inputs = torch.stack([dataset[i]["inputs"] for i in range(64)])
    model = runner.model.eval()
    with torch.no_grad():
        data = model.data_preprocessor(dict(inputs=inputs), training=False)
        logits = model(data["inputs"], mode="tensor")
    prob = model.head.loss_module.posterior(logits) if debias else logits.sigmoid()
    unknown = torch.from_numpy(dataset.labels == -1)
    found = hook(runner, PseudoLabelHook).memory.lookup(torch.arange(64))
    torch.testing.assert_close(found, torch.where(unknown, prob, 0.5), atol=2e-3, rtol=0)


def test_never_leaves_the_start_value(tmp_path):
    runner = tiny_runner(tmp_path, custom_hooks=hooks(init=0.25, update="never"))
    runner.train()
    assert (hook(runner, PseudoLabelHook).memory.values == 0.25).all()


# A loss for which an epoch of a longer run is the same.
BCE = dict(model__head__loss=dict(_delete_=True, type="mmpartial.PartialBCELoss"))


def test_memory_mapped_table_resumes_from_the_file_beside_the_checkpoint(tmp_path):
    options = dict(custom_hooks=hooks(path="table", dtype="uint8")[1:], **BCE)
    first = tiny_runner(tmp_path, **options)
    first.train()
    table = hook(first, PseudoLabelHook).memory
    assert (tmp_path / "table.0").stat().st_size == 64 * 40
    assert (tmp_path / f"pseudo_labels_{table.checksum()}.pt").exists()
    again = tiny_runner(tmp_path, train_cfg__max_epochs=3, resume=True, **options)
    hook(again, PseudoLabelHook).options["update"] = "never"
    again.train()
    assert torch.equal(hook(again, PseudoLabelHook).memory.values, table.values)


def test_files_beside_deleted_checkpoints_go_with_them(tmp_path):
    runner = tiny_runner(tmp_path, train_cfg__max_epochs=5, train_cfg__val_interval=9,
                         default_hooks__checkpoint__max_keep_ckpts=1,
                         custom_hooks=hooks(path="table"))  # fmt: skip
    (tmp_path / "pseudo_labels_of_somebody.pt").write_text("mine")
    runner.train()
    names = sorted(path.name for path in tmp_path.glob("pseudo_labels_*.pt"))
    assert "pseudo_labels_of_somebody.pt" in names and len(names) <= 3
    last = read_checkpoint(tmp_path / "epoch_5.pth")
    assert last["pseudo_labels"]["file"] in names


def test_resume_through_the_runners_own_method(tmp_path):
    tiny_runner(tmp_path).train()
    state = read_checkpoint(tmp_path / "epoch_2.pth")
    runner = tiny_runner(
        tmp_path / "b", train_cfg__max_epochs=3, custom_hooks=hooks(update="never")
    )
    runner.load_or_resume = lambda: runner.resume(str(tmp_path / "epoch_2.pth"))
    runner.train()
    assert torch.equal(
        hook(runner, PseudoLabelHook).memory.values, state["pseudo_labels"]["values"]
    )


def test_an_extra_pass_and_warmup_under_an_iteration_based_loop(tmp_path):
    runner = tiny_runner(
        tmp_path,
        train_cfg=dict(_delete_=True, by_epoch=False, max_iters=9, val_interval=100),
        default_hooks__checkpoint=dict(by_epoch=False, interval=9, save_best=None, rule=None),
        train_dataloader__sampler=dict(type="InfiniteSampler", shuffle=True),
        param_scheduler=dict(_delete_=True, type="ConstantLR", factor=1.0),
        custom_hooks=hooks(update="epoch", warmup=1),
    )
    moved = train(runner, lambda r: bool((hook(r, PseudoLabelHook).memory.values != 0.5).any()))
    assert moved == [False] * 7 + [True] * 2  # 4 iterations a pass, none in the first


def test_an_iteration_based_loop_resumes_in_the_middle(tmp_path):
    def runner(where, iters, **options):
        cfg = tiny_config(
            tmp_path / where,
            train_cfg=dict(_delete_=True, by_epoch=False, max_iters=iters, val_interval=100),
            default_hooks__checkpoint=dict(by_epoch=False, interval=6, save_best=None, rule=None),
            train_dataloader__sampler=dict(type="InfiniteSampler", shuffle=True),
            train_dataloader__num_workers=1,
            param_scheduler=dict(_delete_=True, type="ConstantLR", factor=1.0),
            custom_hooks=hooks(momentum=0.5)[1:],
            **BCE,
            **options,
        )
        return RUNNERS.build(cfg)

    def loss(r):
        return float(r.message_hub.get_scalar("train/loss").current())

    whole = runner("a", 10)
    expected = train(whole, loss)
    runner("b", 6).train()
    again = runner("b", 10, resume=True)
    found = train(again, loss)
    assert len(expected) == 10 and len(found) == 4
    tables = [hook(r, PseudoLabelHook).memory.values for r in (whole, again)]
    assert found == expected[6:] and torch.equal(*tables)


def test_resume_with_another_dataset_or_without_pseudo_labels(tmp_path):
    tiny_runner(tmp_path).train()
    other = tiny_runner(tmp_path, resume=True, train_dataloader__dataset__dataset__indices=48)
    with pytest.raises(ValueError, match="trained on other labels"):
        other.train()
    without = tmp_path / "without"
    tiny_runner(without, "assume_negative/assume_negative_resnet18_digits-pal06.py").train()
    loss = dict(type="mmpartial.PartialBCELoss", _delete_=True)  # without a state of its own
    cfg = tiny_config(without, resume=True, train_cfg__max_epochs=3, model__head__loss=loss)
    cfg.default_hooks.pop("guard")  # which would say it before
    runner = Runner.from_cfg(cfg)
    with pytest.raises(ValueError, match="holds no pseudo labels.*Use load_from"):
        runner.train()


def test_load_from_starts_with_a_fresh_table(tmp_path):
    tiny_runner(tmp_path).train()
    runner = tiny_runner(tmp_path / "new", load_from=str(tmp_path / "epoch_2.pth"),
                         custom_hooks=hooks(init=0.125, update="never"))  # fmt: skip
    runner.train()
    assert (hook(runner, PseudoLabelHook).memory.values == 0.125).all()


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(update="online"), "update='online': choose one of visit, epoch, never"),
        (dict(init=None), r"init=None: give a number in \[0, 1\]"),
        (dict(momentum=1.0), r"momentum=1.0 is outside \[0, 1\)"),
    ],
)
def test_pseudo_label_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        PseudoLabelHook(**options)


def test_pseudo_labels_need_wrapper_and_head(tmp_path):
    head = dict(_delete_=True, type="MultiLabelLinearClsHead", num_classes=40, in_channels=16)
    runner = tiny_runner(tmp_path, "resnet18_digits_fal.py", model__head=head,
                         custom_hooks=[dict(type="mmpartial.PseudoLabelHook")])  # fmt: skip
    with pytest.raises(ValueError, match="PseudoLabelHook needs .*PartialLabelDataset.*QSampling"):
        runner.train()


def test_epochs_draw_other_numbers_and_runs_the_same(tmp_path):
    def draws(seed, where):
        bce = dict(_delete_=True, type="mmpartial.PartialBCELoss")
        runner = tiny_runner(tmp_path / where, randomness=dict(seed=seed), custom_hooks=[],
                             model__head__loss=bce)  # fmt: skip
        return train(runner, lambda r: torch.rand(()).item())

    first = draws(1, "a")
    assert first == draws(1, "b") != draws(2, "c")
    assert len(set(first)) == len(first)


def test_config_that_inherits_a_leaf_still_dumps(tmp_path):
    tiny_config(tmp_path).dump(tmp_path / "c.py")
    cfg = Config.fromfile(str(tmp_path / "c.py"))
    assert cfg.model.head.loss.type == "mmpartial.PartialImbalanceLoss"


@pytest.mark.parametrize("kind, done, workers, warned", [
    ("PartialLabelDataset", 2, False, False), ("RepeatDataset", 2, False, True),
    ("RepeatDataset", 4, False, False), ("RepeatDataset", 4, True, True),
])  # fmt: skip
def test_augmentation_that_is_not_repeated(tmp_path, caplog, kind, done, workers, warned):
    """Within an epoch; and after one, if the workers of an uninterrupted run persist."""
    cfg = tiny_config(tmp_path, train_dataloader__num_workers=int(workers),
                      train_dataloader__persistent_workers=workers)  # fmt: skip
    if kind == "RepeatDataset":
        cfg.train_dataloader.dataset = dict(
            type="RepeatDataset", times=1, dataset=cfg.train_dataloader.dataset
        )
    runner = RUNNERS.build(cfg)
    runner._train_loop = runner.build_train_loop(runner._train_loop)
    runner._train_loop._iter = done
    runner.logger.addHandler(caplog.handler)
    ReproducibleHook().before_train(runner)
    assert ("train_dataloader.dataset is a RepeatDataset" in caplog.text) == warned
