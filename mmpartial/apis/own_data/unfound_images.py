"""What to do if no column of a table names the files of images."""

from collections.abc import Sequence

from ...utils.names import visible
from .column_review import Column
from .folder_columns import folders_named
from .photos import Photos


def remedy(columns: Sequence[Column], photos: Photos) -> str:
    """A sentence: files may have nearly the names in a column, or be in folders that it names."""
    for column in columns:
        near = photos.near([*column.cells])
        if near:
            name, file = next(iter(near.items()))
            return (
                f"{len(near)} images of the column {column.name!r} may be files with similar "
                f"names, such as {visible(name)} and {visible(file)}: write the names of the files "
                f"below {photos.folder} into the table."
            )
    folders = folders_named(columns, photos) or folders_named(columns, photos.from_parent())
    if folders:
        return (
            f"The column {folders[0].name!r} names folders: write a row for each of their images."
        )
    return (
        "Give the folder to which the names in the table are relative, or the column of names by "
        "--options image=COLUMN."
    )
