"""Options of formats on a command line."""

import argparse
import ast
from collections.abc import Sequence
from typing import Any


class OptionAction(argparse.Action):
    """Collect ``KEY=VALUE`` into a dict.

    A value is what Python reads it as (``1``, ``True``, ``['a', 'b']``, ``{'yes': 1}``), ``true``
    or ``false``, or else a text. Blanks stay; text with commas, also in brackets, is a list.
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
        options = {}
        for pair in values or ():
            key, equals, text = str(pair).partition("=")
            if not equals:
                parser.error(f"{option_string} {pair}: write KEY=VALUE")
            options[key] = option_value(text)
        setattr(namespace, self.dest, options)


def option_value(text: str) -> Any:
    """The value that a text stands for.

    >>> option_value("{'yes': 1}"), option_value("Finding Labels"), option_value("cat,sea lion")
    ({'yes': 1}, 'Finding Labels', ['cat', 'sea lion'])
    """
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        pass
    bare = text[1:-1] if text[:1] + text[-1:] in ("[]", "()") else text
    if "," in bare and bare.strip(","):
        return [part.strip() for part in bare.split(",")]
    return [bare] if bare != text else text
