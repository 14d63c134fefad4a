"""What is worked out when it is first asked for, and kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - reads as a decorator
    """``functools.cached_property`` without its lock, which up to Python 3.11 takes longer than most of what it guards:
    for what one thread has to itself."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work, self.__doc__ = work, work.__doc__

    def __get__(self, owner: Any, _: type) -> T:
        value = owner.__dict__[self._work.__name__] = self._work(owner)
        return value
