"""Exceptions of parsers as sentences that name the file."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (RecursionError, "it is nested too deeply"),
    (UnicodeError, "it has text that is not UTF-8"),
    (OSError, "it cannot be read, or is damaged"),
    ((KeyError, IndexError), "a necessary part of it is missing"),
    ((TypeError, AttributeError), "a value in it is of a wrong type"),
    (ArithmeticError, "a number in it is too large"),
)

_LETTERS = 1200  # of a message


@contextmanager
def reading(path: str, format: str) -> Iterator[None]:
    """Turn every exception while a file is read into a sentence that names the file.

    This is the last resort. A reader knows better what is wrong and where: its own ``ValueError``
    or ``FileNotFoundError`` stays, with the path before it if it does not name the file. A long
    message, as of a file with very long names, loses its middle.

    Args:
        path: The file or folder.
        format: The name of its format, for the message.

    Raises:
        ValueError: The file cannot be read; the cause is the original exception.
        FileNotFoundError: The reader has raised it.

    >>> with reading('x.json', 'splits'):
    ...     {}['classes']
    Traceback (most recent call last):
        ...
    ValueError: x.json cannot be read as splits: a necessary part of it is missing (KeyError: \
'classes').
    """
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        text = shortened(str(error))
        if not _is_sentence(error):
            reason = f"{_kind(error)} ({type(error).__name__}: {text})"
            raise ValueError(f"{path} cannot be read as {format}: {reason}.") from error
        named = os.path.basename(path) in text
        if isinstance(error, FileNotFoundError) or (named and text == str(error)):
            raise
        raise ValueError(text if named else f"{path}: {text}") from error


def reads(format: str) -> Callable[[Callable[Concatenate[str, P], R]], Callable[..., R]]:
    """Decorate a function whose first argument is a path; it then reads as in :func:`reading`.

    Args:
        format: The name of the file's format, for the message.
    """

    def decorate(read: Callable[Concatenate[str, P], R]) -> Callable[..., R]:
        @functools.wraps(read)
        def reader(path: str, *args: P.args, **kwargs: P.kwargs) -> R:
            with reading(str(path), format):
                return read(path, *args, **kwargs)

        return reader

    return decorate


def shortened(text: str) -> str:
    """A message without its middle if it is very long, as of a file with very long names."""
    return (
        text if len(text) <= _LETTERS else f"{text[: _LETTERS // 2]} ... {text[-_LETTERS // 2 :]}"
    )


def _is_sentence(error: Exception) -> bool:
    """Whether an exception comes from a reader of this project, and not from a parser."""
    if isinstance(error, FileNotFoundError):
        return error.errno is None
    return type(error) is ValueError or (
        isinstance(error, ValueError) and type(error).__module__.startswith("mmpartial")
    )


def _kind(error: Exception) -> str:
    for kinds, sentence in _KINDS:
        if isinstance(error, kinds):
            return sentence
    return "it is damaged, cut off, or of another format"
