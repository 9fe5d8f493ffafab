"""Images of all kinds look as in a viewer."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from mmpartial.datasets.transforms.decode import decode

PHOTO = np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8)
FLAT = np.kron(PHOTO[:3, :4], np.ones((16, 16, 1), np.uint8))


def saved(array, kind, **options):
    file = io.BytesIO()
    image = array if isinstance(array, Image.Image) else Image.fromarray(array)
    image.save(file, kind, **options)
    return file.getvalue()


def encoded(ending, array):
    # OpenCV 4 writes floats as logarithms, which are not exact.
    plain = [cv2.IMWRITE_TIFF_COMPRESSION, 1] if ending == ".tif" else []
    return cv2.imencode(ending, array, plain)[1].tobytes()


def shown(content, bits=None):
    image = decode(content, bits)[0]
    assert image.dtype == np.uint8 and image.ndim == 3 and image.flags.c_contiguous
    return image


@pytest.mark.parametrize("content, kind", [
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\1" * 50, "HEIC"),
    (b"\xff\x0a" + b"\1" * 50, "JPEG XL"),
])  # fmt: skip
def test_formats_without_a_decoder(content, kind):
    with pytest.raises(ValueError, match=f"image in {kind}, which cannot be decoded: convert it"):
        decode(content)


@pytest.mark.parametrize(
    "content",
    [
        saved(FLAT, "JPEG"), saved(FLAT, "JPEG", progressive=True), saved(FLAT[..., 0], "JPEG"),
        saved(FLAT, "PNG"), saved(FLAT[..., 0], "PNG"), saved(FLAT, "BMP"),
        saved(FLAT, "WEBP"), saved(FLAT, "TIFF"), saved(FLAT, "TIFF", compression="tiff_lzw"),
        saved(np.dstack([FLAT, np.full(FLAT.shape[:2], 255, np.uint8)]), "PNG"),
        encoded(".png", np.arange(256, dtype=np.uint16).reshape(8, 32) * 257),
        encoded(".tif", np.arange(256, dtype=np.uint16).reshape(8, 32) * 256),
    ],
)  # fmt: skip
def test_ordinary_files_are_as_opencv_decodes_them(content):
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(shown(content), expected)


@pytest.mark.parametrize(
    "min_side, size", [(1, (6, 8)), (7, (12, 16)), (13, (24, 32)), (24, (24, 32)), (25, (48, 64))]
)
def test_large_photos_are_decoded_smaller(min_side, size):
    image, _ = decode(saved(FLAT, "JPEG", quality=95), min_side=min_side)
    assert image.shape[:2] == size
    whole = cv2.resize(FLAT[..., ::-1], size[::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(image.astype(int) - whole).mean() < 12
    for content in (saved(FLAT, "PNG"), saved(FLAT, "BMP")):
        assert decode(content, min_side=1)[0].shape == FLAT.shape


def test_a_reduced_photo_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image, _ = decode(saved(FLAT, "JPEG", exif=exif), min_side=24)
    assert image.shape[:2] == (32, 24)


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("ending", [".png", ".tif", ".pgm"])
def test_samples_of_fewer_bits_in_16(ending, bits):
    grey = PHOTO[..., 0].astype(np.uint16)
    grey[0, 0] = 255
    image, found = decode(encoded(ending, grey << (bits - 8)))
    assert found == bits
    np.testing.assert_array_equal(image, np.repeat(grey[..., None], 3, axis=2))


def test_colours_of_12_bits_and_8_bits_in_16():
    deep = PHOTO.astype(np.uint16)
    deep[0, 0] = 255
    np.testing.assert_array_equal(shown(encoded(".png", deep * 16)), deep)
    np.testing.assert_array_equal(shown(encoded(".tif", deep)), deep)


def test_bits_that_are_given():
    dark = encoded(".png", np.array([[100, 1000]], np.uint16))
    assert shown(dark, 12)[0, :, 0].tolist() == [6, 62]
    assert shown(dark, 16)[0, :, 0].tolist() == [0, 3]
    with pytest.raises(ValueError, match="it has the number 1000, too large for bits=8"):
        decode(dark, 8)


def test_a_tiff_whose_zero_is_white():
    content = saved(np.array([[0, 4095]], np.uint16), "TIFF", tiffinfo={262: 0})
    assert shown(content)[0, :, 0].tolist() == [255, 0]


def test_floats_and_other_numbers():
    assert shown(encoded(".tif", np.array([[0, 0.5, 1]], np.float32)))[0, :, 0].tolist() == [
        0, 128, 255,
    ]  # fmt: skip
    blue = np.zeros((1, 2, 3), np.float32)
    blue[..., 0] = 1
    assert shown(encoded(".tif", blue))[0, 0].tolist() == [255, 0, 0]
    for wrong in (np.array([[0, 255]], np.float32), np.array([[np.nan, 1]], np.float32)):
        with pytest.raises(ValueError, match=r"it has numbers from .*, but white is 1"):
            decode(encoded(".tif", wrong))
    with pytest.raises(ValueError, match="numbers from -1000 to 300, but white is"):
        decode(saved(np.array([[-1000, 300]], np.int32), "TIFF"))  # Hounsfield units


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_what_is_transparent_is_white(kind):
    image = np.zeros((2, 2, 4), np.uint8)
    image[0, 0] = (255, 0, 0, 255)
    options = dict(lossless=True) if kind == "WEBP" else {}
    expected = [[[0, 0, 255], [255] * 3], [[255] * 3, [255] * 3]]
    assert shown(saved(image, kind, **options)).tolist() == expected


def test_other_kinds_of_transparency():
    grey = np.array([[[0, 255], [0, 0]]], np.uint8)
    assert shown(saved(grey, "PNG"))[0, :, 0].tolist() == [0, 255]
    palette = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    palette.putpalette([10, 20, 30, 0, 0, 0])
    content = saved(palette, "PNG", transparency=1)
    assert shown(content)[0].tolist() == [[30, 20, 10], [255, 255, 255]]


def test_an_image_that_is_transparent_as_a_whole_is_shown():
    hidden = np.dstack([PHOTO, np.zeros(PHOTO.shape[:2], np.uint8)])
    np.testing.assert_array_equal(shown(saved(hidden, "PNG")), PHOTO[..., ::-1])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_turned_images(kind, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    options = dict(exif=exif) if kind == "JPEG" else dict(tiffinfo={0x112: orientation})
    content = saved(FLAT, kind, **options)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))))
    assert shown(content).shape == expected.shape
    assert np.abs(shown(content)[..., ::-1].astype(int) - expected).max() <= 8


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind):
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # red
    blue, green, red = shown(saved(image, kind))[8, 8].tolist()
    assert red > 220 and green < 60 and blue < 60


def test_few_colours():
    bits = Image.new("1", (9, 2), 1)
    assert (shown(saved(bits, "PNG")) == 255).all() and (shown(saved(bits, "TIFF")) == 255).all()
    red = Image.new("RGB", (4, 4), (250, 0, 0)).convert("P", palette=Image.Palette.ADAPTIVE)
    for kind in ("PNG", "GIF", "BMP"):
        assert shown(saved(red, kind))[0, 0].tolist() == [0, 0, 250]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "TIFF"])
def test_damaged(kind):
    content = saved(FLAT, kind)
    with pytest.raises(ValueError, match="it is damaged, or not an image"):
        decode(content[: len(content) // 2])


def test_more_pixels_than_opencv_reads():
    header = b"P5 70000 70000 255\n"
    with pytest.raises(ValueError, match="more pixels than OpenCV reads, unless .*MAX_IMAGE_PIXEL"):
        decode(header + bytes(100))
