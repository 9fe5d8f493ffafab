"""Mixed precision on a CPU, which MMEngine's AmpOptimWrapper refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.optim import OptimWrapper
from torch import nn

from ..registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class BFloat16OptimWrapper(OptimWrapper):
    """MMEngine's wrapper with the network in bfloat16, on a CPU or a GPU.

    Weights, gradients, losses and pseudo labels stay in float32. bfloat16 has the range of float32,
    so the loss needs no scale.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Run the forward pass of a training step in bfloat16 where PyTorch considers it safe."""
        device = next(model.parameters()).device.type
        with super().optim_context(model), torch.autocast(device, torch.bfloat16):
            yield
