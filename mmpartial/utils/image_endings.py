"""Which files are images, by the ending of their name."""

# Photographs as cameras, phones and the web write them, also where a decoder has to be installed
# first (HEIC, JPEG XL): training says so, and nothing is left out unseen.
IMAGE_ENDINGS = (
    ".apng", ".avif", ".bmp", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg",
    ".jpg", ".jxl", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp",
)  # fmt: skip


def is_image(name: str) -> bool:
    """Whether a file's name ends as an image's does.

    >>> is_image('1.JPG'), is_image('1.heic'), is_image('notes.txt')
    (True, True, False)
    """
    return name.lower().endswith(IMAGE_ENDINGS)
