"""Are the weights of a checkpoint those of this model?"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from mmengine.logging import print_log
from torch import Tensor, nn

from .guard_error import GuardError

_LOSS = ".loss_module."


def misfits(model: nn.Module, checkpoint: Mapping[str, Any], with_loss: bool = True) -> list[str]:
    """Name the tensors that only the model or only the checkpoint has, or that have other shapes.

    Args:
        model: The model without wrappers.
        checkpoint: What was read of the file.
        with_loss: Whether tensors of the loss count, which a test does not compute.

    Returns:
        For each such tensor its name and its two shapes.
    """
    state = checkpoint.get("state_dict", checkpoint)
    saved = {re.sub(r"^module\.", "", key): value for key, value in state.items()}
    own = model.state_dict()
    found = [
        f"{name} ({_shape(saved.get(name))} in the checkpoint, {_shape(own.get(name))} in the "
        "model)"
        for name in dict.fromkeys([*own, *saved])
        if _shape(saved.get(name)) != _shape(own.get(name))
        and "num_batches_tracked" not in name
        and (with_loss or _LOSS not in name)
    ]
    return [] if found and _fits_itself(model, saved, with_loss) else found


def check_weights(model: nn.Module, found: list[str], name: str, remedy: str) -> None:
    """Weights of another model, of which those that happen to fit would be taken."""
    if found:
        raise GuardError(
            f"{name} is of another model: {len(found)} tensors do not match (this model has "
            f"{len(model.state_dict())}), such as {found[0]}. {remedy}"
        )


def report_left_out(model: nn.Module, found: list[str], name: str) -> None:
    """Say which weights a run that starts from a checkpoint does not take.

    Raises:
        GuardError: It takes none.
    """
    if not found:
        return
    total = len(model.state_dict())
    lacking = [text for text in found if not text.endswith("none in the model)")]
    if len(lacking) >= sum("num_batches_tracked" not in key for key in model.state_dict()):
        raise GuardError(
            f"load_from={name} has none of the {total} tensors of this model, such as {found[0]}: "
            "give a checkpoint of this architecture, or take load_from out."
        )
    shown = "; ".join(found[:4]) + (f"; and {len(found) - 4} more" if len(found) > 4 else "")
    print_log(
        f"mmpartial guard: load_from={name} gives {total - len(lacking)} of the {total} tensors "
        f"of this model; left out: {shown}",
        logger="current",
        level=30,
    )


def _shape(value: Any) -> str:
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    return "none" if value is None else type(value).__name__


def _fits_itself(model: nn.Module, saved: dict[str, Any], with_loss: bool) -> bool:
    """Whether the model adapts the weights, as transformers do with position embeddings."""
    tried = copy.deepcopy(model)
    try:
        lacking, unexpected = tried.load_state_dict(saved, strict=False)
    except RuntimeError:  # a tensor of another shape
        return False
    return not any(
        "num_batches_tracked" not in name and (with_loss or _LOSS not in name)
        for name in [*lacking, *unexpected]
    )
