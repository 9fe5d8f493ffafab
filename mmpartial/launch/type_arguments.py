"""Lists the arguments that the types in configs take."""

import inspect
from collections.abc import Callable, Iterator


def arguments_of(found: Callable) -> tuple[set[str], bool]:
    """List the arguments that a class or function takes.

    Args:
        found: The class or function. A class that takes ``**kwargs`` takes the arguments of its
            bases as well.

    Returns:
        The names, and whether it takes other arguments as well.
    """
    functions: Iterator[Callable] = iter([found])
    if inspect.isclass(found):
        functions = (vars(base)["__init__"] for base in found.__mro__ if "__init__" in vars(base))
    names: set[str] = set()
    is_open = False
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        variable = {p.name for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        names |= {p.name for p in parameters} - variable - {"self"}
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
        is_open = True
    return names, is_open
