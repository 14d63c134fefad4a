"""INSPIRE Atom: feeds that lead to the files of datasets whose records are elsewhere (protocols.md §i).

A service feed names each dataset by the code and the namespace of its identifier, and leads to a feed of its own, whose
links are the files. No catalogue: ``files_of`` gathers which distributions belong to which identifier, ``with_files``
puts them to the records that have it, while they are read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import finding
from dcat.iri import is_http, normalise_url
from dcat.model import Concept, Dataset, Distribution, Text
from dcat.portal import Portal
from harvester.parsers.identity import is_placeholder
from harvester.parsers.iso.tree import Element, Path, language_tag, said
from harvester.parsers.page import Fetched, ParsedRecord, UnreadablePage
from harvester.parsers.xml_page import read_xml

ATOM = "application/atom+xml"
ENTRY = frozenset(("entry",))
FILES = ("alternate", "section", "enclosure")
"""Relations of links to files: a whole, one of several parts, and what other software writes for either."""
RECORD = "describedby"
SHORTEST_NAME = 8
"""So many characters at least has what names a record in an address."""

_CODE = Path("spatial_dataset_identifier_code")
_NAMESPACE = Path("spatial_dataset_identifier_namespace")
_LINK = Path("link")
_TITLE = Path("title")
_UPDATED = Path("updated")
_RIGHTS = Path("rights")
_CATEGORY = Path("category")
_NAME = re.compile(r"[\w.:-]+")


class Entry(Struct, frozen=True):
    """What one entry says. ``names`` identify a dataset, ``code`` does where no other dataset of the feeds has it;
    ``feeds`` are addresses of feeds, ``files`` distributions."""

    names: tuple[str, ...] = ()
    code: str = ""
    feeds: tuple[str, ...] = ()
    files: tuple[Distribution, ...] = ()


def read_feed(fetched: Fetched) -> tuple[Entry, ...]:
    """The entries of a feed. Raises ``UnreadablePage`` on what is none."""
    page = read_xml(fetched, "feed", ENTRY)
    if page.root != "feed":
        raise UnreadablePage(*page.findings, finding("page-not-parseable", place=fetched.url, value=f"<{page.root}>"))
    return tuple(_entry(found.element, fetched.url) for found in page.records if found.element is not None)


def _entry(element: Element, base: str) -> Entry:
    links = [(link, _address(link, base)) for link in _LINK.all(element)]
    records = [address for link, address in links if link.get("rel") == RECORD]
    wanted = [(link, address) for link, address in links if link.get("rel", "alternate") in FILES and is_http(address)]
    feeds = tuple(address for link, address in wanted if ATOM in link.get("type", ""))
    files = tuple(
        _file(element, link, address)
        for link, address in wanted
        if ATOM not in link.get("type", "") and "html" not in link.get("type", "")
    )
    code, namespace = said(_CODE.first(element)), said(_NAMESPACE.first(element))
    names = dict.fromkeys((*_names(code, namespace), *(name for address in records for name in _named_in(address))))
    return Entry(tuple(names), "" if is_placeholder(code) else code, feeds, files)


def _address(link: Element, base: str) -> str:
    address = str(link.get("href") or "").strip()
    with suppress(ValueError):
        return urljoin(base, address) if address else ""
    return ""


def _names(code: str, namespace: str) -> Iterator[str]:
    """A code that is an address or that stands in a namespace."""
    if is_http(code) or code.startswith("urn:"):
        yield code
    elif code and namespace and not is_placeholder(code):
        yield f"{namespace}{code}" if namespace[-1] in "/#:" else f"{namespace}/{code}"


def _named_in(address: str) -> Iterator[str]:
    """What may name a record in the address of its metadata: the last part of the path, and ``id``, ``uuid``…"""
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    last = parts.path.rstrip("/").rpartition("/")[2].removesuffix(".xml")
    for name in (
        last,
        *(value for key, value in parse_qsl(parts.query) if key.lower() in ("id", "uuid", "identifier")),
    ):
        if len(name) >= SHORTEST_NAME and _NAME.fullmatch(name):
            yield name


def _file(element: Element, link: Element, address: str) -> Distribution:
    """One format in one reference system."""
    language = language_tag(link.get("hreflang", "")[:3])
    title = (link.get("title") or "").strip() or said(_TITLE.first(element))
    form, length, rights = (
        (link.get("type") or "").strip(),
        (link.get("length") or "").strip(),
        said(_RIGHTS.first(element)),
    )
    media = Concept(label=(Text(form),)) if form else None
    return Distribution(
        title=(Text(title, language),) if title else (),
        access_urls=(address,),
        download_urls=(address,),
        format=media,
        media_type=media,
        rights=(Text(rights),) if rights else (),
        conforms_to=tuple(_systems(element)),
        byte_size=int(length[:15]) if length.isdecimal() else None,
        modified=said(_UPDATED.first(element)),
    )


def _systems(element: Element) -> Iterator[Concept]:
    """The categories of an entry are the reference systems of its files."""
    for category in _CATEGORY.all(element):
        term, label = (category.get("term") or "").strip(), (category.get("label") or "").strip()
        if is_http(term):
            yield Concept(iri=term, label=(Text(label),) if label else ())


# --- which files are whose --------------------------------------------------------------------------------------------


def files_of(feeds: Mapping[str, tuple[Entry, ...]]) -> dict[str, tuple[Distribution, ...]]:
    """Distributions by what identifies their dataset, from feeds by their addresses. A feed that no entry with an
    identifier leads to is nobody's."""
    entries = [entry for one in feeds.values() for entry in one if entry.names or entry.code]
    codes = Counter(entry.code for entry in entries)
    found: dict[str, dict[Distribution, None]] = {}
    for entry in entries:
        led = [file for address in entry.feeds for inner in feeds.get(address, ()) for file in inner.files]
        weak = (entry.code,) if entry.code and codes[entry.code] == 1 else ()
        for name in map(as_compared, (*entry.names, *weak)):
            found.setdefault(name, {}).update(dict.fromkeys((*entry.files, *led)))
    return {name: tuple(files) for name, files in found.items() if files}


def as_compared(identifier: str) -> str:
    """Two spellings of one address are one identifier."""
    return normalise_url(identifier) if is_http(identifier) else identifier.strip()


def with_files(records: Iterable[ParsedRecord], portal: Portal) -> Iterable[ParsedRecord]:
    """The records, each with the files that feeds have of it."""
    return (_with_files(one, portal.files) for one in records) if portal.files else records


def _with_files(parsed: ParsedRecord, files: Mapping[str, tuple[Distribution, ...]]) -> ParsedRecord:
    if parsed.record is None:
        return parsed
    dataset = parsed.record.dataset
    names = dict.fromkeys(map(as_compared, (*dataset.identifiers, *dataset.other_identifiers, parsed.source_key)))
    more = [file for name in names for file in files.get(name, ())]
    return replace(parsed, record=replace(parsed.record, dataset=_extended(dataset, more))) if more else parsed


def _extended(dataset: Dataset, files: list[Distribution]) -> Dataset:
    """With the files whose address the dataset does not have yet."""
    known = {normalise_url(url) for one in dataset.distributions for url in (*one.access_urls, *one.download_urls)}
    new: dict[str, Any] = {}
    for file in files:
        if (address := normalise_url(file.download_urls[0])) not in known:
            new.setdefault(address, file)
    return replace(dataset, distributions=(*dataset.distributions, *new.values())) if new else dataset
