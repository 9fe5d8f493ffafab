"""Finding the files of images by listing their folders."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ..utils.names import alike, canonical, visible

_SHOWN = 5  # names in a message


def find_images(images: Sequence[str], prefix: str) -> Sequence[str]:
    """The paths of images as they are spelt on disk; each folder is listed once.

    The Unicode form of a path makes no difference, but letter case and the ending of the file do:
    ``1.jpg`` and ``1.JPG`` may be two files on another machine, and labels should find the same
    images everywhere.

    Args:
        images: Paths below ``prefix``, with ``/``.
        prefix: The image folder.

    Returns:
        ``images`` itself if all are spelt as on disk.

    Raises:
        FileNotFoundError: Images are missing; the message has their number, the first five, and
            files with similar names.
    """
    if prefix and not os.path.isdir(prefix):
        raise FileNotFoundError(
            f"there is no image folder {prefix}: put the images there, or set data_root and "
            "data_prefix to their folder."
        )
    by_folder: dict[str, list[str]] = defaultdict(list)
    for image in images:
        by_folder[posixpath.dirname(image)].append(image)
    spelt: dict[str, str] = {}  # paths that are there in the other Unicode form
    missing: list[str] = []
    for folder, paths in by_folder.items():
        there, listing = _list(prefix, folder, canonical)
        names = set(listing)
        absent = [path for path in paths if posixpath.basename(path) not in names]
        if there == folder and not absent:
            continue
        forms = _by(canonical, listing)
        for path in paths if there != folder else absent:
            found = _only(forms, posixpath.basename(path))
            if found is None:
                missing.append(path)
            else:
                spelt[path] = posixpath.join(there, found)
    if missing:
        raise FileNotFoundError(_sentence(missing, len(images), prefix))
    return [spelt.get(image, image) for image in images] if spelt else images


def _by(key: Callable[[str], str], names: Iterable[str]) -> dict[str, list[str]]:
    """Names, grouped by a key."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[key(name)].append(name)
    return found


def _only(forms: dict[str, list[str]], name: str) -> str | None:
    """The same name on disk, or else the only one that differs just in its Unicode form."""
    found = forms.get(canonical(name), ())
    if name in found:
        return name
    return found[0] if len(found) == 1 else None


def _list(prefix: str, folder: str, key: Callable[[str], str]) -> tuple[str, list[str]]:
    """A folder as it is spelt on disk, and the names in it, none if there is no such folder."""
    whole = os.path.join(prefix, folder) or "."
    if os.path.isdir(whole):
        return folder, os.listdir(whole)
    above, name = posixpath.split(folder)
    if not name:
        return folder, []
    above, listing = _list(prefix, above, key)
    like = [other for other in listing if key(other) == key(name)]
    there = posixpath.join(above, like[0]) if len(like) == 1 else folder
    whole = os.path.join(prefix, there)
    return there, os.listdir(whole) if os.path.isdir(whole) else []


def _look_alikes(missing: list[str], prefix: str) -> dict[str, str]:
    """Files whose paths differ from missing ones only in letter case, blanks or the ending."""
    found = {}
    for folder, paths in _by(posixpath.dirname, missing).items():
        there, listing = _list(prefix, folder, alike)
        whole, stems = _by(alike, listing), _by(_stem, listing)
        for path in paths:
            name = posixpath.basename(path)
            other = whole.get(alike(name)) or stems.get(alike(name)) or stems.get(_stem(name))
            if other:
                found[path] = posixpath.join(there, other[0])
    return found


def _stem(name: str) -> str:
    return alike(posixpath.splitext(name)[0])


def _sentence(missing: list[str], number: int, prefix: str) -> str:
    nearly = _look_alikes(missing, prefix)
    first = ", ".join(visible(path)[1:-1] for path in sorted(missing)[:_SHOWN])
    parts = [
        f"{len(missing)} of {number} images are not below {prefix or '.'}: {first}"
        f"{', ...' if len(missing) > _SHOWN else ''}."
    ]
    if nearly:
        pairs = [f"{visible(path)} is there as {visible(nearly[path])}" for path in sorted(nearly)]
        more = ", ..." if len(pairs) > _SHOWN else ""
        parts.append(
            f"{len(nearly)} of them are there under a similar name: {', '.join(pairs[:_SHOWN])}"
            f"{more}: write the names of the files into the annotations."
        )
    if len(nearly) < len(missing):
        rest = "the others" if nearly else "them"
        parts.append(f"Put {rest} there, or set data_root and data_prefix to their folder.")
    return " ".join(parts)
