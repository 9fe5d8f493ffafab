"""Did the pretrained weights that the config asks for arrive?"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from .guard_error import GuardError
from .run import Run

Shapes = Mapping[str, torch.Size]


def check_pretrained(run: Run) -> None:
    """A part of the model of whose tensors a ``Pretrained`` init_cfg loaded less than half.

    MMEngine loads what fits by name and logs the rest, so a file with other names leaves a random
    network.
    """
    if run.saved is not None:  # a checkpoint has replaced them
        return
    for name, module in run.model.named_modules():
        for init in _pretrained(module):
            own = _shapes(module.state_dict())
            saved = _saved_shapes(init["checkpoint"])
            fitting = _fitting(own, _selected(saved, init.get("prefix")))
            if 2 * fitting < len(own):
                raise GuardError(
                    f"model.{name} got {fitting} of its {len(own)} tensors from "
                    f"{init['checkpoint']} and would train from random weights: its names are like "
                    f"{_example(own)}, those of the file like {_example(saved)}. "
                    f"{_remedy(own, saved, init)}"
                )


def _pretrained(module: nn.Module) -> Iterator[dict]:
    init = getattr(module, "init_cfg", None) or []
    for part in [init] if isinstance(init, dict) else init:
        if part.get("type") == "Pretrained":
            yield part


def _saved_shapes(path: str) -> Shapes:
    content = CheckpointLoader.load_checkpoint(path, map_location="cpu", logger=None)
    return _shapes(content.get("state_dict", content))


def _shapes(state: Mapping[str, Any]) -> Shapes:
    return {
        name: value.shape
        for name, value in state.items()
        if isinstance(value, Tensor) and not name.endswith("num_batches_tracked")
    }


def _selected(saved: Shapes, prefix: str | None) -> Shapes:
    """What MMEngine takes of a file; without a prefix it drops parallel training's ``module.``."""
    if prefix is None:
        return {name.removeprefix("module."): shape for name, shape in saved.items()}
    return _without(saved, prefix)


def _without(shapes: Shapes, prefix: str) -> Shapes:
    """What a prefix selects, by the rest of the names."""
    start = prefix if prefix.endswith(".") else f"{prefix}."
    return {k.removeprefix(start): shape for k, shape in shapes.items() if k.startswith(start)}


def _fitting(own: Shapes, given: Shapes) -> int:
    return sum(given.get(name) == shape for name, shape in own.items())


def _example(shapes: Shapes) -> str:
    return repr(next(iter(shapes), "none"))


def _remedy(own: Shapes, saved: Shapes, init: dict) -> str:
    """Advice on the prefix that makes the most tensors fit, if one does."""
    prefixes = {
        ".".join(name.split(".")[:depth])
        for name in saved
        for depth in range(1, name.count(".") + 1)
    }
    best = max(prefixes, key=lambda p: (_fitting(own, _without(saved, p)), -len(p)), default="")
    if best and 2 * _fitting(own, _without(saved, best)) >= len(own):
        return f"Set prefix={best!r} in its init_cfg."
    if 2 * _fitting(own, _selected(saved, None)) >= len(own):
        return "Set prefix=None in its init_cfg."
    inside = next(iter(own), "").split(".")[0]
    if 2 * _fitting(_without(own, inside), saved) >= len(own):
        source = "url" if "://" in init["checkpoint"] else "file"
        return (
            f"The file has these names without {inside + '.'!r}: for a timm network, replace "
            "init_cfg by pretrained=True, "
            f"pretrained_cfg_overlay=dict({source}={init['checkpoint']!r})."
        )
    return "Take the file of this network."
