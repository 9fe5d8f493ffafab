"""The endings of the names of image files, and the images in a folder."""

import os
from collections.abc import Iterator

# Images of cameras, phones and the web. Some need a decoder that is not installed by default (HEIC,
# JPEG XL); then training stops and says so, and no image is left out silently.
IMAGE_ENDINGS = (
    ".apng", ".avif", ".bmp", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg",
    ".jpg", ".jxl", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp",
)  # fmt: skip


def is_image(name: str) -> bool:
    """Whether a file is an image, by its name.

    >>> is_image('1.JPG'), is_image('1.heic'), is_image('notes.txt')
    (True, True, False)
    """
    return name.lower().endswith(IMAGE_ENDINGS)


def images_in(folder: str) -> Iterator[str]:
    """The paths of the images in a folder and in the folders in it, sorted, without hidden ones."""
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_image(name) and not name.startswith("."):
                yield os.path.join(above, name)
