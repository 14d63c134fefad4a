"""Tables of things that are imported when they are asked for: a process that speaks one protocol loads that of one."""

from collections.abc import Iterator, Mapping
from pkgutil import resolve_name
from typing import Generic, TypeVar

from dcat.portal import Protocol

T = TypeVar("T")


class Named(Mapping[Protocol, T], Generic[T]):
    """Protocol → what has a name (``package.module:name``)."""

    def __init__(self, names: Mapping[Protocol, str]) -> None:
        self._names = names

    def __getitem__(self, protocol: Protocol) -> T:
        found: T = resolve_name(self._names[protocol])
        return found

    def __iter__(self) -> Iterator[Protocol]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
