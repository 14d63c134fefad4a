"""Portals that one national body runs for its own data: first where that body is asked for, last where it is not."""

from collections.abc import Sequence
from functools import lru_cache

from dcat.portal import Portal
from dcat.territory import NATIONAL
from dcat.text import fold
from search.question import ReadPublisher
from search.question.bodies import bodies, key_of

ASKED, OF_ALL, OF_ANOTHER = range(3)


def body_rank(portal: Portal, publishers: Sequence[ReadPublisher]) -> int:
    """Of two portals of the nation, the lower one comes first."""
    owners = _owners(portal.title) if NATIONAL in portal.territories else frozenset[str]()
    if not owners:
        return OF_ALL
    return ASKED if any(read.national and read.label in owners for read in publishers) else OF_ANOTHER


@lru_cache(maxsize=1_024)
def _owners(title: str) -> frozenset[str]:
    """The national bodies that a portal's title names: *SNCF Open Data*."""
    words = fold(title).split()
    keys = (key_of(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return frozenset(body.label for key in keys if (body := bodies().get(key)) and body.national)
