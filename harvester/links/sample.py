"""Which addresses of a portal are to be asked next."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dcat.model import Record
from harvester.archive import Archive
from harvester.archive.links import batches, digest_of, last_checked

NEVER = ""


class Candidate(Struct, frozen=True, order=True):
    """In the order of asking: the digest mixes the hosts of those that are equally old."""

    checked: str
    digest: str
    address: str


def due(archive: Archive, portal: str, most: int) -> list[str]:
    """At most so many: those that were never asked, then those that were asked longest ago. No more than these and a
    batch are held, however many the portal has, and however often it repeats one."""
    chosen: list[Candidate] = []
    for one in _candidates(archive, portal):
        place = bisect_left(chosen, one)
        if place < most and chosen[place : place + 1] != [one]:
            chosen.insert(place, one)
            del chosen[most:]
    return [one.address for one in chosen]


def _candidates(archive: Archive, portal: str) -> Iterator[Candidate]:
    for some in batches(addresses(archive.records(portal))):
        asked = last_checked(archive, some)
        for one in some:
            yield Candidate(asked[one].isoformat() if one in asked else NEVER, digest_of(one), one)


def addresses(records: Iterable[Record]) -> Iterator[str]:
    """What distributions link to on the web."""
    for record in records:
        for distribution in record.dataset.distributions:
            for address in (*distribution.access_urls, *distribution.download_urls):
                if address.startswith(("http://", "https://")):
                    yield address
