"""Every digits config trains two epochs, and one that is resumed between them is the same."""

import pytest
import torch
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
    "comparison/resnet18-wide_digits_fal.py": dict(model__head__in_channels=8),
    "em_apl/resnet18_digits_pal06.py": dict(custom_hooks=WARM_UP),
}


def run(folder, leaf, checkpoint=None):
    """Two epochs, from the start or from a checkpoint."""
    cfg = tiny_config(folder, leaf, **SMALL, **OTHER.get(leaf, {}))
    evaluated = cfg.val_dataloader.dataset
    if "dataset" in evaluated:  # a held-out part, whose images are those of the dataset inside
        evaluated.dataset.indices = evaluated.pop("indices")
    cfg.resume, cfg.load_from = checkpoint is not None, checkpoint
    Runner.from_cfg(cfg).train()
    return torch.load(folder / "epoch_2.pth", weights_only=True)


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
    whole = run(tmp_path / "whole", leaf)
    first = tmp_path / "whole" / "epoch_1.pth"
    resumed = run(tmp_path / "resumed", leaf, checkpoint=str(first))
    kept = ("state_dict", "optimizer", "pseudo_labels", "loss_memory", "class_prior")
    for part in set(kept) & set(whole):
        assert equal(whole[part], resumed[part]), part
    assert not equal(torch.load(first, weights_only=True)["state_dict"], whole["state_dict"])
