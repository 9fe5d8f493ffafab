"""Files whose first bytes show that they are not of the kind that their name says."""

import re
from contextlib import closing

import pyarrow as pa

from ...utils.text_files import check_file
from ..common.other_tools import VIA

_HEAD = 4096  # bytes
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# The first bytes of a file, its kind, and the remedy.
_BEGINNINGS = (
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself: run git lfs pull"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook: unpack it, or let its name end in .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password: save the sheet as CSV"),
    (b"\x1f\x8b", "compressed by gzip: let its name end in .gz"),
    (b"PAR1", "a Parquet file: let its name end in .parquet"),
    (b"<!doctype html", "a web page: download the file itself"),
    (b"<html", "a web page: download the file itself"),
    (b"filename,file_size,file_attributes,region_count", VIA),
    (b"#filename,file_size,file_attributes,region_count", VIA),
    (b"# exported using vgg image annotator", VIA),
)
_JSON = re.compile(rb'[\[{]\s*["\[{\]}]')


def check_kind(path: str, beginning: bytes = b"") -> None:
    """Check that a file is of the kind that its name says.

    Args:
        path: The file.
        beginning: The first bytes of its kind; none for CSV, which may be compressed.

    Raises:
        ValueError: The file is of another kind, or text in UTF-16.
        OSError: The file cannot be read or decompressed.
    """
    check_file(path)
    with closing(pa.input_stream(path, compression=None if beginning else "detect")) as file:
        head = file.read(_HEAD)
    if beginning and head.startswith(beginning):
        return
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for other, kind in _BEGINNINGS:
        if head.startswith(other) or text.startswith(other.lower()):
            raise ValueError(f"{path} is {kind}.")
    if not beginning and _JSON.match(text):
        raise ValueError(
            f"{path} is JSON, not a table: set format to coco_json, label_studio, json_lists, "
            "mmpretrain or splits."
        )
    if not beginning and text.startswith((b"<?xml", b"<annotations")):
        raise ValueError(f"{path} is XML, not a table: set format='cvat' if it is from CVAT.")
    if not beginning and (head.startswith(_UTF16) or _looks_like_utf16(head)):
        raise ValueError(f"{path} is text in UTF-16: save it as UTF-8.")


def _looks_like_utf16(head: bytes) -> bool:
    """Whether every other byte is zero, as in Latin text in UTF-16."""
    pairs = len(head) // 2
    return pairs > 1 and pairs in (head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0))
