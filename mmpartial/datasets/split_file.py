"""A small table that divides the images of a label file into parts, such as train and val."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..formats.common.output_paths import replacing
from ..formats.common.unique_images import normal_paths
from ..formats.tables.columns import check_columns
from ..formats.tables.csv_text import separator
from ..formats.tables.reader import open_table
from ..labels.annotations import Annotations
from ..labels.groups import Groups
from ..utils.log import note, warn
from ..utils.messages import shown
from ..utils.names import alike_pair, all_canonical, difference, nearest, visible
from ..utils.reading import reads

IMAGE, PART, GROUP = "image", "part", "group"


@dataclass
class Split:
    """The part of each image in a split file.

    Attributes:
        path: The file.
        images: The different images, by the names that the labels give them.
        parts: The part of each.
        groups: The group of each, ``""`` if it has none; None if the file has no such column.
    """

    path: str
    images: Sequence[str]
    parts: np.ndarray
    groups: np.ndarray | None = None

    @cached_property
    def names(self) -> list[str]:
        """The names of the parts, in the order of the file."""
        return list(dict.fromkeys(self.parts.tolist()))

    def rows(self, images: Sequence[str]) -> np.ndarray:
        """The row of each of some images in the file, -1 for those that it lacks."""
        index = pd.Index(np.asarray(self.images, dtype=object))
        return index.get_indexer(np.asarray(all_canonical(images), dtype=object))

    def moved(self, rows: np.ndarray, part: np.ndarray) -> dict[str, str]:
        """The images with another part than before, and this part.

        Args:
            rows: As in :meth:`rows`.
            part: The part of each of these images now.
        """
        there = np.flatnonzero(rows >= 0)
        there = there[self.parts[rows[there]] != part[there]]
        return {self.images[rows[i]]: part[i] for i in there.tolist()}

    def take(self, found: Annotations, part: str, command: str) -> Annotations:
        """The images of one part, with their groups; the log says which images are in no part.

        Args:
            found: The annotations of all images.
            part: The part.
            command: The command that adds images to the file, for the log.

        Raises:
            ValueError: There is no such part, or none of its images has annotations.
        """
        if part not in self.names:
            raise ValueError(
                f"{self.path} has no part {part!r}{nearest(part, self.names)}: its parts are "
                f"{', '.join(self.names)}."
            )
        rows = self.rows(found.names)
        without = np.flatnonzero(rows < 0)
        if len(without):
            warn(
                f"{len(without)} of {len(found)} images are left out, because {self.path} does not "
                f"name them ({shown(found.names[i] for i in without.tolist())}): {command} "
                "adds them"
            )
        lost = np.setdiff1d(np.arange(len(self.images)), rows)
        if len(lost):
            note(
                f"{self.path} names {len(lost)} images that have no labels "
                f"({shown(self.images[i] for i in lost.tolist())}): they are in no part"
            )
        chosen = np.flatnonzero((rows >= 0) & (self.parts[rows] == part))
        if not len(chosen):
            raise ValueError(
                f"{self.path} names {int((self.parts == part).sum())} images of the part {part!r}, "
                "and none of them has labels: write the names of the images as the labels have "
                "them."
            )
        if found.groups is None and self.groups is not None:
            found = found.with_groups(Groups.from_names(self.groups[rows]))
        return found.take(chosen)


@reads("a split file")
def read_split(path: str) -> Split:
    """Read a split file: a table with the columns image and part, and perhaps group.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A column is missing, a cell is blank, or an image is in two parts.
    """
    table = open_table(path)
    check_columns(path, [IMAGE, PART], table.names)
    columns = [name for name in (IMAGE, PART, GROUP) if name in table.names]
    texts: list[list[np.ndarray]] = [[] for _ in columns]
    rows = 0
    for cells in table.batches(columns):
        for name, found, cell in zip(columns, texts, cells, strict=True):
            values, number = table.distinct_texts(cell, name, rows, may_be_blank=name == GROUP)
            values = list(all_canonical(normal_paths(values) if name == IMAGE else values))
            found.append(np.array(values, dtype=object)[number])
        rows += len(cells[0])
    if not rows:
        raise ValueError(f"there is no image in {path}: write a row for each, with its part.")
    image, part, *group = (np.concatenate(found) for found in texts)
    alike = alike_pair(dict.fromkeys(part.tolist()))
    if alike is not None:
        raise ValueError(
            f"{path} has the parts {visible(alike[0])} and {visible(alike[1])}, which differ only "
            f"in {difference(*alike)}: write one of them throughout."
        )
    number, images = pd.factorize(image)
    first = np.unique(number, return_index=True)[1]
    moved = np.flatnonzero(part[first[number]] != part)
    if len(moved):
        row, other = int(moved[0]), int(first[number[moved[0]]])
        raise ValueError(
            f"{path} has the image {visible(image[row])} in two parts, {part[other]} "
            f"({table.line(other)}) and {part[row]} ({table.line(row)}): keep one of them."
        )
    return Split(path, images, part[first], group[0][first] if group else None)


def write_split(
    path: str,
    old: Split | None,
    images: Sequence[str],
    parts: np.ndarray,
    groups: np.ndarray | None,
    moved: Mapping[str, str] | None = None,
) -> None:
    """Write a split file, or add rows to one; all other cells that are in it stay.

    Args:
        path: The file.
        old: The split file that is there, or None to write it anew.
        images: The names of the images to add.
        parts: The part of each.
        groups: The group of each, or None.
        moved: Images of the old file whose part changes, and the new part.
    """
    columns = {IMAGE: list(images), PART: parts} | ({} if groups is None else {GROUP: groups})
    table, mark = pd.DataFrame(columns), ","
    if old is not None:
        mark = separator(path)
        kept = pd.read_csv(path, sep=mark, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        kept.columns = kept.columns.str.strip()
        if moved:
            names = all_canonical(normal_paths([*kept[IMAGE].str.strip()]))
            pairs = zip(names, kept[PART], strict=True)
            kept[PART] = [moved.get(name, part) for name, part in pairs]
        table = pd.concat([kept, table], ignore_index=True)
    with replacing(path) as temporary:
        table.to_csv(temporary, sep=mark, index=False)
