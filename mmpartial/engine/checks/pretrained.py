"""Were the pretrained weights of the config loaded?"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from .run import GuardError, Run

Shapes = Mapping[str, torch.Size]


def check_pretrained(run: Run) -> None:
    """Refuse a part of the model that got less than half of its tensors from ``init_cfg``.

    MMEngine loads tensors whose names fit and logs the others. So a network stays random if the
    file has other names.
    """
    if run.saved is not None:  # a checkpoint has replaced them
        return
    for name, module in run.model.named_modules():
        for init in _pretrained(module):
            own = _shapes(module.state_dict())
            content = CheckpointLoader.load_checkpoint(init["checkpoint"], "cpu", logger=None)
            saved = _shapes(content.get("state_dict", content))
            fitting = _fitting(own, _selected(saved, init.get("prefix")))
            if 2 * fitting < len(own):
                raise GuardError(
                    f"model.{name} got {fitting} of its {len(own)} tensors from "
                    f"{init['checkpoint']} and would train from random weights (it has names such "
                    f"as {_example(own)}, the file such as {_example(saved)}): "
                    f"{_remedy(own, saved, init)}."
                )


def _pretrained(module: nn.Module) -> Iterator[dict]:
    init = getattr(module, "init_cfg", None) or []
    for part in [init] if isinstance(init, dict) else init:
        if part.get("type") == "Pretrained":
            yield part


def _shapes(state: Mapping[str, Any]) -> Shapes:
    return {
        name: value.shape
        for name, value in state.items()
        if isinstance(value, Tensor) and not name.endswith("num_batches_tracked")
    }


def _selected(saved: Shapes, prefix: str | None) -> Shapes:
    """The tensors that MMEngine loads; without a prefix, it drops ``module.`` from names."""
    if prefix is None:
        return {name.removeprefix("module."): shape for name, shape in saved.items()}
    return _without(saved, prefix)


def _without(shapes: Shapes, prefix: str) -> Shapes:
    """The tensors with a prefix, by the rest of their names."""
    start = prefix if prefix.endswith(".") else f"{prefix}."
    return {k.removeprefix(start): shape for k, shape in shapes.items() if k.startswith(start)}


def _fitting(own: Shapes, given: Shapes) -> int:
    return sum(given.get(name) == shape for name, shape in own.items())


def _example(shapes: Shapes) -> str:
    return repr(next(iter(shapes), "none"))


def _remedy(own: Shapes, saved: Shapes, init: dict) -> str:
    """Advice on the prefix with which the most tensors fit, if there is one."""
    prefixes = {
        ".".join(name.split(".")[:depth])
        for name in saved
        for depth in range(1, name.count(".") + 1)
    }
    best = max(prefixes, key=lambda p: (_fitting(own, _without(saved, p)), -len(p)), default="")
    if best and 2 * _fitting(own, _without(saved, best)) >= len(own):
        return f"set prefix={best!r} in its init_cfg"
    if 2 * _fitting(own, _selected(saved, None)) >= len(own):
        return "set prefix=None in its init_cfg"
    inside = next(iter(own), "").split(".")[0]
    if 2 * _fitting(_without(own, inside), saved) >= len(own):
        source = "url" if "://" in init["checkpoint"] else "file"
        return (
            f"the file has these names without {inside + '.'!r}, so for a timm network replace "
            "init_cfg by pretrained=True, "
            f"pretrained_cfg_overlay=dict({source}={init['checkpoint']!r})"
        )
    return "set init_cfg.checkpoint to the file of this network"
