"""A record's facts as sets, for comparing it with many others."""

from search.dedupe.facts import Facts
from search.dedupe.keys import KIND, PAGE
from search.dedupe.once import once
from search.dedupe.texts import Sketch, place_words, unpacked


class Sets:
    """``strong`` are keys that prove identity across portals, ``unique`` those that even two records of one portal can
    only share by being the same, ``pages`` addresses of pages; ``proving`` are all of these and the downloads. ``bag``
    are words of the title.
    """

    def __init__(self, fact: Facts) -> None:
        self.fact = fact
        said = frozenset((*fact.own, *fact.origin, *fact.identifier))
        self.pages = frozenset([key for key in said if key & KIND == PAGE])
        self.strong = said - self.pages
        self.proving = said.union(fact.downloads)
        self.bag = frozenset(fact.bag.split())

    @once
    def unique(self) -> frozenset[int]:
        return self.strong.intersection((*self.fact.origin, *self.fact.identifier))

    @once
    def title(self) -> frozenset[str]:
        return frozenset(self.fact.title.split())

    @once
    def places(self) -> frozenset[str]:
        """The words of the title that belong to names of places."""
        return place_words(self.fact.title)

    @once
    def sketch(self) -> Sketch:
        return unpacked(self.fact.sketch)

    @once
    def proper(self) -> Sketch:
        """Of the description without its appendix."""
        return unpacked(self.fact.proper) if self.fact.proper else self.sketch
