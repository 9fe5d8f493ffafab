"""The part of a split that each image of a new project belongs to, if its file can be used."""

from collections.abc import Collection, Sequence

import numpy as np

from ...labels.annotations import Annotations
from ...utils.messages import shown
from ...utils.names import visible
from .find_columns import LabelFile
from .folder_parts import parts_in_folders
from .image_columns import as_parts, of_images, part_column
from .photos import Photos


def parts_of(table: str, labels: LabelFile, found: Annotations, photos: Photos) -> np.ndarray:
    """The part of each image that the table or the state of its file decides, ``''`` for others.

    A summary is printed.

    Args:
        table: The label file.
        labels: How it is read.
        found: Its labels.
        photos: The images in the folder.

    Raises:
        ValueError: The table has a column of parts, which lack one; there is no file of any image;
            or two images are one file, or one may be several.
    """
    taken = _parts_in_table(table, labels, found)
    files = photos.find(found.images)
    there = [file for file in files if file is not None]
    _check_one_file(table, found.images, photos)
    if not there:
        raise ValueError(
            f"none of the {len(found)} images of {table} is in {photos.folder}: the labels name "
            f"{shown(found.images)}, and the folder has {shown(photos.files)}. Give the "
            "folder to which these names are relative."
        )
    _check_distinct(table, found.images, files)
    faults = photos.faults(there)
    missing = [i for i, file in enumerate(files) if file is None]
    broken = [i for i, file in enumerate(files) if file in faults]
    taken[missing], taken[broken] = "missing", "unreadable"
    print(f"{len(there)} of {len(found)} images are in {photos.folder}")
    if missing:
        _say_missing(photos, [found.images[i] for i in missing])
    if broken:
        first = files[broken[0]] or ""
        _say_damaged([found.images[i] for i in broken], f"{first}: {faults[first]}")
    if missing or broken:
        print("when these files are in place, run this command again with --force")
    _say_copies(photos, [file for file in there if file not in faults])
    extra = sorted({*photos.files.values()} - {*there})
    if extra:
        print(f"images without a row in the table: {len(extra)} ({shown(extra)})")
    return taken


def _parts_in_table(table: str, labels: LabelFile, found: Annotations) -> np.ndarray:
    """The part of each image by the table's column of parts, or by its folder; ``''`` if none."""
    column = part_column(table, labels.format, labels.options)
    if column is None:
        in_folders = parts_in_folders(found.images)
        return np.full(len(found), "", dtype=object) if in_folders is None else in_folders
    cells = of_images(table, labels.format, labels.options, column, found.names)
    parts = as_parts(cells, column)
    check_parts(f"{table}, column {column!r},", {*parts.tolist()} - {""})
    print(f"the column {column!r} already divides the images, and decides their parts")
    return parts


def _check_distinct(table: str, images: Sequence[str], files: Sequence[str | None]) -> None:
    """Check that no two images of a table are one file."""
    first: dict[str, str] = {}
    for image, file in zip(images, files, strict=True):
        if file is not None and first.setdefault(file, image) != image:
            raise ValueError(
                f"{table} has two images that are one file, {visible(file)}: {visible(first[file])}"
                f" and {visible(image)}: write the name of the file in both rows, or remove one."
            )


def _check_one_file(table: str, images: Sequence[str], photos: Photos) -> None:
    """Check that no image of a table may be several files, as a name without ending may."""
    for image, files in zip(images, photos.candidates(images), strict=True):
        if len(files) > 1:
            raise ValueError(
                f"{table}: the image {visible(image)} may be "
                f"{' or '.join(map(visible, sorted(files)))} in {photos.folder}: write the name of "
                "the file into the table, or take the other files out of the folder."
            )


def _say_missing(photos: Photos, images: list[str]) -> None:
    """Name images without a file, and a file that may be one of them."""
    near = photos.near(images)
    like = "".join(f"; is {visible(n)} {visible(f)}?" for n, f in [*near.items()][:1])
    print(
        f"missing, with the part 'missing' in the split file: {len(images)} ({shown(images)}{like})"
    )


def _say_damaged(images: list[str], why: str) -> None:
    """Name images that cannot be opened."""
    print(
        f"damaged, with the part 'unreadable' in the split file: {len(images)} "
        f"({shown(images)}; {why})"
    )


def _say_copies(photos: Photos, files: list[str]) -> None:
    """Warn of files with the same content."""
    again = photos.copies(files)
    if again:
        copy, first = next(iter(again.items()))
        print(
            f"copies of other images: {len(again)} ({visible(copy)} of {visible(first)}"
            f"{', ...' * (len(again) > 1)}): if one part trains and another tests on the same "
            "image, scores are too good, so remove the copies"
        )


def count_unlabelled(folder: str) -> int:
    """Count the images in a folder of images without labels.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: Images cannot be opened.
    """
    photos = Photos.below(folder)
    files = list(photos.files.values())
    faults = photos.faults(files)
    if faults:
        names, why = shown(faults), next(iter(faults.values()))
        raise ValueError(
            f"{len(faults)} of {len(files)} images in {folder} are damaged ({names}; the first: "
            f"{why}): move them out of the folder."
        )
    print(f"{folder}: {len(files)} images without labels")
    return len(files)


def check_parts(split: str, parts: Collection[str]) -> None:
    """Check that there is something to train and to validate on.

    Args:
        split: The file, or its column, in messages.
        parts: The parts that it has.

    Raises:
        ValueError: There is no part to train on, or none to validate on.
    """
    if "train" not in parts or not {"val", "test"} & {*parts}:
        raise ValueError(
            f"{split} has the parts {', '.join(sorted(parts))}: give it a part train, and a part "
            "val or test."
        )
