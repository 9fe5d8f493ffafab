"""Types of Parquet columns that this pyarrow does not turn into text."""

import pyarrow as pa
import pytest

from mmpartial.formats.tables.parquet import as_text


def test_a_type_without_text():
    cells = pa.array([(1, 2, 3)], pa.month_day_nano_interval())
    message = "x.parquet, column 'cat' holds month_day_nano_interval, which pyarrow .* write whole"
    with pytest.raises(ValueError, match=message):
        as_text("x.parquet", "cat", cells)
