"""The network that computed the features on which another was trained."""

import hashlib
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from ..registry import MODELS
from ..utils.log import without_notes


def weights_hash(extractor: nn.Module) -> str:
    """A hash of the weights that compute features."""
    digest = hashlib.blake2b(digest_size=16)
    for name, value in extractor_weights(extractor).items():
        digest.update(name.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def extractor_weights(extractor: nn.Module) -> dict[str, Tensor]:
    """The weights that compute features: those of backbone and neck."""
    weights = extractor.state_dict()
    return {name: value for name, value in weights.items() if not name.startswith("head.")}


def weights_of_features(config: dict, features: Mapping[str, Any], name: Any) -> dict[str, Tensor]:
    """Read the weights that computed the features of a training again from their source.

    Args:
        config: Config of the extractor.
        features: Facts of the features, which the checkpoint's dataset has.
        name: The checkpoint, for a message.

    Raises:
        ValueError: The config now gives other weights.
    """
    with without_notes():
        extractor = MODELS.build(config)
        extractor.init_weights()
    if weights_hash(extractor) != features.get("weights"):
        raise ValueError(
            f"{name} was trained on features of another network than its config's extractor "
            "gives now: install the package of weights that the training used, or train again."
        )
    return extractor_weights(extractor)
