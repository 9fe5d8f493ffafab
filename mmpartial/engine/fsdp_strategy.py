"""MMEngine's strategy for PyTorch's FSDP, with checkpoints in one file."""

from typing import Any

import torch
from mmengine._strategy import FSDPStrategy as StockFSDPStrategy
from torch.distributed.fsdp import FullyShardedDataParallel


class FSDPStrategy(StockFSDPStrategy):
    """MMEngine's FSDPStrategy, which writes whole checkpoints and resumes.

    MMEngine 0.10.7 gives the optimizer's state to PyTorch in an order of arguments that PyTorch
    changed in version 2.1.

    Args:
        state_dict_cfg: As in MMEngine, but ``'full'`` by default.
        **kwargs: Of MMEngine's strategy.
    """

    def __init__(self, *, state_dict_cfg: str | dict = "full", **kwargs: Any):
        super().__init__(state_dict_cfg=state_dict_cfg, **kwargs)
        if not torch.cuda.is_available():
            # PyTorch's copy to the CPU would not copy, and gather all moments in one buffer.
            self.optim_state_dict_config.offload_to_cpu = False

    def load_optim_state_dict(self, state_dict: dict) -> None:
        """Load this process's part of the optimizer's state."""
        optimizer = self.optim_wrapper.optimizer
        load = FullyShardedDataParallel.optim_state_dict_to_load
        self.optim_wrapper.load_state_dict(load(self.model, optimizer, state_dict))
