"""Every digits config trains two epochs, and a run stopped between them and resumed is the same."""

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from tests.runs import tiny_config
from tests.test_configs import LEAVES

DIGITS = [leaf for leaf in LEAVES if "digits" in leaf]
SMALL = dict(
    model__head__q=1.0,
    train_dataloader__dataset__dataset__indices=32,
    val_dataloader__dataset__indices=20,
    default_hooks__checkpoint__save_best=None,
)
WARM_UP = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=1)]
OTHER = {
    "csl/resnet18_digits_pal06.py": dict(model__head__loss__prior=[0.1] * 39 + [0.9]),
    "em_apl/resnet18_digits_pal06.py": dict(custom_hooks=WARM_UP),
}


class Stopped(Exception):
    """A run that was killed."""


class StopHook(Hook):
    """Kill the run after its first epoch."""

    priority = "LOWEST"

    def before_train_epoch(self, runner):
        if runner.epoch == 1:
            raise Stopped


def run(folder, leaf, stop=False, resume=False):
    cfg = tiny_config(folder, leaf, **SMALL, **OTHER.get(leaf, {}))
    cfg.resume = resume
    runner = Runner.from_cfg(cfg)
    if stop:
        runner.register_hook(StopHook())
        with pytest.raises(Stopped):
            runner.train()
    else:
        runner.train()
    return runner


def equal(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a.nan_to_num(9), b.nan_to_num(9))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


@pytest.mark.parametrize("leaf", DIGITS)
def test_resumed_is_as_uninterrupted(leaf, tmp_path):
    run(tmp_path / "whole", leaf)
    run(tmp_path / "broken", leaf, stop=True)
    run(tmp_path / "broken", leaf, resume=True)
    whole, broken = (
        torch.load(tmp_path / name / "epoch_2.pth", weights_only=True)
        for name in ("whole", "broken")
    )
    kept = ("state_dict", "optimizer", "pseudo_labels", "loss_memory", "class_prior")
    for part in set(kept) & set(whole):
        assert equal(whole[part], broken[part]), part
    first = torch.load(tmp_path / "whole" / "epoch_1.pth", weights_only=True)
    assert not equal(first["state_dict"], whole["state_dict"])
