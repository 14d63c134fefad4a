"""A record as a run receives it: what reading a page gives, and what the archive takes. Needs no database."""

from enum import IntEnum

from msgspec import Struct


class Fate(IntEnum):
    """What becomes of a record that came. A higher one wins where the same record comes twice."""

    REJECTED = 0
    KEPT = 1
    EXCLUDED = 2


Fullness = tuple[int, int, str, bool]


class StagedRecord(Struct, frozen=True):
    """A record as a run received it; ``payload`` (``dcat.codec``'s bytes) is empty unless ``fate`` is KEPT, as is
    ``title_key``: a digest of title and publisher, by which a record is known again under another identifier.

    ``partial``: it came on a page that was cut, and may be half of itself: any whole copy is fuller (``size`` is 0),
    and what is known of the record is not given up for it.
    """

    record_id: str
    source_key: str
    fate: Fate
    digest: str = ""
    payload: bytes = b""
    size: int = 0
    repaired: bool = False
    title_key: str = ""
    partial: bool = False

    @property
    def fullness(self) -> Fullness:
        """Of two copies of one record the greater stays: the order in which they came plays no part."""
        return (self.fate, self.size, self.digest, self.repaired)
