"""Whole runs through the command line: train, test, kill, resume, two processes."""

import json
import re

import pytest

from mmpartial.utils.torch_load import read_checkpoint
from tests.commands import ROOT, STOCK_TRAIN, TEST, TRAIN, run, run_on_two, run_script
from tests.runs import equal, tiny_config


def write_config(folder, name="config.py", spy=None, **options):
    """A tiny config as a file, with the spy hook in it."""
    folder.mkdir(parents=True, exist_ok=True)
    cfg = tiny_config(folder / "run", **options)
    cfg.custom_imports = dict(imports=["tests.spy"], allow_failed_imports=False)
    cfg.custom_hooks.append(dict(type="mmengine.SpyHook", **(spy or {})))
    cfg.dump(folder / name)
    return folder / name


def spied(folder, rank=0):
    lines = (folder / "run" / f"spy.{rank}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def checkpoint(folder, epoch):
    return read_checkpoint(folder / "run" / f"epoch_{epoch}.pth")


def mean_ap(text):
    return re.findall(r"multi-label/mAP: ([\d.]+)", text)[-1]


def test_killed_and_resumed_is_as_uninterrupted(tmp_path):
    """With random augmentation, q-sampling and pseudo labels; also tests a stock script,
    another working directory, and a path with a space."""
    options = dict(
        train_cfg__max_epochs=4, train_cfg__val_interval=4,
        train_dataloader__num_workers=2, train_dataloader__persistent_workers=True,
        train_dataloader__dataset__setting="PPL", default_hooks__checkpoint__max_keep_ckpts=9,
    )  # fmt: skip
    whole, broken = tmp_path / "w hole", tmp_path / "broken"
    config = write_config(whole, **options)
    log = run(STOCK_TRAIN, config, cwd=tmp_path).stdout  # nothing has imported our components

    config = write_config(broken, spy=dict(kill_at=10), **options)
    killed = run_script(TRAIN, config, cwd=tmp_path, check=False)
    assert killed.returncode == -9
    config = write_config(broken, **options)
    run_script(TRAIN, config, "--resume", cwd=tmp_path)

    expected, found = checkpoint(whole, 4), checkpoint(broken, 4)
    for part in ("state_dict", "pseudo_labels", "optimizer"):
        assert equal(expected[part], found[part]), part
    last = {r["iter"]: r for r in spied(broken) if "iter" in r}
    assert last == {r["iter"]: r for r in spied(whole) if "iter" in r}
    assert len({r["labels"] for r in spied(broken) + spied(whole) if "labels" in r}) == 1
    tables = {r["epoch"]: r["table"] for r in spied(broken) if "table" in r}
    assert tables == {r["epoch"]: r["table"] for r in spied(whole) if "table" in r}
    assert len(set(tables.values())) == 4

    weights = whole / "run" / "epoch_4.pth"
    tested = run_script(TEST, whole / "config.py", weights, cwd=tmp_path).stdout
    assert mean_ap(tested) == mean_ap(log)


def test_half_batches_weigh_as_the_whole(tmp_path):
    script = ROOT / "tests" / "two_processes.py"
    done = run_on_two(script, cwd=tmp_path)
    assert done.stdout.count("equal") == 4  # two lines of each process


@pytest.mark.slow
def test_what_methods_remember_is_the_same_on_two_processes(tmp_path):
    script = ROOT / "tests" / "two_process_runs.py"
    done = run_on_two(script, tmp_path, cwd=tmp_path)
    assert done.stdout.count("all equal") == 2


def tables(folder, rank):
    return {r["epoch"]: r["table"] for r in spied(folder, rank) if "table" in r}


@pytest.mark.slow
def test_two_processes_of_torchrun(tmp_path):
    """Which has imported nothing, as a user's; the next test forks the processes."""
    config = write_config(tmp_path, train_cfg__max_epochs=1, train_cfg__val_interval=9)
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2")
    run(*torchrun, TRAIN, config, "--launcher", "pytorch", cwd=tmp_path)
    assert tables(tmp_path, 0) == tables(tmp_path, 1) and len(tables(tmp_path, 0)) == 1


def test_two_processes(tmp_path):
    """59 images on 2 processes: the sampler pads, and both visit one image."""
    options = dict(train_cfg__max_epochs=4, train_cfg__val_interval=4,
                   train_dataloader__dataset__dataset__indices=59,
                   train_dataloader__batch_size=8)  # fmt: skip
    whole, broken, one = (tmp_path / name for name in ("whole", "broken", "one"))
    config = write_config(whole, **options)
    run_on_two(TRAIN, config, "--launcher", "pytorch", cwd=tmp_path)
    assert tables(whole, 0) == tables(whole, 1) and len(set(tables(whole, 0).values())) == 4
    losses = [[r["loss"] for r in spied(whole, rank) if "loss" in r] for rank in (0, 1)]
    assert losses[0] != losses[1]

    config = write_config(broken, spy=dict(kill_at=10), **options)
    killed = run_on_two(TRAIN, config, "--launcher", "pytorch", cwd=tmp_path, check=False)
    assert killed.returncode == -9
    config = write_config(broken, **options)
    run_on_two(TRAIN, config, "--launcher", "pytorch", "--resume", cwd=tmp_path)
    assert tables(broken, 0) == tables(broken, 1) == tables(whole, 0)
    assert equal(checkpoint(broken, 4)["state_dict"], checkpoint(whole, 4)["state_dict"])

    config = write_config(one, **{**options, "train_cfg__max_epochs": 1})
    run_script(TRAIN, config, cwd=tmp_path)
    assert spied(one)[0] == spied(whole, 0)[0] == spied(whole, 1)[0]
    weights = one / "run" / "epoch_1.pth"
    tested = run_on_two(TEST, config, weights, "--launcher", "pytorch", cwd=tmp_path)
    assert mean_ap(tested.stdout)
