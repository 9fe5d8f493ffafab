"""Predicts one image in one call."""

from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmpretrain.models import ImageClassifier

from .multi_label_inferencer import MultiLabelInferencer
from .prediction.image_inputs import Input


def inference_model(
    model: ImageClassifier | str | Path | Config, inputs: Input, **options: Any
) -> dict[str, Any]:
    """Predict an image, as MMPretrain's function of this name does for single-label models.

    Args:
        model: As in :class:`MultiLabelInferencer`. Several calls are faster with a model than with
            a checkpoint.
        inputs: The image.
        **options: ``pretrained``, ``device``, and the options of a call of
            :class:`MultiLabelInferencer`.
    """
    own = {key: options.pop(key) for key in ("pretrained", "device") if key in options}
    return MultiLabelInferencer(model, **own)(inputs, **options)[0]
