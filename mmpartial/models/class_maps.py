"""Where in an image a model sees a class."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from mmpretrain.models import ImageClassifier
from torch import Tensor

from .backbones.extracted_features import ExtractedFeatures
from .necks import ChannelsLastPooling

Stage = Callable[[Any], Any]


@torch.no_grad()
def class_maps(
    model: ImageClassifier, images: Tensor, classes: Sequence[int] | slice = slice(None)
) -> Tensor:
    """The logit of each class at each place of the last feature map.

    The layers after the map, from the pooling to the head, get the features of one place as if
    the whole image looked like it. For a linear head after global average pooling this is the class
    activation map of https://arxiv.org/abs/1512.04150: W f + b at each place. Its mean over the
    places is the logit of the image, and so is the mean of :class:`mmpartial.BoostLUHead`'s maps.
    :class:`mmpartial.QSamplingCSRAHead` gives 1 + lam times its scores, whose mean is not the
    logit.

    Args:
        model: A classifier in evaluation mode.
        images: ``(N, 3, H, W)``, after the model's data preprocessor.
        classes: The numbers of the classes to return.

    Returns:
        ``(N, C, h, w)`` float32.

    Raises:
        ValueError: The backbone gives no map, or the layers after the map cannot take one place.
    """
    features, rest = _last_map(_stages(model), images)
    places = features.permute(0, 2, 3, 1)
    flat = places.flatten(0, 2)
    logits: Any = flat[:, None, None] if _channels_last(rest) else flat[:, :, None, None]
    logits = (logits,)
    try:
        for stage in rest:
            logits = stage(logits)
    except RuntimeError as error:
        raise ValueError(
            "the layers after the feature map take no single place of it, so nobody can say where "
            f"in the image a class is ({error})."
        ) from None
    return logits.float()[:, classes].unflatten(0, places.shape[:3]).permute(0, 3, 1, 2)


def likely_classes(scores: Tensor, positive: Tensor, most: int) -> list[int]:
    """Choose the classes of an image for which a map is shown.

    Args:
        scores: ``(C,)`` probabilities.
        positive: ``(C,)`` bool, whether a class is positive.
        most: The largest number of classes.

    Returns:
        The positive classes, the most likely first; if none is positive, the most likely one.
    """
    number = min(max(1, int(positive.sum())), most)
    return (scores + positive).topk(number).indices.tolist()


def _stages(model: ImageClassifier) -> list[Stage]:
    """The steps from images to logits."""
    backbone = model.backbone
    first = backbone.stages() if isinstance(backbone, ExtractedFeatures) else [backbone]
    return [*first, *([model.neck] if model.with_neck else []), model.head]


def _last_map(stages: Sequence[Stage], images: Tensor) -> tuple[Tensor, Sequence[Stage]]:
    """The last feature map ``(N, D, h, w)``, and the stages that follow it."""
    found, after, shape = None, 0, tuple(images.shape)
    features: Any = images
    for number, stage in enumerate(stages[:-1]):
        features = stage(features)
        last = features if isinstance(features, Tensor) else features[-1]
        shape = tuple(last.shape)
        if last.dim() == 4 and last[0].numel() > max(shape[1], shape[3]):
            found, after = last, number + 1
    if found is None:
        raise ValueError(
            f"the backbone gives features of shape {shape}, not a map, so nobody can say where in "
            "the image a class is: train with a backbone that gives a map and with "
            "model.neck=dict(type='GlobalAveragePooling'), such as any convolutional network, or "
            "a transformer of MMPretrain with out_type='featmap'."
        )
    rest = stages[after:]
    return (found.movedim(3, 1) if _channels_last(rest) else found), rest


def _channels_last(rest: Sequence[Stage]) -> bool:
    """Whether the stages after a map expect the channels last, as in timm's Swin."""
    return isinstance(rest[0], ChannelsLastPooling)
