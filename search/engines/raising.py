"""The first hits of a page, where some documents are raised after the engine has scored the words."""

from collections.abc import Iterable, Mapping
from heapq import heappush, heappushpop

import tantivy

Place = int  # of all documents: one segment after the other, in each the documents in their order
DOCUMENT_BITS = 32
Scored = tuple[float, tantivy.DocAddress]


def place_of(address: tantivy.DocAddress) -> Place:
    return (address.segment_ord << DOCUMENT_BITS) + address.doc


def best(hits: Iterable[Scored], times: Mapping[Place, float], number: int) -> list[Scored]:
    """The first ``number`` by score × ``times`` (1 for what is not there), the best first; equal ones by their place.

    ``hits`` come with falling scores: what cannot rise to the first ones is not looked at.
    """
    most = max(times.values(), default=1.0)
    kept: list[tuple[float, Place, tantivy.DocAddress]] = []  # the least one first
    for score, address in hits:
        if len(kept) >= number and (not kept or score * most < kept[0][0]):
            break
        place = place_of(address)
        raised = score * times.get(place, 1.0)
        if len(kept) < number:
            heappush(kept, (raised, -place, address))
        elif raised >= kept[0][0]:
            heappushpop(kept, (raised, -place, address))
    return [(score, address) for score, _, address in sorted(kept, reverse=True)]


def may_rise(score: float, times: Mapping[Place, float], kept: list[Scored], number: int) -> bool:
    """Whether a hit with this score or a lower one can be among the first ``number``, of which these are known."""
    return len(kept) < number or score * max(times.values(), default=1.0) >= kept[-1][0]
