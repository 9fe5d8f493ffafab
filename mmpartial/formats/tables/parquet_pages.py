"""The headers of a Parquet file's pages, which decide how much memory a page takes.

The numbers in the footer of the file are for readers to plan with, and nothing holds them to the
pages. pyarrow reads the headers, and does not tell what they say. They are in Thrift's compact
protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
"""

from typing import BinaryIO

_BOOLS, _BYTE, _NUMBERS, _BINARY, _STRUCT = (1, 2), 3, (4, 5, 6), 8, 12  # types of fields
_UNPACKED, _PACKED = 2, 3  # the fields with the sizes of a page
_DEEPEST = 8  # structs in structs; a header has three


def unpacked_size(file: BinaryIO, start: int, end: int) -> int:
    """The bytes that the pages between two places of a file have when they are unpacked.

    Raises:
        ValueError: The headers are damaged.
    """
    size = 0
    file.seek(start)
    while file.tell() < end:
        header = _numbers(file)
        packed, unpacked = header.get(_PACKED, -1), header.get(_UNPACKED, -1)
        if packed < 0 or unpacked < 0:
            raise ValueError("the header of a page has no size")
        size += unpacked
        file.seek(packed, 1)
    return size


def _numbers(file: BinaryIO, depth: int = 0) -> dict[int, int]:
    """The numbers in a struct, by field; those in structs inside are left out."""
    if depth > _DEEPEST:
        raise ValueError("the header of a page has too many structs in structs")
    numbers: dict[int, int] = {}
    field = 0
    while head := _byte(file):
        kind = head & 15
        field = field + (head >> 4) if head >> 4 else _signed(file)
        if kind in _NUMBERS:
            numbers[field] = _signed(file)
        elif kind == _STRUCT:
            _numbers(file, depth + 1)
        elif kind == _BINARY:
            file.seek(_unsigned(file), 1)
        elif kind == _BYTE:
            _byte(file)
        elif kind not in _BOOLS:  # these have their value in the type
            raise ValueError("the header of a page has a field of an unknown type")
    return numbers


def _byte(file: BinaryIO) -> int:
    byte = file.read(1)
    if not byte:
        raise ValueError("the header of a page is cut off")
    return byte[0]


def _unsigned(file: BinaryIO) -> int:
    number = 0
    for shift in range(0, 56, 7):  # no size and no count of a page comes near to 56 bits
        byte = _byte(file)
        number |= (byte & 127) << shift
        if byte < 128:
            return number
    raise ValueError("the header of a page has a number that is too long")


def _signed(file: BinaryIO) -> int:
    number = _unsigned(file)
    return (number >> 1) ^ -(number & 1)
