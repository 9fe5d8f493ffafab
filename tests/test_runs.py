"""Whole runs through the command line: train, test, kill, resume, two processes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import mmpretrain
import pytest
import torch

from tests.runs import tiny_config

ROOT = Path(__file__).parents[1]
TRAIN, TEST = ROOT / "tools" / "train.py", ROOT / "tools" / "test.py"
STOCK_TRAIN = Path(mmpretrain.__file__).parent / ".mim" / "tools" / "train.py"


def write_config(folder, name="config.py", spy=None, **options):
    """A tiny config as a file, with the spy hook in it."""
    folder.mkdir(parents=True, exist_ok=True)
    cfg = tiny_config(folder / "run", **options)
    cfg.custom_imports = dict(imports=["tests.spy"], allow_failed_imports=False)
    cfg.custom_hooks.append(dict(type="mmengine.SpyHook", **(spy or {})))
    cfg.dump(folder / name)
    return folder / name


def run(*command, cwd, check=True):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400,
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(done.stdout[-4000:])
    return done


def spied(folder, rank=0):
    lines = (folder / "run" / f"spy.{rank}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def checkpoint(folder, epoch):
    return torch.load(folder / "run" / f"epoch_{epoch}.pth", map_location="cpu", weights_only=True)


def mean_ap(text):
    return re.findall(r"multi-label/mAP: ([\d.]+)", text)[-1]


def equal(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


@pytest.mark.parametrize("workers", [0, 2])
def test_killed_and_resumed_is_as_uninterrupted(tmp_path, workers):
    """With random augmentation, q-sampling and pseudo labels; also tests a stock script,
    another working directory, and a path with a space."""
    options = dict(
        train_cfg__max_epochs=4, train_cfg__val_interval=4,
        train_dataloader__num_workers=workers, train_dataloader__persistent_workers=workers > 0,
        train_dataloader__dataset__setting="PPL", default_hooks__checkpoint__max_keep_ckpts=9,
    )  # fmt: skip
    whole, broken = tmp_path / "w hole", tmp_path / "broken"
    config = write_config(whole, **options)
    log = run(STOCK_TRAIN if workers else TRAIN, config, cwd=tmp_path).stdout

    config = write_config(broken, spy=dict(kill_at=10), **options)
    killed = run(TRAIN, config, cwd=tmp_path, check=False)
    assert killed.returncode == -9
    config = write_config(broken, **options)
    run(TRAIN, config, "--resume", cwd=tmp_path)

    expected, found = checkpoint(whole, 4), checkpoint(broken, 4)
    for part in ("state_dict", "pseudo_labels", "optimizer"):
        assert equal(expected[part], found[part]), part
    last = {r["iter"]: r for r in spied(broken) if "iter" in r}
    assert last == {r["iter"]: r for r in spied(whole) if "iter" in r}
    assert len({r["labels"] for r in spied(broken) + spied(whole) if "labels" in r}) == 1
    tables = {r["epoch"]: r["table"] for r in spied(broken) if "table" in r}
    assert tables == {r["epoch"]: r["table"] for r in spied(whole) if "table" in r}
    assert len(set(tables.values())) == 4

    tested = run(TEST, whole / "config.py", whole / "run" / "epoch_4.pth", cwd=tmp_path).stdout
    assert mean_ap(tested) == mean_ap(log)


def test_two_processes(tmp_path):
    options = dict(train_cfg__max_epochs=3, train_dataloader__dataset__dataset__indices=58,
                   train_dataloader__batch_size=8)  # fmt: skip
    launch = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2")
    config = write_config(tmp_path / "two", **options)
    run(*launch, TRAIN, config, "--launcher", "pytorch", cwd=tmp_path)
    first, second = spied(tmp_path / "two", 0), spied(tmp_path / "two", 1)
    tables = [[r["table"] for r in records if "table" in r] for records in (first, second)]
    assert tables[0] == tables[1] and len(set(tables[0])) == 3
    assert [r["loss"] for r in first if "loss" in r] != [r["loss"] for r in second if "loss" in r]

    config = write_config(tmp_path / "two", **{**options, "train_cfg__max_epochs": 4})
    run(*launch, TRAIN, config, "--launcher", "pytorch", "--resume", cwd=tmp_path)
    resumed = [r["table"] for r in spied(tmp_path / "two", 1) if "table" in r]
    assert len(resumed) == 4 and resumed[:3] == tables[1]
    assert resumed[3] == [r["table"] for r in spied(tmp_path / "two", 0) if "table" in r][3]

    config = write_config(tmp_path / "one", **options)
    run(TRAIN, config, cwd=tmp_path)
    assert spied(tmp_path / "one")[0] == first[0] == second[0]
    tested = run(*launch, TEST, config, tmp_path / "one" / "run" / "epoch_3.pth", "--launcher",
                 "pytorch", cwd=tmp_path)  # fmt: skip
    assert mean_ap(tested.stdout)
