"""A property that is computed once."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class kept_property(Generic[T]):
    """``functools.cached_property`` without the lock of Python 3.11, which breaks compiled graphs.

    >>> class A:
    ...     @kept_property
    ...     def x(self): return [1]
    >>> a = A()
    >>> a.x is a.x
    True
    """

    def __init__(self, function: Callable[[Any], T]):
        self.function, self.name, self.__doc__ = function, function.__name__, function.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        value = self.function(instance)
        object.__setattr__(instance, self.name, value)
        return value
