"""JSON files without repeated keys; an error is a sentence that names the file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .names import repeated
from .text_files import check_file


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An ``object_pairs_hook`` for ``json``; by default ``json`` keeps the last of equal keys.

    >>> without_repeats([('cat', 1), ('cat', 2)])
    Traceback (most recent call last):
        ...
    ValueError: the key 'cat' is there twice: keep one of them.
    """
    content = dict(pairs)
    if len(content) < len(pairs):
        twice = repeated(key for key, _ in pairs)
        raise ValueError(f"the key {twice!r} is there twice: keep one of them.")
    return content


def load_json(path: str) -> Any:
    """The contents of a JSON file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, no JSON in UTF-8, nested too deeply, or has a key twice;
            the message begins with the path.
    """
    check_file(path)
    text = read_text(path)
    with json_errors(path):
        return json.loads(text, object_pairs_hook=without_repeats)


def read_text(path: str) -> str:
    """The text of a file without a byte order mark.

    Raises:
        ValueError: The file is not in UTF-8; the message begins with the path.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path}, line {line} is not complete JSON in UTF-8 ({error}): save the file as UTF-8."
        ) from None


def is_unicode(text: str) -> bool:
    r"""Whether a text can be written to a file; JSON may contain halves of characters.

    >>> is_unicode('caf\u00e9'), is_unicode('\ud83d')
    (True, False)
    """
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


@contextmanager
def json_errors(path: str) -> Iterator[None]:
    """Turn every error while a JSON file is read into a sentence that names the file."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path} is not complete JSON in UTF-8 ({error}): it may have been cut off, or is of "
            "another format."
        ) from None
    except RecursionError:
        raise ValueError(
            f"{path} has lists or objects nested too deeply: it is not an annotation file."
        ) from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
