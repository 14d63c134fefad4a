"""Addresses that can be followed, IRIs that are legal, e-mail addresses that are addresses."""

import re
from functools import lru_cache

from msgspec.structs import replace

from dcat.iri import clean_iri, is_plain
from dcat.model import Agent, Concept, ContactPoint, DataService, Dataset, Distribution
from dcat.normalise.notes import Notes
from dcat.normalise.words import as_words

LINK = re.compile(r"(?:https?|ftp)://[^/?#\s]|mailto:[^@\s]+@", re.IGNORECASE)
MISSPELT = (
    (re.compile(r"^(https?|ftp)(?::/(?!/)|//|;//|:\\\\|:///+|: +//)", re.IGNORECASE), r"\1://"),
    (re.compile(r"^(?:htpp|htttp|hhtp|ttp|http:http|http://http)(s?)://", re.IGNORECASE), r"http\1://"),
    (re.compile(r"^(?:https?://)+(?=https?://)", re.IGNORECASE), ""),
)
LOCAL = r"[^@\s<>\"(),:;\[\]\\]"
EMAIL = re.compile(rf"(?<!{LOCAL}){LOCAL}+@[\w-]+(?:\.[\w-]+)+")
AT = re.compile(r"(?<!\s)\s*(?:\[at\]|\(at\)|\{at\}|\[arobase\]|\(arobase\)| at | arobase )\s*", re.IGNORECASE)
DOT = re.compile(r"(?<!\s)\s*(?:\[dot\]|\(dot\)|\[point\]|\(point\))\s*", re.IGNORECASE)


def clean_links(dataset: Dataset, notes: Notes) -> Dataset:
    """Landing pages, documentation, addresses of distributions and services: http(s), ftp or mailto, or they leave."""
    landing_pages = _links(dataset.landing_pages, "dcat:landingPage", notes)
    documentation = _links(dataset.documentation, "foaf:page", notes)
    distributions = tuple(_clean_distribution(distribution, notes) for distribution in dataset.distributions)
    new = (landing_pages, documentation, distributions)
    if new == (dataset.landing_pages, dataset.documentation, dataset.distributions):
        return dataset
    return replace(dataset, landing_pages=landing_pages, documentation=documentation, distributions=distributions)


def clean_iris(dataset: Dataset, notes: Notes) -> Dataset:
    """IRIs of the dataset and its concepts; what is no address at all is kept as a label."""
    changes: dict[str, object] = {}
    for field in ("themes", "languages", "conforms_to", "hvd_categories"):
        old = getattr(dataset, field)
        new = tuple(clean_concept(concept, notes) for concept in old)
        if new != old:
            changes[field] = new
    for field in ("frequency", "licence", "access_rights", "type"):
        concept = getattr(dataset, field)
        if concept is not None and (cleaned := clean_concept(concept, notes)) is not concept:
            changes[field] = cleaned
    iri = _iri(dataset.iri, "dcat:Dataset", notes)
    if iri != dataset.iri:
        changes["iri"] = iri
    return replace(dataset, **changes) if changes else dataset


def clean_agents(dataset: Dataset, notes: Notes) -> Dataset:
    """Publisher, creators and contact points: e-mail addresses and pages."""
    publisher = _agent(dataset.publisher, notes) if dataset.publisher else None
    creators = tuple(_agent(agent, notes) for agent in dataset.creators)
    contact_points = tuple(_contact_point(contact, notes) for contact in dataset.contact_points)
    new = (publisher, creators, contact_points)
    if new == (dataset.publisher, dataset.creators, dataset.contact_points):
        return dataset
    return replace(dataset, publisher=publisher, creators=creators, contact_points=contact_points)


@lru_cache(maxsize=4_096)
def read_link(text: str) -> tuple[str, str | None]:
    """The address that can be followed (``""``: none), and the finding that its repair deserves."""
    if is_plain(text):
        return text, None
    address, rule = text.strip(), None
    for pattern, put in MISSPELT:
        repaired = pattern.sub(put, address)
        if repaired != address:
            address, rule = repaired, "url-scheme-repaired"
    if "@" in address and EMAIL.fullmatch(address):
        return f"mailto:{address}", "url-scheme-repaired"
    address, cleaning = clean_iri(address)
    if not LINK.match(address):
        return "", "iri-invalid"
    return address, rule or cleaning


@lru_cache(maxsize=4_096)
def read_email(text: str) -> str:
    """The first e-mail address of a text, without ``mailto:``, ``""`` where there is none."""
    text = DOT.sub(".", AT.sub("@", text.strip().removeprefix("mailto:").replace("%20", " ").replace("%40", "@")))
    found = EMAIL.search(text.partition("?")[0])
    return found[0].removeprefix("mailto:") if found else ""


def clean_concept(concept: Concept, notes: Notes) -> Concept:
    """A concept with a legal IRI or none."""
    if not concept.iri:
        return concept
    iri, rule = _cleaned(concept.iri)
    if rule is None:
        return concept
    notes.add(rule, "skos:Concept", concept.iri)
    return replace(concept, iri=iri) if iri else as_words(concept.iri, concept)


def _clean_distribution(distribution: Distribution, notes: Notes) -> Distribution:
    access = _links(distribution.access_urls, "dcat:accessURL", notes)
    download = _links(distribution.download_urls, "dcat:downloadURL", notes)
    services = tuple(_service(service, notes) for service in distribution.access_services)
    concepts = _distribution_concepts(distribution, notes)
    if not access and not download and not services:
        notes.add("distribution-without-url", "dcat:distribution", distribution.iri or distribution.identifier)
    same = access is distribution.access_urls and download is distribution.download_urls
    if same and not concepts and services == distribution.access_services:
        return distribution
    return replace(distribution, access_urls=access, download_urls=download, access_services=services, **concepts)


def _distribution_concepts(distribution: Distribution, notes: Notes) -> dict[str, object]:
    changes: dict[str, object] = {}
    for field in ("format", "media_type", "compress_format", "package_format", "licence"):
        concept = getattr(distribution, field)
        if concept is not None and concept.iri and (cleaned := clean_concept(concept, notes)) is not concept:
            changes[field] = cleaned
    iri = _iri(distribution.iri, "dcat:Distribution", notes)
    return changes if iri == distribution.iri else {**changes, "iri": iri}


def _service(service: DataService, notes: Notes) -> DataService:
    endpoints = _links(service.endpoint_urls, "dcat:endpointURL", notes)
    return service if endpoints is service.endpoint_urls else replace(service, endpoint_urls=endpoints)


def _links(links: tuple[str, ...], place: str, notes: Notes) -> tuple[str, ...]:
    """The very same tuple where nothing changes."""
    if all(map(is_plain, links)):
        return links
    read = [read_link(link) for link in links]
    if all(address == link for (address, _), link in zip(read, links, strict=True)):
        return links
    for (_, rule), link in zip(read, links, strict=True):
        if rule:
            notes.add(rule, place, link)
    return tuple(dict.fromkeys(address for address, _ in read if address))


def _iri(iri: str, place: str, notes: Notes) -> str:
    if not iri or is_plain(iri):
        return iri
    cleaned, rule = _cleaned(iri)
    if rule:
        notes.add(rule, place, iri)
    return cleaned


@lru_cache(maxsize=4_096)
def _cleaned(iri: str) -> tuple[str, str | None]:
    return clean_iri(iri)


def _agent(agent: Agent, notes: Notes) -> Agent:
    email = _email(agent.email, "foaf:mbox", notes)
    homepage = _links((agent.homepage,), "foaf:homepage", notes) if agent.homepage else ()
    iri = _iri(agent.iri, "foaf:Agent", notes)
    new = (email, homepage[0] if homepage else "", iri)
    if new == (agent.email, agent.homepage, agent.iri):
        return agent
    return replace(agent, email=new[0], homepage=new[1], iri=new[2])


def _contact_point(contact: ContactPoint, notes: Notes) -> ContactPoint:
    """A contact page that is an e-mail address (or the other way round) goes where it belongs."""
    email = _email(contact.email, "vcard:hasEmail", notes)
    links = _links((contact.url,), "vcard:hasURL", notes) if contact.url else ()
    url = links[0] if links else ""
    if url.startswith("mailto:"):
        email, url = email or read_email(url), ""
    iri = _iri(contact.iri, "vcard:Kind", notes)
    if (email, url, iri) == (contact.email, contact.url, contact.iri):
        return contact
    return replace(contact, email=email, url=url, iri=iri)


def _email(text: str, place: str, notes: Notes) -> str:
    if not text:
        return ""
    email = read_email(text)
    if not email and text.strip():
        notes.add("email-invalid", place, text)
    return email
