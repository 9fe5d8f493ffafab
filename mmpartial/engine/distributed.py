"""Distributed training without a GPU, which MMEngine 0.10.7 cannot start."""

import gc
import os
import subprocess
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.dist import broadcast, get_world_size
from mmengine.model import MMDistributedDataParallel, MMFullyShardedDataParallel

from ..registry import MODEL_WRAPPERS

_SLURM = {"RANK": "SLURM_PROCID", "WORLD_SIZE": "SLURM_NTASKS", "LOCAL_RANK": "SLURM_LOCALID"}
_NODES = "SLURM_NODELIST"
_STEP_NODES = "SLURM_STEP_NODELIST"
_PORTS = range(20_000, 30_000)  # below those that Linux gives to outgoing connections


@MODEL_WRAPPERS.register_module()
class DistributedDataParallel(MMDistributedDataParallel):
    """MMEngine's wrapper for machines without a GPU, in which resumed runs are exact.

    The Runner always passes the local rank as device id, which torch refuses on a CPU. Torch also
    rearranges the buckets of gradients after the first step, in a resumed run as well. With more
    than two processes, a sum depends on the bucket, because rounding depends on the order. With
    ``find_unused_parameters=True``, buckets stay as they are.
    """

    def __init__(self, module: torch.nn.Module, device_ids: Any = None, **kwargs: Any):
        if not torch.cuda.is_available():
            device_ids = None
            kwargs.setdefault("find_unused_parameters", get_world_size() > 2)
        super().__init__(module=module, device_ids=device_ids, **kwargs)


@MODEL_WRAPPERS.register_module()
class FullyShardedDataParallel(MMFullyShardedDataParallel):
    """MMEngine's wrapper of PyTorch's FSDP, which also works on a machine without a GPU."""

    def __init__(self, module: torch.nn.Module, device_id: Any = None, **kwargs: Any):
        if not torch.cuda.is_available():
            device_id = torch.device("cpu")
        super().__init__(module=module, device_id=device_id, **kwargs)


def take_main_buffers(model: torch.nn.Module) -> None:
    """Replace the buffers of a model by those of the main process."""
    for buffer in model.buffers():
        broadcast(buffer, src=0)


def read_slurm(arguments: Sequence[str]) -> None:
    """Tell PyTorch which process of a slurm job this is, if ``--launcher slurm`` is given.

    MMEngine does this later, but needs a GPU, gives all jobs the same port, and looks for the first
    process on the first machine of the job, even if ``srun`` uses other machines of the job.

    Raises:
        ValueError: The process was not started by ``srun``, or slurm does not name its machines.
    """
    if not {"slurm", "--launcher=slurm"} & set(arguments):
        return
    missing = [name for name in (*_SLURM.values(), _NODES) if name not in os.environ]
    if missing:
        raise ValueError(
            f"--launcher slurm needs the environment of srun, which has no {missing[0]}: start the "
            "command with srun, or with torchrun and --launcher pytorch."
        )
    os.environ.update({name: os.environ[slurm] for name, slurm in _SLURM.items()})
    job, step = (int(os.environ.get(name, 0)) for name in ("SLURM_JOB_ID", "SLURM_STEP_ID"))
    os.environ.setdefault("MASTER_PORT", str(_PORTS[(job + 101 * step) % len(_PORTS)]))
    if "MASTER_ADDR" not in os.environ:
        os.environ["MASTER_ADDR"] = _first_host(os.environ.get(_STEP_NODES, os.environ[_NODES]))


def _first_host(nodes: str) -> str:
    """The first name in a list of slurm, such as ``node[1-4]``."""
    command = ("scontrol", "show", "hostnames", nodes)
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise ValueError(
            f"--launcher slurm asks `{' '.join(command)}` for the machine of the first process, "
            f"which failed ({error}): set the environment variable MASTER_ADDR to its name."
        ) from error


def init_cpu_group() -> list[str]:
    """Join the processes of ``torchrun`` or slurm with gloo if there is no GPU.

    Without such a group, MMEngine would call ``torch.cuda.set_device``.

    Returns:
        Arguments for MMPretrain's scripts that choose our wrapper; none if there is a GPU.
    """
    if "LOCAL_RANK" not in os.environ or torch.cuda.is_available():
        return []
    torch.distributed.init_process_group("gloo")
    return [
        "--cfg-options",
        "model_wrapper_cfg.type=mmpartial.DistributedDataParallel",
        "model_wrapper_cfg.broadcast_buffers=False",  # as the Runner chooses by itself
    ]


def close_cpu_group() -> None:
    """Leave the group of :func:`init_cpu_group` when all processes have called this.

    Gloo's threads may abort a process that ends before its wrapped models are collected, because
    these models hold the group, and Runners are in reference cycles.
    """
    gc.collect()
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
