"""The lock of an installation: whoever holds it is the keeper, the one scheduler and the one writer of the index."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text

# Any fixed number: PostgreSQL's advisory locks are named by integers.
ADVISORY_KEY = 0x41494755


class KeeperLock(Protocol):
    """Taken without waiting; a process that dies lets go of it."""

    def acquire(self) -> bool:
        """True where this process now holds it."""
        ...

    def release(self) -> None:
        """Let go; does nothing where it is not held."""
        ...


class FolderLock:
    """A lock file in the data folder, for an archive in SQLite."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "keeper.lock")

    def acquire(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        self._lock.release()


class AdvisoryLock:
    """A PostgreSQL advisory lock: it holds across machines, and ends with the connection that took it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}):
            self._connection = connection
            return True
        connection.close()
        return False

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def keeper_lock(folder: Path, engine: Engine) -> KeeperLock:
    """The lock that fits the archive's database."""
    return AdvisoryLock(engine) if engine.dialect.name == "postgresql" else FolderLock(folder)


@contextmanager
def held(lock: KeeperLock) -> Iterator[bool]:
    """Whether the lock could be had, for the time of the block."""
    acquired = lock.acquire()
    try:
        yield acquired
    finally:
        if acquired:
            lock.release()
