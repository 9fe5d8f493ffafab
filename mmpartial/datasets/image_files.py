"""Finding the files of images by listing their folders."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ..utils.image_endings import is_image
from ..utils.log import note_once
from ..utils.names import canonical, repeated, visible
from .folder_listing import list_folder
from .image_places import outside_link, warn_of_link
from .missing_images import grouped, missing_images


def find_images(images: Sequence[str], prefix: str, roots: Sequence[str] = ()) -> Sequence[str]:
    """The paths of images as they are spelt on disk; each folder is listed once.

    The Unicode form of a path makes no difference. An image may also be listed without the ending
    of its file, or with the ending in other letter case, if only one file fits. The log says so.
    Labels and masks go by the paths in the list, which are the same on every machine.

    Args:
        images: Paths below ``prefix``, with ``/``.
        prefix: The image folder.
        roots: Folders; the log says if links lead out of them. None if links may lead anywhere.

    Returns:
        ``images`` itself if all are spelt as on disk.

    Raises:
        FileNotFoundError: Images are missing; the message has their number, the first five, and
            files with similar names.
        ValueError: Several files fit an image, or two images are one file.
    """
    _check_folder(prefix)
    spelt, missing, link = _search(images, prefix, roots)
    if missing:
        raise FileNotFoundError(missing_images(missing, len(images), prefix))
    if link is not None:
        warn_of_link(link, roots)
    if not spelt:
        return images
    _note_endings(spelt, prefix)
    found_as = [spelt.get(image, image) for image in images]
    _check_distinct(images, found_as, prefix)
    return found_as


def paths_on_disk(images: Sequence[str], prefix: str) -> list[str]:
    """The whole paths of images as :func:`find_images` finds them; a missing one keeps its name.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: Several files fit an image.
    """
    paths = {image: os.path.join(prefix, image) for image in images}
    if "://" not in prefix:
        _check_folder(prefix)
        absent = [image for image, path in paths.items() if not os.path.exists(path)]
        for image, file in _search(absent, prefix, ())[0].items():
            paths[image] = os.path.join(prefix, file)
    return [paths[image] for image in images]


def _check_folder(prefix: str) -> None:
    if prefix and not os.path.isdir(prefix):
        raise FileNotFoundError(
            f"there is no image folder {prefix}: put the images there, or set data_root and "
            "data_prefix to their folder."
        )


def _search(
    images: Sequence[str], prefix: str, roots: Sequence[str]
) -> tuple[dict[str, str], list[str], str | None]:
    """Images that are there in another spelling, missing ones, and a link that leads outside."""
    by_folder: dict[str, list[str]] = defaultdict(list)
    for image in images:
        by_folder[posixpath.dirname(image)].append(image)
    spelt: dict[str, str] = {}
    missing: list[str] = []
    link: str | None = None
    for folder, paths in by_folder.items():
        there, listing, links = list_folder(prefix, folder, canonical)
        names = set(listing)
        absent = [path for path in paths if posixpath.basename(path) not in names]
        if roots and link is None:
            link = outside_link(os.path.join(prefix, there) or ".", links, roots)
        if there == folder and not absent:
            continue
        files = _Files(posixpath.join(prefix, there), listing)
        for path in paths if there != folder else absent:
            found = files.find(posixpath.basename(path))
            if found is None:
                missing.append(path)
            else:
                spelt[path] = posixpath.join(there, found)
    return spelt, missing, link


class _Files:
    """The files of a folder, which may be listed in another spelling."""

    def __init__(self, folder: str, names: Sequence[str]):
        self.folder = folder
        self.forms = grouped(canonical, names)
        self.stems = grouped(lambda name: canonical(posixpath.splitext(name)[0]), names)

    def find(self, name: str) -> str | None:
        """The file of this name, or else the only one in another spelling."""
        found = self.forms.get(canonical(name), [])
        if name in found:
            return name
        if not found:
            found = with_other_ending(canonical(name), self.stems)
            if len(found) > 1:
                files = " or ".join(map(visible, sorted(found)))
                raise ValueError(
                    f"the image {visible(name)} may be {files} in {self.folder}: write the name "
                    "of the file into the annotations."
                )
        return found[0] if len(found) == 1 else None


def with_other_ending(name: str, stems: Mapping[str, list[str]]) -> list[str]:
    """The files with the ending in other letter case, or with one where the name has none.

    Args:
        name: The name of an image.
        stems: Files by their names without the ending.
    """
    stem, ending = posixpath.splitext(name)
    found = [
        file
        for file in stems.get(stem, [])
        if posixpath.splitext(file)[1].lower() == ending.lower()
    ]
    if not is_image(name):
        found += filter(is_image, stems.get(name, []))
    return found


def _note_endings(spelt: Mapping[str, str], prefix: str) -> None:
    """Log how many images have another ending on disk."""
    other = [path for path, there in spelt.items() if canonical(path) != canonical(there)]
    if other:
        note_once(
            f"{prefix or '.'}: images that are there with another ending: {len(other)}, for "
            f"example {visible(other[0])} as {visible(posixpath.basename(spelt[other[0]]))}"
        )


def _check_distinct(images: Sequence[str], files: Sequence[str], prefix: str) -> None:
    """Check that no two images are one file."""
    file = repeated(files)
    if file is not None:
        one, other = [images[i] for i, there in enumerate(files) if there == file][:2]
        raise ValueError(
            f"the images {visible(one)} and {visible(other)} are one file, {visible(file)} below "
            f"{prefix or '.'}: write one of them throughout the annotations."
        )
