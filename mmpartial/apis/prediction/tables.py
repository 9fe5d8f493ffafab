"""Makes tables and JSON of predictions, in memory and as files.

A wide table has a row for each image: ``image``, then a column of 1 and 0 for each class under its
own name, then a column ``NAME_probability`` for each class. The first columns are a table of labels
that :mod:`mmpartial.formats.wide_csv` reads. A long table has a row for each positive class of an
image: ``image``, ``class``, ``probability``. JSON and JSON Lines have a record for each image, as
:mod:`mmpartial.formats.json_lists` reads them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ...formats.json_lists import record_writer
from ...formats.tables.reader import WRITTEN, table_writer
from ...utils.names import repeated, visible

_ENDINGS = (*WRITTEN, ".json", ".jsonl", ".ndjson")


class Block(NamedTuple):
    """Predictions of some images.

    Attributes:
        images: ``(N,)`` names.
        probabilities: ``(N, C)`` float32.
        yes: ``(N, C)`` bool.
    """

    images: list[str]
    probabilities: np.ndarray
    yes: np.ndarray


def check_out(out: str, classes: Sequence[str], long: bool) -> None:
    """Check that predictions of these classes can be written to a file of this name.

    Raises:
        ValueError: The file is neither a table nor JSON, JSON would be long, or two columns would
            have the same name.
    """
    kind = out.lower()
    if not kind.endswith(_ENDINGS):
        endings = f"{', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}"
        raise ValueError(f"{out}: give a name that ends in {endings}.")
    if long and not kind.endswith(WRITTEN):
        raise ValueError(f"{out}: JSON has a record for each image: leave out --long.")
    twice = None if long or not kind.endswith(WRITTEN) else repeated(_columns(classes))
    if twice is not None:
        raise ValueError(
            f"{out} would have two columns {visible(twice)}, because of the names of the classes: "
            "give --long, or a name that ends in .json."
        )


def wide(block: Block, classes: Sequence[str]) -> pa.Table:
    """A table with a row for each image."""
    columns = [
        pa.array(block.images, pa.string()),
        *(pa.array(column) for column in block.yes.T.astype(np.int8)),
        *(pa.array(column) for column in np.ascontiguousarray(block.probabilities.T)),
    ]
    return pa.table(columns, names=_columns(classes))


def long(block: Block, classes: Sequence[str]) -> pa.Table:
    """A table with a row for each positive class of an image."""
    image, cls = np.nonzero(block.yes)
    names = np.asarray(classes, dtype=object)
    columns = [
        pa.array([block.images[i] for i in image], pa.string()),
        pa.array(names[cls], pa.string()),
        pa.array(block.probabilities[image, cls]),
    ]
    return pa.table(columns, names=["image", "class", "probability"])


def records(block: Block, classes: Sequence[str]) -> Iterator[dict]:
    """A record for each image, with the names of its positive and negative classes."""
    for image, probabilities, yes in zip(*block, strict=True):
        named = list(zip(classes, yes.tolist(), strict=True))
        yield dict(
            image=image,
            positive=[name for name, is_yes in named if is_yes],
            negative=[name for name, is_yes in named if not is_yes],
            # float() of a float32 has digits that mean nothing
            probabilities=dict(zip(classes, map(float, map(str, probabilities)), strict=True)),
        )


@contextmanager
def predictions_writer(
    out: str, classes: Sequence[str], is_long: bool
) -> Iterator[Callable[[Block], None]]:
    """A function that writes blocks; the file appears when all of them are written."""
    if not out.lower().endswith(WRITTEN):
        with record_writer(out) as write:
            yield lambda block: write(records(block, classes))
        return
    layout = long if is_long else wide
    none = np.empty((0, len(classes)))
    schema = layout(Block([], none.astype(np.float32), none.astype(bool)), classes).schema
    with table_writer(out, schema) as writer:
        yield lambda block: writer.write_table(layout(block, classes))


def _columns(classes: Sequence[str]) -> list[str]:
    return ["image", *classes, *(f"{name}_probability" for name in classes)]
