"""The projection that COMIC learns on a frozen backbone."""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ...registry import MODELS


@MODELS.register_module()
class LogSoftmaxProjection(BaseModule):
    """Global average pooling, a linear layer and log-softmax, https://arxiv.org/abs/2304.10539.

    In the authors' code, it replaces the last layer of a frozen ResNet-50: 2048 to 1024 channels.

    Args:
        in_channels: Channels of the backbone's last output.
        out_channels: Channels of the features.
        init_cfg: Config of the initialization.
    """

    def __init__(self, *, in_channels: int, out_channels: int, init_cfg: dict | None = None):
        super().__init__(init_cfg=init_cfg)
        self.fc = nn.Linear(in_channels, out_channels)

    def forward(self, inputs: tuple[Tensor, ...] | Tensor) -> tuple[Tensor]:
        """Features ``(N, D)`` of the last of some ``(N, D', ...)`` outputs, in a tuple."""
        x = inputs if isinstance(inputs, Tensor) else inputs[-1]
        return (self.fc(x.flatten(2).mean(2) if x.dim() > 2 else x).log_softmax(1),)
