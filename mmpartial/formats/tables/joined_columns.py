"""Paths of images whose folder and file are in two columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc


def joined(columns: Sequence[pa.DictionaryArray]) -> pa.DictionaryArray:
    """The cells of columns, joined by a slash, without the blank ones among them.

    A path is blank if its last cell is blank, because that cell names the file.

    >>> columns = ["a/", None, "a"], ["1", "2", ""]
    >>> joined([pa.array(cells).dictionary_encode() for cells in columns]).to_pylist()
    ['a/1', '2', '']
    """
    if len(columns) == 1:
        return columns[0]
    *folders, path = [pc.fill_null(pc.utf8_trim_whitespace(_texts(cells)), "") for cells in columns]
    no_file = pc.equal(path, "")
    for folder in reversed(folders):
        whole = pc.binary_join_element_wise(
            pc.utf8_rtrim(folder, "/"), pc.utf8_ltrim(path, "/"), "/"
        )
        path = pc.if_else(pc.equal(folder, ""), path, whole)
    return pc.if_else(no_file, "", path).dictionary_encode()


def _texts(cells: pa.DictionaryArray) -> pa.Array:
    return cells.cast(pa.string())
