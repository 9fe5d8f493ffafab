"""Runs that are preempted within an epoch, in validation, and while gradients accumulate."""

import os
import signal

import pytest
from mmengine.hooks import Hook
from mmengine.registry import RUNNERS

from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import Losses, digits_leaf, equal, tiny_config

DEFAULT = digits_leaf()
PARTS = ("state_dict", "optimizer", "param_schedulers", "pseudo_labels", "loss_memory")
SMALL = dict(
    train_cfg__val_interval=1, val_dataloader__dataset__indices=20, model__head__q=1.0,
    train_cfg__max_epochs=3, train_dataloader__dataset__dataset__indices=48,
)  # fmt: skip


class Preempt(Hook):
    """Send a signal to this process at an event of an iteration."""

    priority = "VERY_HIGH"

    def __init__(self, event, iteration, number=signal.SIGTERM):
        self.iteration, self.number = iteration, number
        setattr(self, event, self._send)

    def _send(self, runner, *args, **kwargs):
        if runner.iter == self.iteration:
            os.kill(os.getpid(), self.number)


def train(folder, *preempt, leaf=DEFAULT, losses=None, small=SMALL, **options):
    """Train with ``--resume``; return the exit status and the Runner."""
    options = {**small, **options}
    runner = RUNNERS.build(tiny_config(folder, leaf, resume=True, **options))
    runner.register_hook(losses or Losses())
    if preempt:
        runner.register_hook(Preempt(*preempt))
    try:
        runner.train()
    except SystemExit as end:
        return end.code, runner
    return 0, runner


def same(a, b):
    a, b = (read_checkpoint(folder / "epoch_3.pth") for folder in (a, b))
    assert [part for part in PARTS if not equal(a.get(part), b.get(part))] == []


# LogicMix draws from the generators of the process.
@pytest.mark.parametrize("leaf", [DEFAULT, digits_leaf("logic_mix")])
def test_a_preempted_run_ends_as_an_undisturbed_one(tmp_path, leaf):
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGUSR1)
    whole, broken = Losses(), Losses()
    assert train(tmp_path / "whole", leaf=leaf, losses=whole)[0] == 0
    folder = tmp_path / "broken"
    for iteration, number in ((1, signal.SIGTERM), (4, signal.SIGUSR1), (5, signal.SIGTERM)):
        options = dict(leaf=leaf, losses=broken)
        assert train(folder, "before_train_iter", iteration, number, **options)[0] == 75
        assert (folder / "last_checkpoint").read_text() == str(folder / "preempted.pth")
        meta = read_checkpoint(folder / "preempted.pth")["meta"]
        assert meta["iter"] == iteration + 1 and meta["epoch"] == iteration // 3
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGUSR1)) == handlers
    # It trains to the end although a signal comes in the last step.
    assert train(folder, "before_train_iter", 8, leaf=leaf, losses=broken)[0] in (0, 75)
    same(tmp_path / "whole", folder)
    assert whole.values == broken.values and len(whole.values) == 9
    assert not (folder / "preempted.pth").exists()


def test_a_preempted_iteration_based_run_ends_as_an_undisturbed_one(tmp_path):
    def train_8(folder, *preempt):
        return train(
            tmp_path / folder,
            *preempt,
            small=dict(train_dataloader__dataset__dataset__indices=48),
            train_cfg=dict(_delete_=True, by_epoch=False, max_iters=8, val_interval=3),
            default_hooks__checkpoint=dict(by_epoch=False, interval=8),
            param_scheduler=dict(_delete_=True, type="PolyLR", end=8, by_epoch=False),
        )[0]

    assert train_8("whole") == 0
    assert [train_8("broken", "before_train_iter", number) for number in (1, 5)] == [75, 75]
    assert train_8("broken") == 0
    a, b = (read_checkpoint(tmp_path / name / "iter_8.pth") for name in ("whole", "broken"))
    assert [part for part in PARTS if not equal(a.get(part), b.get(part))] == []


def test_in_validation_nothing_is_saved_again(tmp_path):
    status, _ = train(tmp_path, "before_val_epoch", 3)
    assert status == 75 and not (tmp_path / "preempted.pth").exists()
    status, runner = train(tmp_path, "before_val_epoch", 3)
    assert status == 75 and runner.iter == 3  # the resumed run validates first
    assert train(tmp_path)[0] == 0 and list(tmp_path.glob("best_*.pth"))


def test_a_signal_in_the_test_after_training(tmp_path):
    final = dict(
        default_hooks__final_test=dict(type="mmpartial.FinalTestHook"),
        train_cfg=dict(by_epoch=True, max_epochs=1, val_interval=9),
    )
    assert train(tmp_path, "before_test_iter", 3, **final)[0] == 75
    assert not (tmp_path / "final_test.json").exists()
    assert train(tmp_path, **final)[0] == 0
    assert (tmp_path / "final_test.json").exists()


def test_a_run_that_only_tests_ends_at_once(tmp_path):
    class Ended(Exception):
        """What the handler raises, where Python's own would end the process."""

    def end(number, frame):
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    runner = RUNNERS.build(tiny_config(tmp_path, **SMALL))
    runner.register_hook(Preempt("before_test_iter", 0))
    try:
        with pytest.raises(Ended):
            runner.test()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_validation_without_a_checkpoint_goes_on(tmp_path):
    status, _ = train(tmp_path, "before_val_epoch", 3, default_hooks__checkpoint__interval=2)
    assert status == 75 and read_checkpoint(tmp_path / "preempted.pth")["meta"]["iter"] == 4


def test_accumulated_gradients_come_first(tmp_path):
    train(tmp_path, "before_train_iter", 3, optim_wrapper__accumulative_counts=3)
    assert read_checkpoint(tmp_path / "preempted.pth")["meta"]["iter"] == 6


def test_a_checkpoint_of_each_iteration_resumes_within_an_epoch(tmp_path):
    """MMEngine's own option; such runs started the epoch over."""
    each = dict(default_hooks__checkpoint__by_epoch=False,
                default_hooks__checkpoint__max_keep_ckpts=-1)  # fmt: skip
    train(tmp_path, **each)
    wanted = read_checkpoint(tmp_path / "iter_9.pth")["state_dict"]
    for name in ("iter_8.pth", "iter_9.pth"):
        (tmp_path / name).unlink()
    assert train(tmp_path, **each)[1].iter == 9
    assert equal(wanted, read_checkpoint(tmp_path / "iter_9.pth")["state_dict"])
