"""Finds the image files below a folder that a table names."""

import os
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ...datasets.copies import copies
from ...datasets.image_files import with_other_ending
from ...datasets.readable import unreadable_images
from ...formats.common.unique_images import normal_paths
from ...utils.image_endings import images_in, is_image
from ...utils.names import alike, all_canonical, canonical, visible

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")  # before a number


@dataclass
class Photos:
    """The image files below a folder.

    Attributes:
        folder: The folder.
        files: Their relative paths as on disk, by the same paths in Unicode's form NFC.
    """

    folder: Path
    files: dict[str, str]

    @classmethod
    def below(cls, folder: str) -> "Photos":
        """List the images in a folder and its subfolders.

        Raises:
            FileNotFoundError: There is no such folder.
            ValueError: There is no image in it.
        """
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"there is no folder {folder}: give the folder of the images.")
        found = {}
        for file in images_in(folder):
            path = Path(file).relative_to(folder).as_posix()
            found[canonical(path)] = path
        if not found:
            raise ValueError(f"there is no image in {folder}{_others(folder)}.")
        return cls(Path(folder), found)

    def from_parent(self) -> "Photos":
        """The same files, with the name of the folder in their paths."""
        folder = self.folder.absolute()
        files = {
            canonical(f"{folder.name}/{n}"): f"{folder.name}/{p}" for n, p in self.files.items()
        }
        return Photos(folder.parent, files)

    def find(self, names: Iterable[str]) -> list[str | None]:
        """The file of each name; None if no file or several have it.

        As in training, a name may lack the ending, or have it in other letter case.
        """
        return [found[0] if len(found) == 1 else None for found in self.candidates(names)]

    def candidates(self, names: Iterable[str]) -> Iterator[list[str]]:
        """The files that each name may be."""
        stems: dict[str, list[str]] = defaultdict(list)
        for name in self.files:
            stems[posixpath.splitext(name)[0]].append(name)
        for name in self._relative(names):
            found = [name] if name in self.files else with_other_ending(name, stems)
            yield [self.files[file] for file in found]

    def _relative(self, names: Iterable[str]) -> list[str]:
        """Paths as they are compared, relative to the folder."""
        folder = f"{self.folder.absolute().as_posix()}/"
        return [name.removeprefix(folder) for name in all_canonical(normal_paths(list(names)))]

    def near(self, names: Iterable[str]) -> dict[str, str]:
        """Files with nearly the same names: in other folders, or with other zeros or letters.

        Ends of paths come first, such as ``a/1.jpg`` of ``/data/a/1.jpg``. If there are none, names
        that are numbers may be the only number in the names of files.
        """
        names = [*filter(None, names)]
        if ends := self._ends(names):
            return ends
        for key_of in (_nearly, _number):
            files: dict[str, str | None] = {}
            for path in self.files.values():
                key = key_of(path)
                files[key] = None if key in files else path
            found = {name: files.get(_nearly(name)) for name in names}
            if any(found.values()):
                break
        return {name: path for name, path in found.items() if path}

    def _ends(self, names: Sequence[str]) -> dict[str, str]:
        """The files that are the end of a path, after other folders."""
        parts = [re.split(r"[\\/]+", name) for name in names]
        ends = [(n, "/".join(p[i:])) for n, p in enumerate(parts) for i in range(1, len(p) - 1)]
        found: dict[str, str] = {}
        for (number, _), file in zip(ends, self.find([end for _, end in ends]), strict=True):
            if file is not None:
                found.setdefault(names[number], file)
        return found

    def share(self, names: Sequence[str]) -> float:
        """The share of the names that have a file; a name without its ending counts half."""
        hits = [
            1.0 if name in self.files else 0.5
            for name, file in zip(self._relative(names), self.find(names), strict=True)
            if file is not None
        ]
        return sum(hits) / max(1, len(names))

    def copies(self, files: Sequence[str]) -> dict[str, str]:
        """The files with the same content as an earlier one, and that one."""
        paths = {str(self.folder / file): file for file in files}
        return {paths[path]: paths[first] for path, first in copies([*paths]).items()}

    def faults(self, files: Sequence[str]) -> dict[str, str]:
        """The files that cannot be opened, and why."""
        paths = {str(self.folder / file): file for file in files}
        return {paths[path]: why for path, why in unreadable_images(list(paths)).items()}


def _others(folder: str) -> str:
    """The files in a folder without images, and what to do."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    if not names:
        return ": give the folder of the images"
    return (
        f", but other files, such as {visible(names[0])}: give the folder of the images, or if "
        "these are images, let their names end as images do, such as in .jpg or .png"
    )


def _nearly(path: str) -> str:
    r"""A key that is equal for paths whose files may be the same.

    >>> _nearly(r'C:\photos\007.JPG') == _nearly('a/7.jpg') == _nearly('https://b.org/7.jpg?raw=1')
    True
    >>> _nearly('M%C3%BCller%201.jpg') == _nearly('Müller 1.jpg')
    True
    """
    path = unquote(path)
    name = re.split(r"[\\/]", path.partition("?")[0])[-1]
    stem = posixpath.splitext(name)[0] if is_image(name) else name.removesuffix(".0")
    return _ZEROS.sub("", alike(stem))


def _number(path: str) -> str:
    """The only number in a name, or ``''``.

    >>> _number('a1/cam007.jpg'), _number('cam1_007.jpg')
    ('7', '')
    """
    found = re.findall(r"\d+", _nearly(path))
    return found[0] if len(found) == 1 else ""
