"""Images outside the folders that a user has named."""

import os
from collections.abc import Iterable, Sequence

from ..utils.log import warn
from ..utils.messages import few
from ..utils.names import in_lines, visible

_SIGNS = ("\n/", "../", ":/", ":\\")  # of paths that may lead elsewhere
_SHOWN = 3  # images in a message
_OPTION = "outside_data_root=True in the dataset"


def check_inside(images: Sequence[str], prefix: str, roots: Sequence[str]) -> None:
    """Refuse images whose paths lead out of some folders.

    Args:
        images: Paths below ``prefix``, or absolute ones.
        prefix: The image folder.
        roots: The folders; images may be anywhere if there is none.

    Raises:
        ValueError: There are such images; the message names the first and the option to set.
    """
    if not roots or not any(sign in lines for lines, _ in in_lines(images) for sign in _SIGNS):
        return  # quick for many paths
    around = [os.path.abspath(root) for root in roots]
    outside = [
        image
        for image in images
        if "://" not in image and not _below(os.path.abspath(os.path.join(prefix, image)), around)
    ]
    if outside:
        first = few(map(visible, outside), _SHOWN)
        raise ValueError(
            f"{len(outside)} of {len(images)} images are outside {' and '.join(roots)} ({first}): "
            f"set data_root to a folder around all of them, or {_OPTION} to read them where they "
            "are."
        )


def outside_link(folder: str, links: Iterable[str], roots: Sequence[str]) -> str | None:
    """The folder, or the first link in it, if it leads out of some folders."""
    around = [os.path.realpath(root) for root in roots]
    for path in (folder, *(os.path.join(folder, link) for link in links)):
        if not _below(os.path.realpath(path), around):
            return path
    return None


def warn_of_link(path: str, roots: Sequence[str]) -> None:
    """Log a link that leads out of some folders."""
    warn(
        f"{path} is a link that leads outside {' and '.join(roots)}, and is read there: set "
        f"{_OPTION} if that is right"
    )


def _below(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith(os.path.join(root, "")) for root in roots)
