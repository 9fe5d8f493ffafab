"""Run by ``torch.distributed.run``: what methods remember is the same in both processes."""

import hashlib
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from mmengine.runner import Runner

from mmpartial.engine.distributed import close_cpu_group, init_cpu_group
from mmpartial.engine.hooks import LabelMemoryHook
from mmpartial.memory.loss_state import LossState
from mmpartial.models import PartialLoss
from tests.runs import digits_leaf, tiny_config

SURE = [dict(type="mmpartial.SureLabelHook", logit=0.05),
        dict(type="mmpartial.EMAHook", momentum=0.5)]  # fmt: skip
WARM_UP = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=1)]
LEAVES = {
    "ll_cp": dict(model__head__loss__delta=0.05), "role": {}, "em_apl": dict(custom_hooks=WARM_UP),
    "plm": {}, "asset_reg": {}, "comic_loss": {}, "comic": {}, "prior": {},
    "two_way_aug_pl": dict(custom_hooks=SURE),
    "cap": {},
}  # fmt: skip


def fingerprint(value):
    """Hash of nested tensors and numbers."""
    if isinstance(value, torch.Tensor):
        return hashlib.blake2b(value.detach().cpu().nan_to_num(9).numpy().tobytes()).hexdigest()
    if isinstance(value, dict):
        return str({key: fingerprint(item) for key, item in value.items()})
    return str(value)


def hash_of(text):
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def train(leaf, folder, options):
    """Fingerprints of the parameters, the loss's memory and the table after two epochs."""
    name = "csl/csl-prior_resnet18_digits-pal06.py" if leaf == "prior" else digits_leaf(leaf)
    options = {"model__head__q": 1.0, **options}
    cfg = tiny_config(folder / leaf, name, **options,
                      train_dataloader__dataset__dataset__indices=59)  # fmt: skip
    cfg.launcher = "pytorch"
    cfg.model_wrapper_cfg = dict(type="mmpartial.DistributedDataParallel", broadcast_buffers=False)
    runner = Runner.from_cfg(cfg)
    runner.train()
    tables = [hook.memory for hook in runner.hooks if isinstance(hook, LabelMemoryHook)]
    values = tables[0].lookup(torch.arange(59)) if tables else {}
    losses = [m for m in runner.model.modules() if isinstance(m, PartialLoss)]
    memory = LossState(losses).state_dict()
    weights = {k: v for k, v in runner.model.state_dict().items() if "running_" not in k}
    return [hash_of(fingerprint(x)) for x in (weights, dict(enumerate(memory)), values)]


def main():
    init_cpu_group()
    for leaf, options in LEAVES.items():
        mine = train(leaf, Path(sys.argv[1]), options)
        both = [None, None]
        dist.all_gather_object(both, mine)
        assert both[0] == both[1], (leaf, both)
    print("all equal")
    close_cpu_group()


if __name__ == "__main__":
    main()
