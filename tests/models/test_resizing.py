"""Resizing as a module, against the transforms of a pipeline."""

import re

import numpy as np
import pytest
import torch
from mmengine.dataset import Compose

from mmpartial.models.resizing import resizing_of

LOAD, PACK = dict(type="LoadImageFromFile"), dict(type="PackInputs")
RESIZE = dict(type="Resize", scale=(32, 24))
EDGE, CROP = dict(type="ResizeEdge", scale=21), dict(type="CenterCrop", crop_size=(14, 18))
SIZES = [(24, 32), (12, 16), (7, 90), (300, 31), (64, 96), (1, 1), (400, 610)]


@pytest.mark.parametrize("steps", [[RESIZE], [EDGE, CROP], [EDGE, dict(CROP, crop_size=20)]])
def test_pixels_are_those_of_the_pipeline(steps):
    resizing = resizing_of([LOAD, *steps, PACK])
    pipeline = Compose(steps)
    generator = np.random.default_rng(0)
    different = total = 0
    for size in SIZES:
        image = generator.integers(0, 256, (*size, 3), dtype=np.uint8)
        expected = pipeline(dict(img=image))["img"].astype(int)
        found = resizing(torch.from_numpy(image)[None])[0].numpy()
        assert found.shape == expected.shape
        difference = np.abs(found - expected)
        assert difference.max() <= 1  # versions of OpenCV, and its code for some processors, differ
        different, total = different + (difference > 0).sum(), total + difference.size
    assert different <= 0.2 * total


def test_a_batch_is_resized_as_its_images():
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (3, 40, 50, 3), np.uint8))
    resizing = resizing_of([EDGE, CROP])
    assert torch.equal(resizing(images), torch.cat([resizing(image[None]) for image in images]))


@pytest.mark.parametrize(("steps", "named"), [
    ([dict(type="mmpretrain.RandomFlip", prob=0.5), RESIZE], "RandomFlip(prob=0.5), which cannot"),
    ([dict(RESIZE, keep_ratio=True)], "Resize(scale=(32, 24), keep_ratio=True), which cannot"),
    ([dict(RESIZE, backend="pillow")], "backend='pillow'"),
    ([dict(RESIZE, interpolation="bicubic")], "interpolation='bicubic'"),
    ([dict(LOAD, color_type="grayscale"), RESIZE], "LoadImageFromFile(color_type='grayscale')"),
    ([EDGE, dict(CROP, crop_size=22)], "CenterCrop(crop_size=22), which is larger than"),
    ([RESIZE, CROP], "Resize and CenterCrop, and only"),
    ([EDGE], "ResizeEdge, and only"),
    ([], "no Resize, and only"),
])  # fmt: skip
def test_what_cannot_be_exported_is_named(steps, named):
    with pytest.raises(ValueError, match=re.escape(named)) as error:
        resizing_of([*steps, PACK])
    assert "--no-resize HEIGHT WIDTH" in str(error.value)
