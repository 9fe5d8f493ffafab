"""The images in class folders, and a log of the files that are left out."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ...utils.image_endings import is_image, leads_back
from ...utils.log import note, warn
from ...utils.messages import few
from ...utils.names import visible

_SHOWN = 3  # examples of each kind of file that is left out


class ClassFolders:
    """The folders in a folder, and their images.

    Links are followed, except for links to a folder that they are in.
    """

    def __init__(self, root: str):
        self.root = root
        self._left_out: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()
        self._inside: dict[str, None] = {}

    def names(self) -> list[str]:
        """The names of the class folders, sorted, without hidden ones."""
        found = []
        for entry in _entries(self.root):
            if not entry.is_dir():
                self._leave_out(entry, "beside the class folders")
            elif entry.name.startswith(".") or entry.name == "__MACOSX":
                self._leave_out(entry, "hidden")
            elif leads_back(entry.path, (os.path.realpath(self.root),)):
                self._leave_out(entry, "links that lead back")
            else:
                found.append(entry.name)
        return found

    def images(self, name: str) -> list[str]:
        """The paths of all images below a class folder, relative to it and sorted."""
        folder = Path(self.root, name)
        around = os.path.realpath(self.root), os.path.realpath(folder)
        whole = self._walk(str(folder), around)
        return sorted(Path(path).relative_to(folder).as_posix() for path in whole)

    def log(self) -> None:
        """Log the files that were left out, and the folders with images inside class folders."""
        if self._counts:
            self._log_left_out()
        if self._inside:
            note(
                f"{self.root}: {len(self._inside)} folders are inside class folders, and their "
                f"images have these classes: {few(self._inside, _SHOWN)}"
            )

    def _log_left_out(self) -> None:
        kinds = [
            f"{number} {kind} ({', '.join(self._left_out[kind])}"
            f"{', ...' if number > _SHOWN else ''})"
            for kind, number in self._counts.most_common()
        ]
        warn(f"{self.root}: left out: {'; '.join(kinds)}")

    def _walk(self, folder: str, around: tuple[str, ...]) -> Iterator[str]:
        """The images in a folder; ``around`` are the real paths of it and its parents."""
        for entry in _entries(folder):
            if entry.is_dir():
                if leads_back(entry.path, around):
                    self._leave_out(entry, "links that lead back")
                else:
                    yield from self._walk(entry.path, (*around, os.path.realpath(entry.path)))
            elif entry.name.startswith("."):
                self._leave_out(entry, "hidden")
            elif not is_image(entry.name):
                ending = os.path.splitext(entry.name)[1].lower()
                self._leave_out(entry, f"with the ending {ending}" if ending else "without ending")
            elif entry.is_file():
                if len(around) > 2:  # more than the root and a class folder
                    self._inside[visible(os.path.relpath(folder, self.root))] = None
                yield entry.path
            else:
                raise ValueError(
                    f"{entry.path} is a link that leads nowhere, or not a file: remove it, or put "
                    "the image there."
                )

    def _leave_out(self, entry: os.DirEntry, kind: str) -> None:
        self._counts[kind] += 1
        if self._counts[kind] <= _SHOWN:
            path = os.path.relpath(entry.path, self.root)
            self._left_out.setdefault(kind, []).append(visible(path))


def _entries(folder: str) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)
