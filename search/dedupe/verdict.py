"""What is said of two records: how they are related, how sure that is, and which clues said so."""

from enum import StrEnum

from msgspec import Struct


class Relation(StrEnum):
    """How one record's dataset stands to the other's. Only ``SAME`` merges."""

    SAME = "same"
    VERSION = "version"  # another state of one dataset: renamed, revised
    PART = "part"  # an extract of a whole, a local source of an aggregate
    SERIES = "series"  # the same thing of another year, place or number
    RELATED = "related"
    DIFFERENT = "different"

    @property
    def links(self) -> bool:
        """Whether the two are shown beside each other without being one."""
        return self in LINKS


LINKS = frozenset(Relation) - {Relation.SAME, Relation.DIFFERENT}


class Weighed(Struct, frozen=True):
    """One clue's part in a verdict: what it added to the score, what each side says, and what the clue means.

    The words are there only where the verdict is to be read by somebody (``search.dedupe.waterfall``).
    """

    clue: str
    weight: float
    one: str = ""
    other: str = ""
    text_fr: str = ""
    text_en: str = ""


class Verdict(Struct, frozen=True):
    """``one`` and ``other`` are record ids, the smaller first. ``veto`` is the clue that forbids a merge whatever the
    others say, ``""`` where none does. ``whole`` is, for a part, the record that holds more; ``""`` where it is not
    told.
    """

    one: str
    other: str
    relation: Relation
    score: float
    veto: str = ""
    clues: tuple[Weighed, ...] = ()
    whole: str = ""


class Link(Struct, frozen=True):
    """What is kept of a verdict between two records that are not one dataset and have to do with each other."""

    record: str
    other: str
    relation: Relation
    score: float
    whole: str = ""
