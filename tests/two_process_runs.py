"""Run by ``torch.distributed.run``: what methods remember is the same in both processes."""

import hashlib
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from mmengine.runner import Runner

from mmpartial.engine.distributed import close_cpu_group, init_cpu_group
from mmpartial.engine.hooks import LabelMemoryHook
from mmpartial.memory.loss_state import LossState
from mmpartial.memory.pseudo_labels import PseudoLabels, TopPseudoLabels
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


def check_tables(folder):
    """Tables in RAM and in shared files are the same after both processes changed some rows."""
    rank, (rows, classes) = dist.get_rank(), (9, 6)
    dense, files = (rows, classes, "o", 0.0, "uint8"), (folder / "all", folder / "largest")
    tables = [PseudoLabels(*dense), PseudoLabels(*dense, path=str(files[0])),
              TopPseudoLabels(rows, classes, "o", classes, path=str(files[1]))]  # fmt: skip
    for epoch in range(3):
        for step in range(2):
            row = torch.tensor([[0, 2, 4], [1, 5, 8], [2, 3, 6], [0, 3, 7]][2 * step + rank])
            generator = torch.Generator().manual_seed(10 * epoch + 2 * step + rank)
            value = torch.rand(3, classes, generator=generator)
            for table in tables:
                table.move(row, value, value > 0.2, 0.5, epoch)
        own = [table.lookup(torch.arange(rows)) for table in tables]
        assert all(torch.equal(own[0], other) for other in own)
        for table in tables:
            table.sync()
        every = [None, None]
        dist.all_gather_object(every, [t.lookup(torch.arange(rows)) for t in tables])
        both = every[0] + every[1]
        assert all(torch.equal(both[0], other) for other in both) and (both[0] > 0).any(1).all()
    assert {path.name for path in folder.glob("*.0")} == {"all.0", "largest.0"}
    assert not [*folder.glob("*.1")]
    with pytest.raises(FileExistsError, match="all.0 exists already"):  # in both processes
        PseudoLabels(*dense, path=str(files[0]))


def main():
    init_cpu_group()
    check_tables(Path(sys.argv[1]))
    for leaf, options in LEAVES.items():
        mine = train(leaf, Path(sys.argv[1]), options)
        both = [None, None]
        dist.all_gather_object(both, mine)
        assert both[0] == both[1], (leaf, both)
    print("all equal")
    close_cpu_group()


if __name__ == "__main__":
    main()
