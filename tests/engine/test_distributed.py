"""How processes find each other; two_process_runs.py has what they do together."""

import os

import pytest
import torch

from mmpartial.engine import distributed
from mmpartial.engine.distributed import DistributedDataParallel, init_cpu_group, read_slurm

SLURM = dict(SLURM_PROCID="0", SLURM_NTASKS="1", SLURM_LOCALID="0", SLURM_NODELIST="node[1-2]")


@pytest.fixture
def environment(monkeypatch):
    """An environment whose changes are taken back."""
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return monkeypatch


def test_a_slurm_job_trains_without_a_gpu(environment, tmp_path):
    scontrol = tmp_path / "scontrol"
    scontrol.write_text('#!/bin/sh\n[ "$3" = "node[1-2]" ] && printf "127.0.0.1\\nnode2\\n"\n')
    scontrol.chmod(0o755)
    environment.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    environment.setenv("MASTER_PORT", "0")
    for name, value in SLURM.items():
        environment.setenv(name, value)
    environment.setattr(torch.cuda, "is_available", lambda: False)

    read_slurm(["train.py", "config.py"])  # another launcher
    assert "RANK" not in os.environ
    read_slurm(["train.py", "config.py", "--launcher", "slurm"])
    assert os.environ["MASTER_ADDR"] == "127.0.0.1"
    try:
        assert init_cpu_group()
        assert torch.distributed.get_backend() == "gloo"
    finally:
        torch.distributed.destroy_process_group()


def test_slurm_without_srun_is_refused(environment):
    with pytest.raises(ValueError, match="needs the environment of srun, which has no SLURM_"):
        read_slurm(["train.py", "config.py", "--launcher=slurm"])


@pytest.mark.parametrize("processes", [2, 3])
def test_the_order_of_sums_does_not_change_after_a_step(processes, monkeypatch, tmp_path):
    """Torch moves gradients to other buckets unless it looks for unused parameters."""
    monkeypatch.setattr(distributed, "get_world_size", lambda: processes)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    torch.distributed.init_process_group("gloo", f"file://{tmp_path}/g", rank=0, world_size=1)
    try:
        model = DistributedDataParallel(torch.nn.Linear(2, 1), device_ids=[0])
        assert model.find_unused_parameters == (processes > 2)
    finally:
        torch.distributed.destroy_process_group()
