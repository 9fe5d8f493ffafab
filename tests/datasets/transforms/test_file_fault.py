"""Files that are not a whole image."""

import io

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets.transforms.file_fault import fault

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8))


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_thumbnail():
    """A JPEG that has another one, with an end of its own, in its header (an APP segment)."""
    inside = b"Exif\0\0" + saved(NOISE.resize((16, 16)), "JPEG")
    segment = b"\xff\xe1" + (len(inside) + 2).to_bytes(2, "big") + inside
    whole = saved(NOISE, "JPEG")
    return whole[:2] + segment + whole[2:]


@pytest.mark.parametrize("options", [{}, dict(progressive=True), dict(restart_marker_rows=1)])
def test_whole_jpegs(options):
    whole = saved(NOISE, "JPEG", **options)
    for content in (whole, whole + b"\0\0", whole + b"SEFHtrailer of a phone", whole + whole):
        assert fault(content) is None
    assert fault(with_thumbnail()) is None and fault(with_thumbnail() + b"trailer") is None


@pytest.mark.parametrize("whole", [saved(NOISE, "JPEG"), with_thumbnail()])
def test_cut_jpegs(whole):
    for size in (len(whole) - 2, len(whole) * 9 // 10, 500):
        assert fault(whole[:size]) == f"it is cut off after {size:,} bytes"
    padded = whole[:-1000] + bytes(1000)  # a download into a file of the full size
    assert fault(padded) == f"it is cut off after {len(whole):,} bytes"


def test_cut_pngs():
    whole = saved(NOISE, "PNG")
    assert fault(whole) is None and fault(whole + b"\0trailer") is None
    assert fault(whole[:-12]) == f"it is cut off after {len(whole) - 12:,} bytes"
    assert fault(whole[: len(whole) // 2]).startswith("it is cut off")


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "it is empty"),
        (bytes(300), "it has zeros only"),
        (b'\n<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "it is text"),
        (b"<!DOCTYPE html><title>Sign in</title>", "it is text, such as a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "pointer of Git LFS"),
    ],
)
def test_what_is_no_image(content, reason):
    assert reason in fault(content)
