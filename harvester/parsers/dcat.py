"""DCAT feeds in any RDF syntax: pages of ``dcat.rdf``, made records of the portal."""

from collections.abc import Iterator
from pathlib import Path

from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.iri import is_http, is_public_http
from dcat.model import Dataset, Origin, Record, text_in
from dcat.portal import Portal
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.page import RdfPage, read_bytes, read_file
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.identity import first_sound, is_placeholder, made_key, short_key
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage

# Hosts that give lasting names to things of others: to be named there says nothing of where a record was copied from.
NAMING_HOSTS = frozenset(
    (
        *("doi.org", "dx.doi.org", "hdl.handle.net", "n2t.net", "ark.bnf.fr", "purl.org", "w3id.org", "data.europa.eu"),
        *("geonames.org", "sws.geonames.org", "wikidata.org", "id.insee.fr", "inspire.ec.europa.eu"),
    )
)


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of a feed. ``records`` is lazy; ``declared`` and ``next`` are Hydra's (or LDP's)."""
    try:
        content_type = fetched.headers.get("content-type", "")
        if fetched.file:
            page = read_file(Path(fetched.file), url=fetched.url, content_type=content_type)
        else:
            page = read_bytes(fetched.body, url=fetched.url, content_type=content_type)
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error
    except Exception as error:
        raise UnreadablePage(_broken(fetched, error)) from error
    records = _records(page, portal, fetched)
    return ParsedPage(
        records=records, declared=page.declared, next=page.next, findings=page.findings, licence=page.licence
    )


def _broken(fetched: Fetched, error: Exception) -> Finding:
    return finding("page-not-parseable", place=fetched.url, value=f"{type(error).__name__}: {error}")


def _records(page: RdfPage, portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    own = own_hosts(portal, fetched.url)
    datasets = iter(page.datasets)
    try:
        for dataset, findings in datasets:
            yield _record(dataset, findings, portal, own)
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error
    except Exception as error:
        raise UnreadablePage(_broken(fetched, error)) from error


def _record(dataset: Dataset, findings: tuple[Finding, ...], portal: Portal, own: frozenset[str]) -> ParsedRecord:
    """A dataset that the reader could not read keeps its key and is rejected: an empty record must not replace it."""
    key, rules = source_key(dataset)
    key = short_key(key)
    if any(found.rule == "record-not-parseable" for found in findings):
        return ParsedRecord(key, None, tuple(findings))
    record = Record(
        id=record_id(portal.id, key),
        portal=portal.id,
        source_key=key,
        dataset=dataset,
        page=_page(dataset, own),
        origin=origin(dataset, own),
    )
    said = [found if found.record else Finding(found.rule, key, found.place, found.value) for found in findings]
    said.extend(finding(rule, key, "dct:identifier", value) for rule, value in rules)
    return ParsedRecord(key, record, tuple(said))


def source_key(dataset: Dataset) -> tuple[str, list[tuple[str, str]]]:
    """The key of a dataset in its feed, and what was wrong with the better ones.

    The IRI where it is http(s) on a public host; else the first identifier that is no placeholder; else another
    absolute IRI (``urn:uuid:…``); else a digest of landing page and title.
    """
    iri = dataset.iri
    if is_public_http(iri):
        return iri, []
    wrong = [("identifier-placeholder", one) for one in dataset.identifiers if is_placeholder(one)]
    if is_http(iri):
        wrong.append(("iri-private-host", iri))
    found = first_sound(dataset.identifiers) or ("" if is_http(iri) else iri)
    if found:
        return found, wrong
    landing = next(iter((*dataset.landing_pages, *_addresses(dataset))), "")
    title = text_in(dataset.title)
    return made_key(landing, title), [*wrong, ("identifier-missing", title)]


def _addresses(dataset: Dataset) -> Iterator[str]:
    for distribution in dataset.distributions:
        yield from distribution.download_urls or distribution.access_urls


def origin(dataset: Dataset, own: frozenset[str]) -> Origin | None:
    """Where the dataset was copied from, when its IRI says so: it is an address on a public host that is neither the
    portal's, nor above or below it, nor a register of lasting names. A portal that has moved names its former host in
    ``hosts``, else its whole catalogue would look copied.

    ``dct:source`` and other identifiers stay in the dataset: they may name what the data were made from, which is no
    copy.
    """
    iri = dataset.iri
    if not is_public_http(iri):
        return None
    host = host_of(iri)
    if host in NAMING_HOSTS or any(_related(host, mine) for mine in own):
        return None
    there = next((page for page in dataset.landing_pages if host_of(page) == host), "")
    return Origin(domain=host, remote_url=there, uri=iri)


def _page(dataset: Dataset, own: frozenset[str]) -> str:
    """The landing page, the portal's own first; else the IRI, where it is an address."""
    pages = [page for page in dataset.landing_pages if is_http(page)]
    here = next((page for page in pages if host_of(page) in own), "")
    return here or next(iter(pages), "") or (dataset.iri if is_public_http(dataset.iri) else "")


def _related(host: str, mine: str) -> bool:
    """``catalogue.data.x.fr`` and ``data.x.fr``: the one below the other."""
    return host == mine or host.endswith(f".{mine}") or mine.endswith(f".{host}")
