"""What was told of the index in the database: numbers by name, which say whether what is remembered still holds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa

from search.dedupe.sessions import reading
from search.dedupe.tables import state

_TOLD = sa.select(state.c.name, state.c.value)


class Told:
    """``now()`` is what any process told last; what was never told is not there. Raises ``IndexUnavailable``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._held: ContextVar[Mapping[str, int] | None] = ContextVar("told", default=None)

    def now(self) -> Mapping[str, int]:
        held = self._held.get()
        return self._read() if held is None else held

    @contextmanager
    def once(self) -> Iterator[None]:
        """Within, what is told at the beginning holds: one look for a whole question."""
        token = self._held.set(self._read())
        try:
            yield
        finally:
            self._held.reset(token)

    def _read(self) -> Mapping[str, int]:
        with reading(self._engine) as connection:
            return {row.name: row.value for row in connection.execute(_TOLD)}
