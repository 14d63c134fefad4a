"""What in a record proves which dataset it is: the table of clues, each a small function record → keys.

Strongest first (protocols, section k): explicit pointers of a copy to its origin, identifiers that are unique in the
world, addresses of the data themselves. Two records meet where they share a key; ``search.dedupe.clusters`` decides.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from dcat.iri import is_public_http
from dcat.model import Distribution, Record
from dcat.portal import Portal
from dcat.text import fold
from search.dedupe.addresses import UUID, address_key, canonical_host, hosts, reference
from search.dedupe.texts import ADDRESS

PLACEHOLDERS = frozenset(
    fold(word)
    for word in (
        *("todo", "tbd", "a remplir", "à compléter", "n/a", "na", "nc", "none", "null", "nan", "undefined", "inconnu"),
        *("unknown", "néant", "aucun", "sans objet", "test", "id", "identifiant", "identifier", "x", "xx", "xxx"),
        *("00000000-0000-0000-0000-000000000000", "default", "new", "string", "dataset", "example"),
    )
)
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
SHORTEST = 3  # characters; a shorter identifier ("1", "ab") names nothing
LONGEST_PLACEHOLDER = 40
SYNCED = "sync-"
FILE = re.compile(r"\.[a-z0-9]{2,8}$")
LONGEST_KEY = 400
MOST_MENTIONS = 10  # addresses read in a description

Names = Mapping[str, str]
Clue = Callable[[Record, str, Names], Iterable[str]]


class Clues:
    """The clues for one set of portals (their host names are part of what is compared)."""

    def __init__(self, portals: Mapping[str, Portal]) -> None:
        self._names = hosts(portals.values())
        self._hosts = {portal.id: next(iter(hosts([portal])), "") for portal in portals.values()}

    def of(self, record: Record) -> dict[str, tuple[str, ...]]:
        """Role → keys, each once, sorted."""
        host = self._hosts.get(record.portal, record.portal)
        found = {role: _kept(clue(record, host, self._names)) for role, clue in CLUES.items()}
        mine = {*found["own"], *found["origin"]}
        found["mention"] = tuple(key for key in found["mention"] if key not in mine)
        found["leads"] = _kept(_leads(record, found))
        return {role: keys for role, keys in found.items() if keys}

    def of_text(self, text: str) -> tuple[str, ...]:
        """The keys that a pasted address or identifier may be found under, the most telling first."""
        address = (address_key(text, self._names), address_key(text, self._names, "page"))
        return tuple(dict.fromkeys(key for key in (*address, *identifier_keys(text, self._names)) if key))


def own(record: Record, host: str, names: Names) -> Iterable[str]:
    """What the record is on its own portal: its key there, its identifiers, its page."""
    for identifier in dict.fromkeys((record.source_key, *record.dataset.identifiers)):
        if not is_placeholder(identifier) and not is_public_http(identifier):
            yield reference(host, identifier, names)
            yield synced(identifier, host)
    page = address_key(record.page, names, "page")
    if page and _host_of(page) in (host, ""):
        yield page
        yield synced(page.rpartition(":")[2], _host_of(page)) if page.startswith("ref:") else ""


def origin(record: Record, _host: str, names: Names) -> Iterable[str]:
    """The explicit pointer: udata's ``harvest`` block, the federation marker of Opendatasoft, CKAN's guid and uri, and
    the names that a geographic CKAN gives to what it synchronises.
    """
    for name in (record.source_key, *record.dataset.identifiers, address_key(record.page, names).rpartition(":")[2]):
        if name.lower().startswith(SYNCED):
            yield synced(name[len(SYNCED) :])
    marker = record.origin
    if marker is None:
        return
    for address in (marker.remote_url, marker.uri, marker.remote_id):
        yield address_key(address, names, "page")
    slug, at, source = marker.remote_id.rpartition("@")
    if at and "." in source:
        yield reference(source, slug, names)
    elif marker.domain and not is_placeholder(marker.remote_id) and not is_public_http(marker.remote_id):
        yield reference(marker.domain, marker.remote_id, names)


def source(record: Record, _host: str, names: Names) -> Iterable[str]:
    """The portal that it was harvested from; nothing where that is told by a name that is no host's."""
    marker = record.origin
    if marker is None:
        return
    slug, at, behind = marker.remote_id.rpartition("@")
    named = behind if slug and at and "." in behind else marker.domain
    if "." in named:
        yield f"host:{canonical_host(named, names)}"


def identifier(record: Record, _host: str, names: Names) -> Iterable[str]:
    """Identifiers that are unique in the world: IRI, UUID, DOI."""
    dataset, marker = record.dataset, record.origin
    pointed = (marker.uri, marker.remote_id) if marker else ()
    said = (dataset.iri, *dataset.identifiers, *dataset.other_identifiers, record.source_key, *pointed)
    for text in dict.fromkeys(said):
        yield from identifier_keys(text, names)


def download(record: Record, _host: str, names: Names) -> Iterable[str]:
    """Where the data themselves are, and their checksums."""
    for distribution in record.dataset.distributions:
        yield from _distribution(distribution, names)


def mention(record: Record, _host: str, names: Names) -> Iterable[str]:
    """The datasets that the description leads to, and those that the source names (dct:source, dct:isVersionOf)."""
    text = " ".join(text.value for text in record.dataset.description)
    addresses = (*ADDRESS.findall(text)[:MOST_MENTIONS], *record.dataset.sources, *record.dataset.is_version_of)
    for address in addresses:
        key = address_key(address.rstrip(".,;:"), names, "")
        if key.partition(":")[0] in ("ref", "item"):
            yield key


CLUES: Mapping[str, Clue] = {
    "own": own,
    "origin": origin,
    "source": source,
    "identifier": identifier,
    "download": download,
    "mention": mention,
}


def synced(identifier: str, host: str = "") -> str:
    """``sync-slug_host`` as a key: hosts are written there without dots, dashes and underscores come and go."""
    return f"sync:{''.join(fold(identifier + host).split())}"


def identifier_keys(text: str, names: Names) -> Iterable[str]:
    """The keys of one identifier; none where it is a placeholder or only means something on its portal."""
    if is_placeholder(text):
        return
    lowered = text.strip().lower()
    if doi := DOI.search(lowered):
        yield f"doi:{doi.group().rstrip('.,;)')}"
    if not is_placeholder(uuid := "".join(UUID.findall(lowered)[-1:])):
        yield f"uuid:{uuid}"
    if is_public_http(text.strip()):
        yield address_key(text.strip(), names, "iri")


def is_placeholder(text: str) -> bool:
    """``TODO``, ``A REMPLIR``, ``0``, ``n/a``: what is written where an identifier was asked for."""
    if len(text) > LONGEST_PLACEHOLDER:
        return False
    folded = fold(text)
    return len(folded) < SHORTEST or folded in PLACEHOLDERS or not folded.replace("0", "").strip()


def _distribution(distribution: Distribution, names: Names) -> Iterable[str]:
    if distribution.checksum and len(distribution.checksum.value) >= 32:
        yield f"sum:{distribution.checksum.algorithm}:{distribution.checksum.value.lower()}"
    if distribution.download_urls:
        yield from (address_key(url, names) for url in distribution.download_urls)
        return
    for url in distribution.access_urls:
        key = address_key(url, names)
        if not key.startswith("url:") or FILE.search(key):
            yield key


def _leads(record: Record, found: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Where it came from: the portal that its marker names, else those of the datasets that its text leads to."""
    if marker := record.origin:
        return found["source"] or (f"host:{marker.domain or marker.remote_url or marker.remote_id}",)
    return (f"host:{host}" for key in found["mention"] if (host := _host_of(key)))


def _host_of(key: str) -> str:
    """The host in a ``ref`` or ``page`` key; ``""`` in the others, which name none."""
    kind, _, value = key.partition(":")
    return re.split(r"[:/]", value, maxsplit=1)[0] if kind in ("ref", "page") else ""


def _kept(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({key[:LONGEST_KEY] for key in keys if key}))
