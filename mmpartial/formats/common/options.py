"""Options of formats, from configs and command lines."""

import argparse
import ast
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter
from typing import Any, get_args, get_origin


def as_declared(name: str, value: Any, parameter: Parameter) -> Any:
    """The value of an option in the type of its parameter.

    Command lines and configs turn names such as the 1 in ``present=1`` into numbers.

    Raises:
        ValueError: The value is of another type.
    """
    kinds = get_args(parameter.annotation) or (parameter.annotation,)
    takes_list = any(get_origin(kind) is Sequence for kind in kinds)
    if value is None:
        return None
    if bool in kinds:
        if not isinstance(value, bool):
            raise ValueError(f"{name}={value!r}: write True or False.")
        return value
    if float in kinds:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name}={value!r}: write a number.")
        return value
    if Mapping in kinds:
        return _mapping(name, value)
    if str not in kinds:
        return value
    if _is_single(value):
        return _text(value)
    if takes_list and isinstance(value, Iterable):
        parts = list(value)
        if all(map(_is_single, parts)):
            return [*map(_text, parts)]
    raise ValueError(
        f"{name}={value!r}: write a text{' or a list of texts' if takes_list else ''}."
    )


def _mapping(name: str, value: Any) -> Mapping:
    """A mapping, or the one that a text holds; command lines give texts."""
    found = literal(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise ValueError(
            f"{name}={value!r}: write a dict in quotes, such as '{{\"x\": 1}}', or in the config, "
            "because --cfg-options takes several pairs apart."
        )
    return found


def literal(text: str) -> Any:
    """The value that a text holds in JSON or Python; the text itself if it holds neither.

    >>> literal('{"x": true}'), literal("{'x': 1}"), literal('x')
    ({'x': True}, {'x': 1}, 'x')
    """
    parsers = (ast.literal_eval, json.loads) if text[:1] in ("{", "[") else (ast.literal_eval,)
    for parse in parsers:
        try:
            return parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            pass
    return text


def _is_single(value: Any) -> bool:
    return isinstance(value, str | int | float | os.PathLike)


def _text(value: Any) -> str:
    """A value as the text that a file has for it."""
    if isinstance(value, bool):
        return str(value).lower()
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


class OptionAction(argparse.Action):
    """Collect ``KEY=VALUE`` into a dict.

    A value is a literal of Python or JSON (``1``, ``True``, ``['a', 'b']``, ``{"x": 1}``), ``true``
    or ``false``, or a text. Blanks stay. A text with commas is a list, with or without brackets.
    MMEngine's ``DictAction`` drops blanks and takes no dicts.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Parse all pairs."""
        options = dict(getattr(namespace, self.dest) or {})
        for pair in values or ():
            key, equals, text = str(pair).partition("=")
            if not equals:
                parser.error(f"{option_string} {pair}: write KEY=VALUE")
            value = option_value(text)
            if options.setdefault(key, value) != value:
                parser.error(f"{option_string} {key} is given twice: {options[key]} and {value}")
        setattr(namespace, self.dest, options)


def option_value(text: str) -> Any:
    """The value that a text stands for.

    >>> option_value("{'yes': 1}"), option_value("Finding Labels"), option_value("cat,sea lion")
    ({'yes': 1}, 'Finding Labels', ['cat', 'sea lion'])
    """
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    value = literal(text)
    if value is not text:
        return value
    bare = text[1:-1] if text[:1] + text[-1:] in ("[]", "()") else text
    if "," in bare and bare.strip(","):
        return [part.strip() for part in bare.split(",")]
    return [bare] if bare != text else text
