"""Lists the arguments that the types in configs take."""

import inspect
import re
from collections.abc import Callable, Iterator


def arguments_of(found: Callable) -> tuple[set[str], bool]:
    """List the arguments that a class or function takes.

    Args:
        found: The class or function. A class that takes ``**kwargs`` takes the arguments of its
            bases as well.

    Returns:
        The names, and whether it takes other arguments as well.
    """
    names: set[str] = set()
    is_open = False
    for parameters in _parameters(found):
        variable = {p.name for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        names |= {p.name for p in parameters} - variable - {"self"}
        if not _has_others(parameters):
            break
        is_open = True
    return names, is_open


def types_of(found: Callable, name: str) -> set[str]:
    """List the words in the annotation of an argument, such as ``{'int', 'None'}``.

    Many write ``int = None``, without None in the annotation.

    Args:
        found: The class or function, as in :func:`arguments_of`.
        name: The argument.
    """
    for parameters in _parameters(found):
        for parameter in parameters:
            if parameter.name == name and parameter.annotation is not parameter.empty:
                words = re.findall(r"\w+", str(parameter.annotation))
                return {*words, "None"} if parameter.default is None else {*words}
        if not _has_others(parameters):
            break
    return set()


def _parameters(found: Callable) -> Iterator[list[inspect.Parameter]]:
    """The parameters of a function, or those of a class and of each of its bases."""
    functions: Iterator[Callable] = iter([found])
    if inspect.isclass(found):
        functions = (vars(base)["__init__"] for base in found.__mro__ if "__init__" in vars(base))
    for function in functions:
        yield [*inspect.signature(function).parameters.values()]


def _has_others(parameters: list[inspect.Parameter]) -> bool:
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
