"""Distributed training without a GPU, which MMEngine 0.10.7 cannot start."""

import gc
import os
from typing import Any

import torch
from mmengine.model import MMDistributedDataParallel

from ..registry import MODEL_WRAPPERS


@MODEL_WRAPPERS.register_module()
class DistributedDataParallel(MMDistributedDataParallel):
    """MMEngine's wrapper, but without ``device_ids`` on a machine without a GPU.

    The Runner always passes the local rank as device id, and torch refuses it on a CPU.
    """

    def __init__(self, module: torch.nn.Module, device_ids: Any = None, **kwargs: Any):
        super().__init__(
            module=module, device_ids=device_ids if torch.cuda.is_available() else None, **kwargs
        )


def init_cpu_group() -> list[str]:
    """Join the processes of ``torchrun`` with gloo if there is no GPU.

    MMEngine would call ``torch.cuda.set_device``, unless there is a group already.

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
    """Leave the group of :func:`init_cpu_group` when all processes have come here.

    A process that ends before its wrapped models are collected may be aborted by gloo's threads:
    these models hold the group, and Runners are in reference cycles.
    """
    gc.collect()
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
