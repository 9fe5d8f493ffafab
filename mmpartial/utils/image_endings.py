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


def images_in(folder: str, around: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of the images in a folder and in the folders in it, sorted, without hidden ones.

    Links to folders are followed, but not back to a folder around them.

    Args:
        folder: The folder.
        around: The real paths of the folders around it.
    """
    around = (*around, os.path.realpath(folder))
    folders = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                folders.append(entry)
            elif is_image(entry.name):
                yield entry.path
    for entry in folders:
        if not (entry.is_symlink() and leads_back(entry.path, around)):
            yield from images_in(entry.path, around)


def leads_back(link: str, around: tuple[str, ...]) -> bool:
    """Whether a link leads to a folder with one of these folders in it, or to one of them."""
    target = os.path.join(os.path.realpath(link), "")
    return any(os.path.join(folder, "").startswith(target) for folder in around)
