"""How processes find each other; two_process_runs.py has what they do together."""

import os

import pytest
import torch

from mmpartial.engine import distributed
from mmpartial.engine.distributed import DistributedDataParallel, init_cpu_group, read_slurm

SLURM = dict(SLURM_PROCID="0", SLURM_NTASKS="1", SLURM_LOCALID="0", SLURM_NODELIST="node[1-2]")
COMMAND = ["train.py", "config.py", "--launcher", "slurm"]


@pytest.fixture
def environment(monkeypatch):
    """An environment whose changes are taken back."""
    ours = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
    for name in (*ours, *(name for name in os.environ if name.startswith("SLURM_"))):
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
    read_slurm(COMMAND)
    assert os.environ["MASTER_ADDR"] == "127.0.0.1"
    try:
        assert init_cpu_group()
        assert torch.distributed.get_backend() == "gloo"
    finally:
        torch.distributed.destroy_process_group()


def started(environment, **slurm):
    """The address of the first process, as a process of a slurm job sees it."""
    for name, value in (SLURM | slurm).items():
        environment.setenv(name, value)
    for name in ("MASTER_ADDR", "MASTER_PORT"):
        environment.delenv(name, raising=False)
    read_slurm(COMMAND)
    return os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])


def test_slurm_jobs_on_a_machine_have_ports_of_their_own(environment, tmp_path):
    scontrol = tmp_path / "scontrol"
    scontrol.write_text('#!/bin/sh\necho "$3"\n')
    scontrol.chmod(0o755)
    environment.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs = [dict(SLURM_JOB_ID=str(job), SLURM_STEP_ID=str(step))
            for job in (4_294_901_760, 4_294_901_761) for step in (0, 1)]  # fmt: skip
    found = {started(environment, **job) for job in jobs}
    assert len(found) == 4 and all(20_000 <= port < 30_000 for _, port in found)
    assert started(environment, **jobs[0], SLURM_PROCID="1") in found  # a process of the same job
    assert started(environment, SLURM_STEP_NODELIST="node2")[0] == "node2"


def test_slurm_without_its_commands(environment, tmp_path):
    environment.setenv("PATH", str(tmp_path))
    message = r"asks `scontrol show hostnames node\[1-2\]` .* environment variable MASTER_ADDR to"
    with pytest.raises(ValueError, match=message):
        started(environment)


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
