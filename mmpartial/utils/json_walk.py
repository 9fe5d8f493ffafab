"""Large JSON files, read one entry at a time to save memory."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .json_objects import read_text, without_repeats

_decode = json.JSONDecoder(object_pairs_hook=without_repeats).raw_decode
_space = re.compile(r"[ \t\n\r]*").match
_comma = re.compile(r"[ \t\n\r]*,[ \t\n\r]*").match


def walk_lists(text: str, takers: Mapping[str, Callable[[Any], None]]) -> Any:
    """The values of a JSON object; the elements of some of its lists go to functions.

    Args:
        text: The JSON.
        takers: For the keys of some lists a function that takes each element.

    Returns:
        The object with empty lists in their place; or the value if the text holds no object.

    Raises:
        ValueError: The text is no JSON, or an object has a key twice.

    >>> walk_lists('{"a": [1, 2], "b": [3]}', {'a': print})
    1
    2
    {'a': [], 'b': [3]}
    """
    walk = _Walk(text)
    if not walk.passes("{"):
        content = walk.value()
        walk.end()
        return content
    pairs: list[tuple[str, Any]] = []
    for key in walk.object_keys():
        if key in takers and walk.passes("["):
            walk.elements(takers[key])
            pairs.append((key, []))
        else:
            pairs.append((key, walk.value()))
    walk.end()
    return without_repeats(pairs)


def walk_lines(text: str) -> Iterator[tuple[int, Any]]:
    r"""The values of JSON Lines, each with the number of the line where it begins.

    Raises:
        ValueError: A value is no JSON, or has a key twice; the message begins with its line.

    >>> list(walk_lines('{"a": 1}\n\n{"a": 2}\n'))
    [(1, {'a': 1}), (3, {'a': 2})]
    """
    line, before, at = 1, 0, _after_space(text, 0)
    while at < len(text):
        line += text.count("\n", before, at)
        before = at
        try:
            value, at = _decode(text, at)
        except json.JSONDecodeError as error:
            raise ValueError(f"line {line} is not complete JSON in UTF-8 ({error}).") from None
        except RecursionError:
            raise ValueError(f"line {line} has lists or objects nested too deeply.") from None
        except ValueError as error:
            raise ValueError(f"line {line} is not a record: {error}") from None
        yield line, value
        at = _after_space(text, at)


def read_json_lines(path: str) -> Iterator[tuple[int, Any]]:
    """The values of a file of JSON Lines, as in :func:`walk_lines`; an error names the file."""
    text = read_text(path)
    try:
        yield from walk_lines(text)
    except ValueError as error:
        raise ValueError(f"{path}, {error}") from None


def _after_space(text: str, at: int) -> int:
    return _space(text, at).end()  # type: ignore[union-attr]  # matches always


class _Walk:
    """A reader at some place of a JSON text."""

    def __init__(self, text: str):
        self.text = text
        self._go(0)

    def passes(self, sign: str) -> bool:
        """Read a sign, if it comes next; return whether it did."""
        found = self.text.startswith(sign, self.at)
        if found:
            self._go(self.at + 1)
        return found

    def value(self) -> Any:
        """Read a value."""
        value, end = _decode(self.text, self.at)
        self._go(end)
        return value

    def key(self) -> str:
        """Read a key and its colon."""
        if not self.text.startswith('"', self.at):
            raise self._expected("property name enclosed in double quotes")
        key = self.value()
        if not self.passes(":"):
            raise self._expected("':' delimiter")
        return key

    def object_keys(self) -> Iterator[str]:
        """The keys of an object after its bracket; the caller reads the value of each."""
        if self.passes("}"):
            return
        while True:
            yield self.key()
            if self.passes("}"):
                return
            if not self.passes(","):
                raise self._expected("',' delimiter")

    def elements(self, take: Callable[[Any], None]) -> None:
        """Read a list after its bracket, and hand each element to a function."""
        if self.passes("]"):
            return
        at = self.at
        while True:
            value, at = _decode(self.text, at)
            take(value)
            comma = _comma(self.text, at)
            if comma is None:
                break
            at = comma.end()
        self._go(at)
        if not self.passes("]"):
            raise self._expected("',' delimiter")

    def end(self) -> None:
        """Check that the text ends here."""
        if self.at < len(self.text):
            raise json.JSONDecodeError("Extra data", self.text, self.at)

    def _go(self, at: int) -> None:
        self.at = _after_space(self.text, at)

    def _expected(self, what: str) -> json.JSONDecodeError:
        return json.JSONDecodeError(f"Expecting {what}", self.text, self.at)
