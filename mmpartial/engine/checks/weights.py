"""Does a checkpoint hold the weights of this model?"""

import copy
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from ...utils.messages import counted
from .run import GuardError, Run, warn

_LOSS = ".loss_module."


def check_content(run: Run) -> None:
    """Refuse a file without weights."""
    if not isinstance(run.checkpoint, dict):
        kind = type(run.checkpoint).__name__
        raise GuardError(f"{_file(run)} holds a {kind} and no weights: take another file.")


def check_complete(run: Run) -> None:
    """Refuse to resume from a file that holds only weights."""
    lacking = {"meta", "message_hub", "optimizer"} - set(run.checkpoint)
    if lacking:
        name = _file(run)
        raise GuardError(
            f"{name} lacks parts that a resumed run needs ({', '.join(sorted(lacking))}): resume "
            "from a checkpoint that training wrote, or start from its weights, --cfg-options "
            f"load_from={name} without --resume."
        )


def _file(run: Run) -> str:
    return "the checkpoint" if run.saved is None else run.saved.name


def check_resumed_weights(run: Run) -> None:
    """Refuse to resume with weights of another model."""
    _check(
        run,
        True,
        "resume with the config of that run, or start from the weights that fit with load_from",
    )


def check_tested_weights(run: Run) -> None:
    """Refuse to test with weights of another model; a test does not need those of the loss."""
    _check(run, False, "test it with the config that trained it")


def _check(run: Run, with_loss: bool, remedy: str) -> None:
    found = misfits(run.model, run.checkpoint, with_loss)
    if found and run.saved is not None:
        raise GuardError(
            f"{run.saved.name} belongs to another model ({len(found)} tensors do not match, this "
            f"model has {len(run.model.state_dict())}), such as {found[0]}: {remedy}."
        )


def report_left_out(run: Run) -> None:
    """Log which weights a run that starts from a checkpoint does not take.

    Raises:
        GuardError: The run takes none of them.
    """
    found = misfits(run.model, run.checkpoint)
    if not found or run.saved is None:
        return
    name, state = run.saved.name, run.model.state_dict()
    lacking = [text for text in found if not text.endswith("none in the model)")]
    if len(lacking) >= sum("num_batches_tracked" not in key for key in state):
        raise GuardError(
            f"load_from={name} has none of the {len(state)} tensors of this model, such as "
            f"{found[0]}: set load_from to a checkpoint of this architecture, or to None."
        )
    warn(
        f"load_from={name} gives {len(state) - len(lacking)} of the {len(state)} tensors of this "
        f"model; left out: {counted(found, 4, '; ')}"
    )


def misfits(model: nn.Module, checkpoint: Mapping[str, Any], with_loss: bool = True) -> list[str]:
    """The tensors that only the model or only a checkpoint has, or that differ in shape.

    Each is described by its name and both shapes. ``with_loss`` includes those of the loss.
    """
    state = checkpoint.get("state_dict", checkpoint)
    saved = {key.removeprefix("module."): value for key, value in state.items()}
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


def _shape(value: Any) -> str:
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    return "none" if value is None else type(value).__name__


def _fits_itself(model: nn.Module, saved: dict[str, Any], with_loss: bool) -> bool:
    """Whether the model adapts a weight itself, as transformers do with position embeddings."""
    tried = copy.deepcopy(model)
    try:
        lacking, unexpected = tried.load_state_dict(saved, strict=False)
    except RuntimeError:  # a tensor of another shape
        return False
    return not any(
        "num_batches_tracked" not in name and (with_loss or _LOSS not in name)
        for name in [*lacking, *unexpected]
    )
