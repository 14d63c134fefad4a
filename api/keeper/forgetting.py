"""Forgetting a person: first the archive, then everything that was made of it, then the bytes that were given up."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog

from api.errors import BadRequest
from api.keeper.indexing import rebuild
from api.keeper.lock import held, keeper_lock
from api.messages import say
from api.services import Services
from dcat.redaction import FEWEST_CHARACTERS, MOST_WORDS, Redactor, wanted
from harvester.archive import Archive
from harvester.archive.forgotten import finish, forgotten_values, key_of, remember_to_forget, unfinished
from harvester.archive.vacuum import vacuum
from harvester.forgetting import Erased, erase, forget_readings

logger = structlog.get_logger()

LOOK_SECONDS = 1.0
Tell = Callable[[str], None]
"""Hears what is waited for: a key of the message table."""


def would_forget(services: Services, value: str) -> Erased:
    """Where a value stands; nothing changes. Raises ``BadRequest``."""
    key = key_of(services.archive)
    with _in_our_words():
        asked = wanted(value, key)
    return erase(services.archive, Redactor([asked], key), dry_run=True)


def forget(services: Services, value: str, tell: Tell = lambda _: None) -> Erased:
    """Remove a value everywhere, and let no harvest bring it back. Raises ``BadRequest``.

    Harvests that were under way are waited for: they may have read the value before. What a keeper owns is left to it.
    """
    archive = services.archive
    with _in_our_words():
        asked = remember_to_forget(archive, value, datetime.now(UTC))
    erased = _erase_all(archive)
    if may_bring_back(archive):
        tell("cli_forget_waits")
        _wait(lambda: not may_bring_back(archive))
    with held(keeper_lock(services.settings.data_dir, archive.engine)) as mine:
        if mine:
            complete(services)
    if not mine:
        tell("cli_forget_keeper")
        _wait(lambda: asked.digest not in {one.digest for one in unfinished(archive)})
    return erased


def complete(services: Services) -> bool:
    """Bring clusters, index and the database's file in line with what the archive forgot; the caller holds the keeper's
    lock. False where nothing is to be done, or not yet."""
    archive = services.archive
    asked = unfinished(archive)
    if not asked or may_bring_back(archive):
        return False
    _erase_all(archive)
    known = forgotten_values(archive)
    services.catalogue.arbiter.hide(Redactor(known.values, known.key).hide)
    rebuild(services)
    services.published.drop_superseded()
    vacuum(archive)
    finish(archive, [one.digest for one in asked], datetime.now(UTC))
    logger.info("forgotten", values=len(asked))
    return True


def may_bring_back(archive: Archive) -> bool:
    """Whether a harvest is under way that began before it was told what to forget."""
    asked = [one.asked for one in unfinished(archive)]
    begun = [run.started for run in archive.under_way(datetime.now(UTC))]
    return bool(asked) and any(started <= max(asked) for started in begun)


def _erase_all(archive: Archive) -> Erased:
    known = forgotten_values(archive)
    erased = erase(archive, Redactor(known.values, known.key))
    forget_readings(archive)
    return erased


def _wait(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(LOOK_SECONDS)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        words = {"words": MOST_WORDS, "letters": FEWEST_CHARACTERS}
        raise BadRequest(say("fr", "cli_forget_refused", **words), say("en", "cli_forget_refused", **words)) from error
