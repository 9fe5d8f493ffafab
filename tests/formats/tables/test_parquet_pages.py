"""The sizes of pages are those of their headers, whatever the footer says."""

import pyarrow as pa
import pyarrow.parquet
import pytest

from mmpartial.formats import read_annotations
from mmpartial.formats.tables.parquet_pages import unpacked_size

BOMB = 2**28  # bytes


def pages(path, **options):
    """The sizes of a column's pages, by their headers and by the footer."""
    cells = pa.table(dict(image=[f"{i % 7}.jpg" for i in range(5000)]))
    pa.parquet.write_table(cells, path, data_page_size=1000, compression="zstd", **options)
    column = pa.parquet.read_metadata(path).row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    end = start + column.total_compressed_size
    headers = column.total_compressed_size  # the footer counts them, too
    with open(path, "rb") as file:
        return unpacked_size(file, start, end), column.total_uncompressed_size, headers


@pytest.mark.parametrize("dictionary", [False, True])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_sizes_agree(tmp_path, dictionary, version):
    options = dict(use_dictionary=dictionary, data_page_version=version)
    found, told, headers = pages(tmp_path / "x.parquet", **options)
    assert 0 < told - found < headers


def test_a_footer_that_says_less(tmp_path):
    path = tmp_path / "x.parquet"
    cells = pa.table(dict(image=["1.jpg", "x" * BOMB], cat=[1, 0]))
    pa.parquet.write_table(
        cells, path, compression="zstd", use_dictionary=False, write_statistics=False
    )
    told = pa.parquet.read_metadata(path).row_group(0).column(0).total_uncompressed_size
    number = varint(2 * told)
    content = path.read_bytes()
    before, found, after = content.rpartition(number)  # older versions write it twice
    assert found
    path.write_bytes(before + b"\x80" * (len(number) - 1) + b"\x00" + after)
    with pytest.raises(ValueError, match="x.parquet would take 256 MiB .* the column 'image'"):
        read_annotations("wide_csv", str(path))


@pytest.mark.parametrize(
    "header",
    [
        b"", b"\x15\x02", b"\x15\x02\x00", b"\x19\x02", b"\x15" + b"\xff" * 11,
        b"\x18" + b"\xff" * 9 + b"\x01", b"\x1c" * 3000,
    ],
)  # fmt: skip
def test_damaged_headers(tmp_path, header):
    (tmp_path / "x").write_bytes(header)
    with open(tmp_path / "x", "rb") as file, pytest.raises(ValueError, match="header of a page"):
        unpacked_size(file, 0, 100)


def test_damaged_headers_name_the_file(tmp_path):
    path = tmp_path / "x.parquet"
    cells = pa.table(dict(image=[f"{i}.jpg" for i in range(3000)], cat=[1] * 3000))
    pa.parquet.write_table(cells, path, compression="zstd", use_dictionary=False)
    start = pa.parquet.read_metadata(path).row_group(0).column(0).data_page_offset
    content = bytearray(path.read_bytes())
    content[start : start + 2000] = b"\x1c" * 2000
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.parquet is damaged \(the header of a page has too"):
        read_annotations("wide_csv", str(path))


def varint(number):
    last, rest = number & 127, number >> 7
    return bytes([last | 128]) + varint(rest) if rest else bytes([last])
