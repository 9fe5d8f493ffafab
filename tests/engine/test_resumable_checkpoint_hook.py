"""Validations that are made up, and checkpoints that are there at every moment."""

import copy

import pytest
import torch

from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import Kill, Killed, tiny_runner

EACH = dict(train_cfg__val_interval=1)


def train(folder, kill=None, **options):
    options = copy.deepcopy(options) or EACH  # MMEngine takes _delete_ out of dicts
    # The default's d depends on the length of the run, which some of these change.
    options = {**options, "custom_hooks": [dict(type="mmpartial.PseudoLabelHook")]}
    runner = tiny_runner(folder, resume=True, val_dataloader__dataset__indices=20, **options)
    validated = []
    loop_run = runner.val_loop.run

    def count():
        validated.append(runner.iter)
        return loop_run()

    runner.val_loop.run = count
    if kill is not None:
        runner.register_hook(Kill(*kill))
    try:
        runner.train()
    except Killed:
        assert kill is not None
    return validated, runner


def best(folder):
    (file,) = folder.glob("best_*.pth")
    return file.name, read_checkpoint(file)


@pytest.mark.parametrize("event", ["before_val", "before_val_epoch", "after_val_iter"])
def test_the_last_validation_is_made_up(tmp_path, event):
    """Nothing is left to train, and the best epoch is still found."""
    train(tmp_path / "whole")
    train(tmp_path / "broken", kill=(event, 8))
    validated, runner = train(tmp_path / "broken")
    assert validated == [8]
    (name, a), (found, b) = best(tmp_path / "whole"), best(tmp_path / "broken")
    assert name == found and a["meta"]["epoch"] == b["meta"]["epoch"]
    assert all(torch.equal(a["state_dict"][k], b["state_dict"][k]) for k in a["state_dict"])
    assert runner.message_hub.get_info("best_ckpt") == str(tmp_path / "broken" / name)


@pytest.mark.parametrize("resumed", [True, False])
def test_a_resumed_run_deletes_best_checkpoints_that_it_forgot(tmp_path, resumed):
    """It saved them before a damaged checkpoint made it go back."""
    train(tmp_path / "whole")
    name, content = best(tmp_path / "whole")
    run = tmp_path / "run"
    if resumed:
        train(run, kill=("before_train_epoch", 4))
    forgotten, *others = (
        f"best_multi-label_mAP{part}.pth"
        for part in ("_epoch_9", "_tail_epoch_9", "_epoch_x", "_epoch_8")
    )
    run.mkdir(exist_ok=True)
    for file in (forgotten, *others):
        torch.save(content, run / file)
    content["message_hub"]["runtime_info"]["best_is_scored_by"] = {}
    torch.save(content, run / others[-1])
    train(run)
    left = {file.name for file in run.glob("best_*")}
    assert left == {name, *others, *([] if resumed else [forgotten])}


def test_a_validation_that_was_made_is_not_made_again(tmp_path):
    """The checkpoint knows of it once it was written again with the best score."""
    longer = dict(train_cfg__max_epochs=3, **EACH)
    train(tmp_path, kill=("before_train_epoch", 4), **longer)
    assert train(tmp_path, **longer)[0] == [8, 12]


@pytest.mark.parametrize("options", [
    dict(train_cfg__val_interval=3, train_cfg__max_epochs=3),
    dict(train_cfg__val_begin=2, train_cfg__max_epochs=3),
])  # fmt: skip
def test_no_validation_where_none_was_due(tmp_path, options):
    train(tmp_path, kill=("before_train_epoch", 4), **options)
    validated = train(tmp_path, **options)[0]
    assert 4 not in validated and validated[-1] == 12


def test_an_iteration_based_run_makes_it_up_as_well(tmp_path):
    options = dict(
        train_cfg=dict(_delete_=True, by_epoch=False, max_iters=9, val_interval=3),
        default_hooks__checkpoint__by_epoch=False, default_hooks__checkpoint__interval=3,
        train_dataloader__sampler=dict(type="InfiniteSampler", shuffle=True),
        param_scheduler=dict(_delete_=True, type="ConstantLR", factor=1.0),
    )  # fmt: skip
    train(tmp_path, kill=("before_val", 6), **options)
    assert train(tmp_path, **options)[0] == [6, 9]


def test_the_old_checkpoint_goes_after_the_new_one_is_there(tmp_path):
    runner = tiny_runner(tmp_path, train_cfg__max_epochs=3, train_cfg__val_interval=9,
                         default_hooks__checkpoint__max_keep_ckpts=1)  # fmt: skip
    seen, save = [], runner.save_checkpoint

    def look(*args, **kwargs):
        seen.append(sorted(path.name for path in tmp_path.glob("epoch_*.pth")))
        save(*args, **kwargs)

    runner.save_checkpoint = look
    runner.train()
    assert seen[1:3] == [["epoch_1.pth"], ["epoch_2.pth"]]
    assert [path.name for path in tmp_path.glob("epoch_*")] == ["epoch_3.pth"]


def test_save_best_of_another_metric(tmp_path):
    options = dict(val_evaluator=dict(_delete_=True, type="MultiLabelMetric"), **EACH)
    with pytest.raises(ValueError, match="save_best='multi-label/mAP' is not a result of val_ev"):
        train(tmp_path, **options)


@pytest.mark.parametrize("resume, said", [(False, True), (True, False)])
def test_a_run_that_starts_over_says_that_checkpoints_go(tmp_path, caplog, resume, said):
    options = dict(custom_hooks=[], model__head__q=1.0, val_dataloader__dataset__indices=20)
    options["model__head__loss"] = dict(_delete_=True, type="mmpartial.PartialBCELoss")
    first = tiny_runner(tmp_path, **copy.deepcopy(options))
    first.logger.addHandler(caplog.handler)
    first.train()
    assert "writes over them" not in caplog.text
    again = tiny_runner(tmp_path, resume=resume, **options)
    again.logger.addHandler(caplog.handler)
    again.train()
    assert ("holds 2 checkpoints of an earlier run, such as epoch_1.pth" in caplog.text) == said
