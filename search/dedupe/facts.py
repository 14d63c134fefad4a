"""What comparing needs of a record, made once from its copy and kept beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern

from msgspec import Struct

from dcat.model import text_in
from dcat.text import fold
from search.dedupe.keys import key_number
from search.dedupe.texts import (
    Words,
    bag_of,
    bands_of,
    called,
    dated_of,
    digest_of,
    near_of,
    numbers_of,
    sketch_of,
    versions_of,
    without_appendix,
    without_numbers,
    words_of,
    years_of,
)
from search.document import Copy

Keys = tuple[int, ...]

DOTS = ("...", "…")
ROLES = {
    **{role: role for role in ("own", "origin", "source", "leads", "identifier")},
    "downloads": "download",
    "mentions": "mention",
}
"""Field of ``Facts`` → role of ``search.dedupe.clues``."""


class Facts(Struct, frozen=True, array_like=True, gc=False):
    """``own``, ``origin``, ``source``, ``identifier``, ``downloads`` and ``mentions`` are the keys of the clues of
    these names, ``texts`` those of the words; by ``source`` nobody is found. ``length`` is how many different words the
    description has; ``text`` is the same for descriptions of the same words, 0 for none; ``cut`` ones end in dots.
    ``undated`` is the same for descriptions of the same words but for numbers and months, ``text_years`` are the years
    that they name. ``language`` is the title's. ``proper`` and ``proper_length`` are the sketch and the length of the
    description before a gateway's appendix, empty where it has none.
    """

    record: str
    portal: str
    title: str
    bag: str
    years: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    version: str = ""
    publisher: str = ""
    seat: str = ""
    coverage: tuple[str, ...] = ()
    keywords: Keys = ()
    modified: str = ""
    archived: bool = False
    sketch: bytes = b""
    length: int = 0
    text: int = 0
    own: Keys = ()
    origin: Keys = ()
    identifier: Keys = ()
    downloads: Keys = ()
    mentions: Keys = ()
    texts: Keys = ()
    cut: bool = False
    undated: int = 0
    text_years: tuple[str, ...] = ()
    language: str = ""
    source: Keys = ()
    leads: Keys = ()
    proper: bytes = b""
    proper_length: int = 0

    @property
    def keys(self) -> frozenset[int]:
        """By all of which the record may be found."""
        return frozenset((*self.own, *self.origin, *self.identifier, *self.downloads, *self.mentions, *self.texts))


def facts_of(copy: Copy) -> Facts:
    return next(iter(facts_of_all([copy]).values()))


def facts_of_all(copies: Sequence[Copy]) -> dict[str, Facts]:
    """Record → facts; many at once cost less than one by one."""
    titles = [fold(text_in(copy.title)) for copy in copies]
    bags = [bag_of(title) for title in titles]
    words = [words_of(text_in(copy.description)) for copy in copies]
    found = zip(copies, titles, bags, words, bands_of(words), near_of(bags), strict=True)
    return {said[0].record: _facts(*said) for said in found}


def _facts(copy: Copy, title: str, bag: str, words: Words, bands: tuple[str, ...], near: tuple[str, ...]) -> Facts:
    sketch, publisher = sketch_of(words), intern(fold(copy.publisher))
    text = digest_of(sketch, len(words))
    undated, text_years = dated_of(words)
    proper = _proper_words(text_in(copy.description))
    near = tuple(f"{band}:{publisher}" for band in near) if publisher else ()
    return Facts(
        record=copy.record,
        portal=intern(copy.portal),
        title=title,
        bag=bag,
        years=years_of(title),
        versions=versions_of(title),
        numbers=numbers_of(title),
        version=copy.version.strip().lower(),
        publisher=publisher,
        seat=copy.publisher_territory,
        coverage=copy.coverage,
        keywords=tuple(sorted(set(map(_keyword_number, copy.keywords)))),
        modified=copy.modified[:10],
        archived=copy.archived,
        sketch=sketch,
        length=len(words),
        text=text,
        **_roles(copy.identity),
        texts=_numbers(_text_keys(bag, publisher, text, (*bands, *near))),
        cut=text_in(copy.description).rstrip().endswith(DOTS),
        undated=undated,
        text_years=text_years,
        language=copy.title[0].language if copy.title else "",
        proper=sketch_of(proper),
        proper_length=len(proper),
    )


def _proper_words(description: str) -> Words:
    """Those before an appendix; none where it has none."""
    proper = without_appendix(description)
    return words_of(proper) if proper is not description and proper.strip() else frozenset()


def _roles(identity: Mapping[str, tuple[str, ...]]) -> dict[str, Keys]:
    return {field: _numbers(identity.get(role, ())) for field, role in ROLES.items()}


def _text_keys(bag: str, publisher: str, text: int, bands: tuple[str, ...]) -> Iterator[str]:
    """The words of a title, also as a republisher writes it, of a series' titles, of title and description together;
    bands of the description, and of the title under one publisher."""
    if not bag:
        return
    yield f"title:{bag}"
    yield f"called:{called(bag)}"
    if publisher:
        yield f"called:{called(bag, publisher)}"
    if (series := without_numbers(bag)) and series != bag:
        yield f"series:{series}"
    if text:
        yield f"same:{text}:{bag}"
    yield from bands


@lru_cache(maxsize=20_000)
def _keyword_number(keyword: str) -> int:
    """Many records have the same."""
    return key_number(keyword.lower().replace("-", " "))


def _numbers(keys: Iterable[str]) -> Keys:
    return tuple(sorted(set(map(key_number, keys))))
