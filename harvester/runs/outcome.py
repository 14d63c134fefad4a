"""How a run ends: the one place where its status is derived and where deletions are let through or held."""

from enum import StrEnum

from msgspec import Struct


class Mode(StrEnum):
    """``full``: every record is asked for; ``incremental``: only what changed, so that absence means nothing;
    ``replay``: nothing is asked for, the pages of an earlier run are read once more."""

    FULL = "full"
    INCREMENTAL = "incremental"
    REPLAY = "replay"


class Status(StrEnum):
    """Design §5. Every value but ``running`` is final."""

    RUNNING = "running"
    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    HELD = "held"


SUCCESSFUL = (Status.OK, Status.HELD)


class Ending(StrEnum):
    """Why the walk over the source stopped."""

    EXHAUSTED = "exhausted"  # the source itself said that nothing follows
    LIMITED = "limited"  # the limit that the caller asked for
    CAPPED = "capped"  # a budget of ours, or a paging window of the portal
    BLOCKED = "blocked"  # the portal refuses us
    FAILED = "failed"  # unreachable, unreadable, or the program broke
    INTERRUPTED = "interrupted"  # Ctrl-C, or a process that died


class Tally(Struct, frozen=True):
    """What a run brought, compared with what was known. ``live`` counts the portal's records before the run,
    ``missing`` those of them that did not come, ``relinked`` those of the missing that came under another identifier,
    ``banned`` those that came but that their publisher asked us to
    leave out, ``unidentified`` the rejected records of which not even the key could be read."""

    received: int = 0
    unidentified: int = 0
    rejected: int = 0
    accepted: int = 0
    repaired: int = 0
    added: int = 0
    updated: int = 0
    live: int = 0
    missing: int = 0
    relinked: int = 0
    banned: int = 0

    @property
    def all_rejected(self) -> int:
        """Rejected records, with or without a key."""
        return self.rejected + self.unidentified

    @property
    def distinct(self) -> int:
        """Records that came, each once: those that a total can be held against."""
        return self.received - self.merged

    @property
    def vanished(self) -> int:
        """Missing records, unless they live on under another identifier."""
        return self.missing - self.relinked

    @property
    def merged(self) -> int:
        """Records that came more than once within the source."""
        return self.received - self.accepted - self.all_rejected


class Walk(Struct, frozen=True):
    """How the enumeration went. ``declared`` is the highest total that the source announced, None where it announced
    none."""

    mode: Mode
    ending: Ending
    declared: int | None = None
    failed_pages: int = 0


GATE_PROPORTION = 0.2


def proven_complete(walk: Walk, tally: Tally) -> bool:
    """Whether a record's absence proves that it has gone: a full walk to the proven end, no page lost, and as many
    *distinct* records as declared (a page that repeats a record under unstable sorting has hidden another one)."""
    reached = walk.declared is None or tally.distinct >= walk.declared
    return walk.mode is Mode.FULL and walk.ending is Ending.EXHAUSTED and walk.failed_pages == 0 and reached


def deletions_allowed(walk: Walk, tally: Tally) -> bool:
    """Whether the missing records may be deleted now: proven complete, none unreadable to the point of having no
    key, at most ``GATE_PROPORTION`` of what was known, and never the last one."""
    few = tally.vanished <= tally.live * GATE_PROPORTION
    some_stay = tally.vanished < tally.live
    return proven_complete(walk, tally) and tally.unidentified == 0 and few and some_stay


def held(walk: Walk, tally: Tally) -> int:
    """How many deletions wait for an approval: those of a complete run that the gate does not let through."""
    return tally.vanished if proven_complete(walk, tally) and not deletions_allowed(walk, tally) else 0


RELINKED_FEWEST = 5
RELINKED_PROPORTION = 0.8


def may_be_relinked(walk: Walk, tally: Tally) -> bool:
    """Whether so many records vanish that the portal may have given them all other identifiers."""
    many = tally.missing >= max(RELINKED_FEWEST, tally.live * GATE_PROPORTION)
    return many and proven_complete(walk, tally) and tally.unidentified == 0


def enough_relinked(found: int, missing: int) -> bool:
    """Whether so many of the missing records were found again that it is no accident."""
    return found >= missing * RELINKED_PROPORTION


def status_of(walk: Walk, tally: Tally) -> Status:
    """The final status of a run."""
    if walk.ending is Ending.BLOCKED:
        return Status.BLOCKED
    if _lost_something(walk, tally):
        return Status.PARTIAL if tally.received else Status.FAILED
    return Status.HELD if held(walk, tally) else Status.OK


def _lost_something(walk: Walk, tally: Tally) -> bool:
    if walk.failed_pages or walk.ending in (Ending.FAILED, Ending.INTERRUPTED, Ending.CAPPED):
        return True
    return walk.ending is Ending.EXHAUSTED and walk.declared is not None and tally.distinct < walk.declared
