"""Run by ``torch.distributed.run``: what methods remember is the same in both processes."""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.distributed as dist
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmpartial.engine.checkpoints import check_same_checkpoint
from mmpartial.engine.checks.weights import misfits
from mmpartial.engine.distributed import close_cpu_group, init_cpu_group
from mmpartial.engine.flexible_runner import FlexibleRunner
from mmpartial.engine.hooks import LabelMemoryHook
from mmpartial.engine.run_lock import hold_work_dir, release_work_dir
from mmpartial.memory.loss_state import LossState
from mmpartial.memory.pseudo_labels import PseudoLabels, TopPseudoLabels
from mmpartial.models.losses.partial_loss import losses_of
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import digits_leaf, equal, tiny_config

SURE = [dict(type="mmpartial.SureLabelHook", logit=0.05),
        dict(type="mmpartial.EMAHook", momentum=0.5)]  # fmt: skip
WARM_UP = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=1)]
ACCUMULATED = dict(optim_wrapper__accumulative_counts=2)
LEAVES = {
    "ll_cp": dict(model__head__loss__delta=0.05), "role": ACCUMULATED,
    "em_apl": dict(custom_hooks=WARM_UP), "plm": {},
    "asset_reg": {}, "comic_loss": {}, "comic": {}, "prior": {},
    "two_way_aug_pl": dict(custom_hooks=SURE),
    "cap": {}, "": ACCUMULATED,
}  # fmt: skip
FSDP = dict(type="FSDPStrategy")
SHARPENING = dict(train_dataloader__dataset__setting="SPL", train_dataloader__dataset__ratio=None,
                  model__head__loss__chance=((0.0, 10.0), (-1.0, -8.0)), param_scheduler=None,
                  optim_wrapper__optimizer__lr=0.0)  # fmt: skip
CLASSES = dict(model__head__q=0.5, model__head__q_sampling="classes")


def fingerprint(value):
    """Hash of nested tensors and numbers."""
    if isinstance(value, torch.Tensor):
        return hashlib.blake2b(value.detach().cpu().nan_to_num(9).numpy().tobytes()).hexdigest()
    if isinstance(value, dict):
        return str({key: fingerprint(item) for key, item in value.items()})
    return str(value)


def hash_of(text):
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def config(folder, leaf, options):
    """The tiny config of a method, whose 59 images are one too few for two processes."""
    name = "csl/csl-prior_resnet18_digits-pal06.py" if leaf == "prior" else digits_leaf(leaf)
    options = {"model__head__q": 1.0, "train_dataloader__dataset__dataset__indices": 59, **options}
    cfg = tiny_config(folder / (leaf or "own"), name, **options)
    cfg.launcher = "pytorch"
    if not leaf:
        cfg.custom_hooks.append(dict(type="mmpartial.PriorBiasHook"))
    return cfg


def table_of(runner):
    """The memory of the labels, if the method has one."""
    return next((h.memory for h in runner.hooks if isinstance(h, LabelMemoryHook)), None)


def state_of(runner):
    """The loss's memory, and the numbers of all labels."""
    losses = losses_of(runner.model)
    table = table_of(runner)
    values = {} if table is None else table.lookup(torch.arange(59))
    return dict(enumerate(LossState(losses).state_dict())), values


def check_equal(name, *state):
    """Check that both processes have the same."""
    mine, both = [hash_of(fingerprint(part)) for part in state], [None, None]
    dist.all_gather_object(both, mine)
    assert both[0] == both[1], (name, both)


def check_ddp(leaf, folder, options):
    """Train two epochs; parameters, buffers, the loss's memory and the table are equal."""
    cfg = config(folder, leaf, options)
    cfg.model_wrapper_cfg = dict(type="mmpartial.DistributedDataParallel", broadcast_buffers=False)
    runner = Runner.from_cfg(cfg)
    runner.train()
    check_equal(leaf, runner.model.module.state_dict(), *state_of(runner))
    return runner


def check_fsdp(folder, ddp):
    """FSDP learns the same labels and weights as DDP, and so does a resumed run."""
    for resumed_from in (None, str(folder / "fsdp" / "epoch_1.pth")):
        cfg = config(folder, "", ACCUMULATED | dict(strategy=FSDP))
        cfg.work_dir, cfg.load_from = str(folder / "fsdp"), resumed_from
        cfg.resume = resumed_from is not None
        runner = FlexibleRunner.from_cfg(cfg)
        runner.train()
        check_equal("fsdp", *state_of(runner))
        torch.testing.assert_close(state_of(runner)[1], state_of(ddp)[1], atol=1e-3, rtol=0)
    written = read_checkpoint(folder / "fsdp" / "epoch_2.pth")
    assert written["meta"]["epoch"] == 2 and not misfits(ddp.model.module, written)
    whole = runner.model.state_dict()  # in the main process
    for key, value in whole.items():
        torch.testing.assert_close(value, ddp.model.module.state_dict()[key])


def check_loaded_fsdp(folder):
    """Trained biases, of which a process has a part, go back to the start of the schedule."""
    cfg = config(folder, "", SHARPENING | dict(strategy=FSDP, train_cfg__max_epochs=1))
    cfg.work_dir, cfg.load_from = str(folder / "loaded"), str(folder / "fsdp" / "epoch_2.pth")
    runner = FlexibleRunner.from_cfg(cfg)
    runner.train()
    files = cfg.load_from, folder / "loaded" / "epoch_1.pth"
    trained, loaded = [read_checkpoint(file)["state_dict"]["head.fc.bias"] for file in files]
    start, end = [losses_of(runner.model)[0].prior_logits(done) for done in (0.0, 1.0)]
    assert (start > end + 1).any()
    torch.testing.assert_close(loaded, trained + (start - end).float())


class Taken(Hook):
    """A scheduler takes the machine of the second process, within the second epoch."""

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if dist.get_rank() == 1 and runner.iter == 4:
            os.kill(os.getpid(), signal.SIGUSR1)


def check_preempted_fsdp(folder):
    """With a mapped table of the largest numbers and drawn classes, a run that had to leave ends as
    if it had not. The sampler pads, so one image is in both processes."""
    options = CLASSES | dict(strategy=FSDP, train_dataloader__batch_size=8,
                             train_cfg__val_interval=9)  # fmt: skip
    states = []
    for name in ("whole", "taken", "taken"):
        cfg = config(folder, "", options)
        cfg.work_dir, cfg.resume = str(folder / name), (folder / name).exists()
        (hook,) = [hook for hook in cfg.custom_hooks if hook["type"].endswith("PseudoLabelHook")]
        hook.update(path="table", keep=8, init=0.0)
        dist.barrier()
        runner = FlexibleRunner.from_cfg(cfg)
        if name == "taken" and not cfg.resume:
            runner.register_hook(Taken())
            with pytest.raises(SystemExit, match="75"):
                runner.train()
            continue
        runner.train()
        check_equal(name, *state_of(runner))
        states.append(state_of(runner)[1])
    assert (folder / "taken" / "table.0").exists() and torch.equal(*states)
    whole, taken = [read_checkpoint(folder / name / "epoch_2.pth") for name in ("whole", "taken")]
    for part in ("state_dict", "optimizer"):
        assert equal(whole[part], taken[part])


def check_slow_estimates(role):
    """With accumulation, the label estimates of ROLE take the optimizer's steps and no more."""
    (state,) = table_of(role).optimizer.state.values()
    assert role.iter == 4 and state["step"] == 2


def said(function, *args):
    """What the ValueError of a function says, in both processes."""
    try:
        function(*args)
    except ValueError as error:
        return str(error)
    return ""


def check_two_machines(folder):
    """Without a shared disk, each machine takes its work_dir, and none resumes alone."""
    rank, local_rank = dist.get_rank(), os.environ["LOCAL_RANK"]
    os.environ["LOCAL_RANK"] = "0"  # the first process of a machine
    shared = SimpleNamespace(work_dir=str(folder / "shared"))
    own = SimpleNamespace(work_dir=str(folder / f"machine{rank}"))
    for run, note in ((shared, "shared/run.json"), (own, f"machine{rank}/run.json")):
        hold_work_dir(run)
        hold_work_dir(run)
        pid = json.loads((folder / note).read_text())["pid"]
        assert (pid == os.getpid()) == (rank == 0 or run is own)
        dist.barrier()
        release_work_dir(run)
        dist.barrier()
        assert not (folder / note).exists()

    other = dict(host="another", pid=1, since="yesterday")
    if rank == 1:
        (folder / "machine1" / "run.json").write_text(json.dumps(other))
    dist.barrier()
    assert "belongs to the run of process 1 on another" in said(hold_work_dir, own)
    release_work_dir(own)

    check_same_checkpoint(own.work_dir)
    if rank == 0:
        file = folder / "machine0" / "epoch_1.pth"
        file.touch()
        (folder / "machine0" / "last_checkpoint").write_text(str(file))
    dist.barrier()
    check_same_checkpoint(str(folder / "machine0"))
    message = said(check_same_checkpoint, own.work_dir)
    assert "sees epoch_1.pth and" in message and "sees none: put the work_dir" in message
    os.environ["LOCAL_RANK"] = local_rank


def check_tables(folder):
    """Tables in RAM and in shared files are the same after both processes changed some rows."""
    rank, (rows, classes) = dist.get_rank(), (9, 6)
    dense, files = (rows, classes, "o", 0.0), (folder / "all", folder / "largest")
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
    with pytest.raises(FileExistsError, match="all.0 exists"):  # in both processes
        PseudoLabels(*dense, path=str(files[0]))


def main():
    init_cpu_group()
    check_tables(Path(sys.argv[1]))
    runs = {leaf: check_ddp(leaf, Path(sys.argv[1]), part) for leaf, part in LEAVES.items()}
    check_two_machines(Path(sys.argv[1]))
    check_slow_estimates(runs["role"])
    check_fsdp(Path(sys.argv[1]), runs[""])
    check_loaded_fsdp(Path(sys.argv[1]))
    check_preempted_fsdp(Path(sys.argv[1]))
    print("all equal")
    runs.clear()
    close_cpu_group()


if __name__ == "__main__":
    main()
