"""Small tables that mmpartial wrote itself, such as those of a work_dir."""

import csv

import pandas as pd

from .names import repeated
from .reading import reads
from .text_files import check_file

_COLUMNS = 1000


@reads("a table of a run")
def read_run_table(path: str) -> pd.DataFrame:
    """Read a CSV file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It has far too many columns, or rows of other lengths; the message names it.
    """
    check_file(path, "put it there.")
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader, [])
        if len(names) > _COLUMNS or repeated(names) is not None:  # they take pandas minutes
            raise ValueError(f"{path} has {len(names)} columns, or one of them twice.")
        for row in reader:
            if len(row) != len(names):  # pandas would make an index of the cells that are too many
                raise ValueError(f"{path}, line {reader.line_num} has {len(row)} cells.")
    return pd.read_csv(path)
