"""Finds the image files below a folder that a table names."""

import os
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..datasets.readable import unreadable_images
from ..formats.common.unique_images import normal_paths
from ..utils.image_endings import is_image
from ..utils.names import all_canonical, canonical


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
        for above, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(filter(is_image, names)):
                path = Path(above, name).relative_to(folder).as_posix()
                found[canonical(path)] = path
        if not found:
            raise ValueError(f"there is no image in {folder}: give the folder of the images.")
        return cls(Path(folder), found)

    def from_parent(self) -> "Photos":
        """The same files, with the name of the folder in their paths."""
        folder = self.folder.absolute()
        files = {
            canonical(f"{folder.name}/{n}"): f"{folder.name}/{p}" for n, p in self.files.items()
        }
        return Photos(folder.parent, files)

    def find(self, names: Iterable[str]) -> list[str | None]:
        """The file of each name, which may lack its ending; None if no file or several have it."""
        stems: dict[str, str | None] = {}
        for name, path in self.files.items():
            stem = posixpath.splitext(name)[0]
            stems[stem] = None if stem in stems else path
        wanted = all_canonical(normal_paths(list(names)))
        return [self.files.get(name, stems.get(name)) for name in wanted]

    def share(self, names: Sequence[str]) -> float:
        """The share of the names that have a file; a name without its ending counts half."""
        hits = [
            1.0 if name in self.files else 0.5
            for name, file in zip(all_canonical(normal_paths(names)), self.find(names), strict=True)
            if file is not None
        ]
        return sum(hits) / max(1, len(names))

    def faults(self, files: Sequence[str]) -> dict[str, str]:
        """The files that cannot be opened, and why."""
        paths = {str(self.folder / file): file for file in files}
        return {paths[path]: why for path, why in unreadable_images(list(paths)).items()}
