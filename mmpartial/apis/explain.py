"""Shows where in images a model sees its classes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmpretrain.models import ImageClassifier
from torch import Tensor

from ..datasets.transforms.unreadable import UnreadableImage
from ..formats.common.output_paths import write_figure
from ..models.class_maps import class_maps, likely_classes
from ..reports.overlay import overlays, seen
from ..reports.panels import panels
from ..reports.svg import shortened
from ..utils.names import class_numbers
from .multi_label_inferencer import MultiLabelInferencer
from .prediction.drawing import drawn_files
from .prediction.image_files import Paths, image_files
from .prediction.image_inputs import check_any_read, warn_of_unread

_MOST = 7  # classes of an image, if the user names none


class Explanation(NamedTuple):
    """Class maps of an image.

    Attributes:
        image: The path, or the name in a list.
        pixels: ``(H, W, 3)`` uint8, the image as the network sees it: red, green, blue.
        classes: The K classes.
        probabilities: ``(K,)`` their probabilities.
        maps: ``(K, h, w)`` float32, their logits at places of the image, from
            :func:`~mmpartial.models.class_maps.class_maps`.
    """

    image: str
    pixels: np.ndarray
    classes: list[str]
    probabilities: np.ndarray
    maps: np.ndarray

    def pictures(self) -> list[np.ndarray]:
        """The image with colour where the model sees a class, one array for each class."""
        return overlays(self.pixels, self.maps)


def explain(
    checkpoint: str | Path | ImageClassifier,
    paths: Paths,
    classes: Sequence[str] | None = None,
    *,
    config: str | Path | Config | None = None,
    images: str | None = None,
    batch_size: int = 32,
    workers: int | None = None,
    device: Any = None,
) -> Iterator[Explanation]:
    """Compute class maps of image files, one image after the other.

    Images that cannot be read are left out, and the log names them at the end.

    Args:
        checkpoint: A checkpoint, or a model from :func:`load_model`.
        paths: Image files, folders, patterns and lists of paths, as in :func:`predict`.
        classes: Names of classes; by default the positive classes of each image, or the most likely
            one if no class is positive.
        config: The config, if it is not the one in the checkpoint.
        images: The folder of the paths in lists.
        batch_size: Images in a batch.
        workers: Processes that read images; by default one for each core.
        device: The device; by default a GPU if there is one.

    Raises:
        FileNotFoundError: There is no such checkpoint, file or folder.
        ValueError: There is no such class, the model has no map, or no image can be read.
    """
    files = image_files(paths, images)
    model: Any = checkpoint if config is None else config
    pretrained: Any = None if config is None else checkpoint
    inferencer = MultiLabelInferencer(model, pretrained, device)
    wanted = None if classes is None else class_numbers(classes, inferencer.classes)
    names, faults = list(files), list[UnreadableImage]()
    for batch in inferencer.preprocess(list(files.values()), batch_size, workers, faults):
        yield from _explained(inferencer, batch, wanted, names)
    check_any_read(faults, len(names))
    warn_of_unread(faults, len(names))


def write_explanations(
    checkpoint: str | Path | ImageClassifier,
    paths: Paths,
    out: str | Path,
    classes: Sequence[str] | None = None,
    force: bool = False,
    **options: Any,
) -> list[Path]:
    """Write a picture of the class maps of each image.

    Args:
        checkpoint: As in :func:`explain`.
        paths: As in :func:`explain`.
        out: The folder of the pictures.
        classes: As in :func:`explain`.
        force: Overwrite existing pictures.
        **options: The other arguments of :func:`explain`.

    Returns:
        The files of the pictures.

    Raises:
        FileExistsError: A picture exists.
    """
    files = image_files(paths, options.get("images"))
    pictures = dict(zip(files, drawn_files(list(files.values()), out, force), strict=True))
    written = []
    for found in explain(checkpoint, paths, classes, **options):
        named = zip(map(shortened, found.classes), found.probabilities, strict=True)
        titles = [f"{name} {probability:.2f}" for name, probability in named]
        file = pictures[found.image]
        write_figure(file, panels(found.pixels, found.pictures(), titles))
        written.append(file)
    return written


def _explained(
    inferencer: MultiLabelInferencer, batch: dict, wanted: list[int] | None, names: Sequence[str]
) -> Iterator[Explanation]:
    """The maps of a batch; images of different sizes go one by one."""
    model: Any = inferencer.model
    inputs = batch["inputs"]
    groups = [inputs] if isinstance(inputs, Tensor) else [image[None] for image in inputs]
    samples = iter(batch["data_samples"])
    for group in groups:
        data = model.data_preprocessor(dict(inputs=group), training=False)["inputs"]
        maps = class_maps(model, data)
        with torch.no_grad():
            scores, yes = model.head.decision(model(data, mode="tensor"))
        for image, of_image, score, positive in zip(group, maps, scores, yes, strict=True):
            chosen = wanted or likely_classes(score, positive, _MOST)
            yield Explanation(
                names[next(samples).sample_idx],
                seen(image),
                [inferencer.classes[cls] for cls in chosen],
                score[chosen].cpu().numpy(),
                of_image[chosen].cpu().numpy(),
            )
