"""What the index is told of datasets: made on any processor, of their copies as the store keeps them."""

from collections.abc import Mapping

from msgspec import Struct

from dcat.portal import Portal
from search.dedupe.ailing import as_measured
from search.dedupe.elect import elect
from search.document import Copy, Document, document_of_copies
from search.engines.backend import Entry
from search.fields import entry_of
from search.vocabulary import counted

Kept = tuple[bytes, str | None]
"""A copy as the store keeps it, and what was measured of it (``search.dedupe.ailing``)."""


class Entered(Struct, frozen=True, array_like=True):
    """``shown``: dataset → the portal whose copy is shown; ``words``: how many of the datasets have each;
    ``pointing``: of the copies that name an origin, what loops are looked for by.
    """

    entries: list[Entry]
    shown: dict[str, str]
    words: dict[str, int]
    pointing: list[Copy]


def entered(clusters: Mapping[str, tuple[Copy, ...]], portals: Mapping[str, Portal]) -> Entered:
    """Of datasets with their copies."""
    documents = [document_of_cluster(dataset, copies, portals) for dataset, copies in clusters.items()]
    return Entered(
        entries=list(map(entry_of, documents)),
        shown={one.id: one.portal for one in documents},
        words=counted(documents),
        pointing=[
            Copy(record=copy.record, portal=copy.portal, identity=copy.identity)
            for copies in clusters.values()
            for copy in copies
            if copy.identity.get("origin")
        ],
    )


def entered_of_kept(clusters: Mapping[str, tuple[Kept, ...]], portals: Mapping[str, Portal]) -> Entered:
    return entered({dataset: tuple(as_measured(*one) for one in kept) for dataset, kept in clusters.items()}, portals)


def document_of_cluster(dataset: str, copies: tuple[Copy, ...], portals: Mapping[str, Portal]) -> Document:
    """A dataset as it is indexed: the elected copy first."""
    election = elect(copies, portals)
    return document_of_copies(dataset, election.copies, portals, election.reasons)
