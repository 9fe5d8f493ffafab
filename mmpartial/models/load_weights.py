"""Loading weights that have to fit."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn


def load_weights(model: nn.Module, state: Mapping[str, Tensor], checkpoint: Any) -> None:
    """Load weights into a model.

    Args:
        model: The model.
        state: The weights.
        checkpoint: Where they come from, for a message.

    Raises:
        ValueError: They do not fit the model.
    """
    own = model.state_dict()
    missing, unknown = sorted({*own} - {*state}), sorted({*state} - {*own})
    other = [key for key in own if key in state and own[key].shape != state[key].shape]
    faults = {"are missing": missing, "are not in the model": unknown, "have another shape": other}
    wrong = [f"{len(keys)} {fault}" for fault, keys in faults.items() if keys]
    if wrong:
        raise ValueError(
            f"the weights of {checkpoint} do not fit the config: {', '.join(wrong)}, such as "
            f"{(missing or unknown or other)[0]}. Leave the config out to use the one in the "
            "checkpoint."
        )
    model.load_state_dict(state)
