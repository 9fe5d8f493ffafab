"""Prepares images for a model, with the pipeline of its test images."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import LoadImageFromFile
from torch.utils.data import DataLoader, Dataset

from ...datasets.transforms.pipeline import run_transforms
from ...datasets.transforms.unreadable import MissingImage, UnreadableImage
from ...utils.log import warn
from ...utils.machine import cores
from ...utils.parent import end_with_parent
from .image_files import image_files

Image = str | np.ndarray
Input = str | Path | np.ndarray


def listed(inputs: Input | Sequence[Input]) -> list[Image]:
    """List paths and arrays; the images in a folder take its place.

    Raises:
        ValueError: An input is neither, or a folder has no image.
    """
    several: Sequence[Any] = inputs if isinstance(inputs, list | tuple) else [inputs]
    images: list[Image] = []
    for number, image in enumerate(several):
        if isinstance(image, np.ndarray):
            images.append(image)
        elif isinstance(image, str | Path):
            images += image_files(image).values() if os.path.isdir(image) else [str(image)]
        else:
            raise ValueError(
                f"image {number} is a {type(image).__name__}: give a path, or an array as "
                "cv2.imread returns it."
            )
    return images


class ImageInputs(Dataset):
    """Prepared samples of images; if an image cannot be read, its sample is the error.

    Each sample has the number of its image as ``sample_idx``, and its path as ``img_path``.

    Args:
        images: Paths, or arrays ``(H, W, 3)`` uint8 in BGR, as OpenCV reads them.
        transforms: The transforms of the test pipeline.

    Raises:
        ValueError: An array has another shape or type, or the pipeline reads no files.
    """

    def __init__(self, images: Sequence[Image], transforms: Sequence[Any]):
        self.images, self.transforms = images, list(transforms)
        loaders = [t for t in self.transforms if isinstance(t, LoadImageFromFile)]
        self.loader = loaders[0] if loaders else None
        self.others = [t for t in self.transforms if t not in loaders]
        for number, image in enumerate(images):
            self._check(number, image)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, number: int) -> dict[str, Any] | UnreadableImage:
        try:
            sample = run_transforms(self.others, self.loaded(number))
        except UnreadableImage as error:
            return error
        image = self.images[number]
        named = {} if isinstance(image, np.ndarray) else dict(img_path=image)
        sample["data_samples"].set_metainfo(dict(sample_idx=number, **named))
        return sample

    def loaded(self, number: int) -> dict[str, Any]:
        """Load an image, with its pixels as ``img``, before the other transforms.

        Raises:
            UnreadableImage: It cannot be read.
        """
        image = self.images[number]
        if isinstance(image, np.ndarray):
            takes_floats = self.loader is not None and self.loader.to_float32
            pixels = image.astype(np.float32) if takes_floats else image
            shape = image.shape[:2]
            return dict(img=pixels, img_shape=shape, ori_shape=shape)
        return run_transforms([self.loader], dict(img_path=image))

    def _check(self, number: int, image: Image) -> None:
        if not isinstance(image, np.ndarray):
            if self.loader is None:
                raise ValueError(
                    f"{image}: the model's test pipeline reads no files, because its dataset makes "
                    "the images: give arrays like those of the dataset."
                )
        elif image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise ValueError(
                f"image {number} is an array of {image.dtype} with the shape {image.shape}: give "
                "uint8 with the shape (height, width, 3) in BGR, as cv2.imread does."
            )


Batch = tuple[dict[str, Any] | None, list[UnreadableImage]]


def batches(inputs: ImageInputs, batch_size: int, workers: int | None) -> DataLoader:
    """Batches for ``model.test_step`` (None if no image can be read), and errors of the others.

    ``workers=None`` takes one for each core.
    """
    check_batches(batch_size, workers)
    workers = cores() if workers is None else workers
    return DataLoader(
        inputs,
        batch_size,
        num_workers=workers if len(inputs) > batch_size else 0,
        collate_fn=_collate,
        worker_init_fn=_begin,
    )


def check_batches(batch_size: int, workers: int | None) -> None:
    """Check the number of images in a batch and of processes that read them.

    Raises:
        ValueError: A number is too small.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size}: give 1 or more.")
    if workers is not None and workers < 0:
        raise ValueError(f"workers={workers}: give 0 or more; 0 reads images in this process.")


def check_any_read(errors: Sequence[UnreadableImage], number: int) -> None:
    """Check that not all of some images were unreadable.

    Raises:
        ValueError: They were; the message has the first error.
    """
    if len(errors) == number:
        missing = all(isinstance(error, MissingImage) for error in errors)
        hint = "; paths in a list are relative to its folder, or to --images" if missing else ""
        raise ValueError(f"no image can be read; the first error: {errors[0].fault}{hint}.")


def warn_of_unread(errors: Sequence[UnreadableImage], number: int) -> None:
    """Log which of some images are left out, because they cannot be read."""
    if errors:
        first = "; ".join(error.fault for error in errors[:5])
        warn(f"{len(errors)} of {number} images are left out: {first}.")


def _collate(samples: list[dict[str, Any] | UnreadableImage]) -> Batch:
    good = [sample for sample in samples if isinstance(sample, dict)]
    errors = [sample for sample in samples if not isinstance(sample, dict)]
    if not good:
        return None, errors
    images = [sample["inputs"] for sample in good]
    one_size = len({image.shape for image in images}) == 1
    data_samples = [sample["data_samples"] for sample in good]
    # In shared memory, a tensor takes one file descriptor, and a list takes one for each image.
    inputs = torch.stack(images) if one_size else images
    return dict(inputs=inputs, data_samples=data_samples), errors


def _begin(worker: int) -> None:
    end_with_parent()
    cv2.setNumThreads(0)  # the workers share the cores
