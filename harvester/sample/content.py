"""The words and facts of one dataset, as its publisher describes it on its own portal."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from dcat.competence import competences
from dcat.portal import Level, Protocol
from dcat.territory import Territory, gazetteer
from harvester.sample.french import lower_first, of, short_name
from harvester.sample.identifiers import object_id, record_uuid, slug
from harvester.sample.network import SamplePortal
from harvester.sample.plan import Plan
from harvester.sample.publishers import body
from harvester.sample.record import Body, File, Names, SampleRecord
from harvester.sample.subjects import Subject, subjects
from harvester.sample.templates import (
    BARE_TITLE,
    EXTRACT_REMARK,
    EXTRACT_TITLES,
    SECTOR_TITLE,
    SIBLING_TITLES,
    VERSION_REMARK,
    VERSION_TITLES,
    Style,
)
from harvester.sample.words import FORMATS, FORMATS_OF_KIND, FREQUENCIES, LICENCE_WEIGHTS, SERVICES

TODAY = datetime(2026, 1, 15, 6, 0, tzinfo=UTC)
"""The sample's day: nothing in it depends on the clock."""

FREQUENCY_WEIGHTS = {"DAILY": 8, "WEEKLY": 8, "MONTHLY": 12, "QUARTERLY": 8, "ANNUAL": 34, "IRREG": 20, "UNKNOWN": 10}
ISO_PROTOCOLS = frozenset((Protocol.CSW, Protocol.GEONETWORK, Protocol.OAI_PMH))
"""Protocols of catalogues that keep ISO records."""

MOST_LAYERS = 6
"""Layers of an item of ArcGIS Online, at most."""

SIREN_FIRST = ("nantes-metropole", "loire-atlantique", "data-pays-de-la-loire")
"""Portals of the shared platform whose dataset ids begin with the publisher's SIREN."""

ISO_IDENTIFIER = 0.5
"""Share of a DCAT portal's datasets whose identifier is ``fr-{SIREN}-jdd-{UUID}``, as Géo-IDE and its like give."""


class Facts:
    """The parts of one dataset that its sentences are made of. Datasets of one group share the words, not the facts."""

    def __init__(self, plan: Plan, index: int, seed: int) -> None:
        self.plan = plan
        self.subject: Subject = subjects()[plan.subject]
        self.theme = competences()[self.subject.competence].theme
        self.publisher: Body = body(plan.body)
        self.ground: Territory = _place(self.publisher.territory)
        self.covered: Territory = _place(plan.place) if plan.place else self.ground
        self.words = Random(f"{seed}/words/{plan.words}")  # noqa: S311 - a sample, not a secret
        self.own = Random(f"{seed}/own/{index}")  # noqa: S311 - a sample, not a secret
        self.service = self.words.choice(SERVICES[self.theme])
        self.frequency = self.words.choices(list(FREQUENCY_WEIGHTS), list(FREQUENCY_WEIGHTS.values()))[0]
        self.count = self.words.randint(12, 9000)
        self.day = (TODAY - timedelta(days=self.words.randint(10, 2000))).strftime("%d/%m/%Y")

    def values(self) -> dict[str, str]:
        """What the templates name."""
        subject = self.subject.subject
        name = short_name(self.ground)
        return {
            "Subject": subject,
            "subject": lower_first(subject),
            "SUBJECT": subject.upper(),
            "of": of(self.ground),
            "name": name,
            "place": short_name(self.covered),
            "of_place": of(self.covered),
            "publisher": self.publisher.name,
            "service": self.service,
            "Service": self.service.capitalize(),
            "frequency": FREQUENCIES[self.frequency].sentence,
            "count": str(self.count),
            "day": self.day,
            "fields": str(len(self.subject.contents) + self.words.randint(1, 8)),
            "contents": ", ".join(self.subject.contents),
            "items": "\n".join(f"- {field}" for field in self.subject.contents),
            "version": str(self.plan.version),
        }


def original(plan: Plan, index: int, number: int, portal: SamplePortal, style: Style, seed: int) -> SampleRecord:
    """The record of dataset ``index`` on the portal of its publisher; ``number`` is the record's own."""
    facts = Facts(plan, index, seed)
    values = facts.values()
    title = _title(facts, values, style)
    description = _description(facts, values, style)
    issued = TODAY - timedelta(days=facts.own.randint(60, 4300), seconds=facts.own.randint(0, 80_000))
    modified = issued + (TODAY - issued) * facts.own.random()
    processed = modified + (TODAY - modified) * (facts.own.random() * 0.2)
    named = name_record(portal, title, number, seed, facts.publisher.siren)
    return SampleRecord(
        portal=portal.id,
        number=number,
        dataset=dataset_id(index),
        source_id=named.source_id,
        slug=named.slug,
        iri=named.iri,
        page=named.page,
        identifier=_identifier(facts, named, portal, seed, number),
        title=title,
        description=description,
        publisher=facts.publisher,
        licence=facts.own.choices(list(LICENCE_WEIGHTS), list(LICENCE_WEIGHTS.values()))[0],
        keywords=tuple(_keywords(facts)),
        theme=facts.theme,
        territory=facts.covered.code,
        territory_name=short_name(facts.covered),
        granularity=GRANULARITY[facts.covered.level],
        issued=issued.isoformat(),
        modified=modified.isoformat(timespec="seconds"),
        processed=processed.isoformat(timespec="milliseconds"),
        frequency=facts.frequency,
        files=tuple(_files(facts, named, portal)),
        temporal=(f"{plan.year}-01-01", f"{plan.year}-12-31") if plan.year else ("", ""),
        views=int(facts.own.paretovariate(0.8) * 10) % 100_000,
        followers=int(facts.own.paretovariate(1.5)) - 1,
        reuses=int(facts.own.paretovariate(2)) - 1,
    )


GRANULARITY = {
    Level.COMMUNE: "fr:commune",
    Level.EPCI: "fr:epci",
    Level.DEPARTEMENT: "fr:departement",
    Level.REGION: "fr:region",
    Level.NATIONAL: "country",
}
"""udata's names of levels."""


def dataset_id(index: int) -> str:
    """A real dataset's name in the truth file."""
    return f"d{index:06d}"


def name_record(portal: SamplePortal, title: str, number: int, seed: int, siren: str = "") -> Names:
    """The ids and addresses under which a portal keeps a record: real hosts, in the manner of its software."""
    named = slug(title, number)
    if portal.id in SIREN_FIRST and siren:
        named = f"{siren}_{named}"
    host = f"https://{portal.host}"
    if portal.protocol is Protocol.ODS:
        page = f"{host}/explore/dataset/{named}/"
        return Names(named, named, page, page)
    if portal.protocol is Protocol.UDATA:
        page = f"{host}/datasets/{named}"
        return Names(object_id(seed, number), named, page, page)
    identifier = record_uuid(seed, number)
    if portal.protocol is Protocol.CKAN:
        return Names(identifier, named, f"{host}/dataset/{identifier}", f"{host}/dataset/{named}")
    iri = f"{host}/id/dataset/{identifier}"
    if portal.protocol is Protocol.DCAT:
        return Names(iri, named, iri, f"{host}/dataset/{identifier}")
    if portal.protocol is Protocol.SCHEMA_ORG:
        return Names(iri, named, iri, f"{host}/dataset/{named}")
    if portal.protocol is Protocol.ARCGIS_HUB:
        item = f"{identifier.replace('-', '')}_{number % MOST_LAYERS}"
        return Names(item, named, iri, f"{host}/datasets/{item}")
    if siren and portal.protocol in ISO_PROTOCOLS and number % 2:
        identifier = f"fr-{siren}-jdd-{identifier}"
    return Names(identifier, named, iri, record_page(portal, identifier, named))


def record_page(portal: SamplePortal, identifier: str, named: str) -> str:
    """Where a portal's software shows a record that it keeps under an identifier and a slug."""
    host = f"https://{portal.host}"
    if portal.protocol in ISO_PROTOCOLS:
        return f"{portal.portal.url.rstrip('/')}/geonetwork/srv/api/records/{identifier}"
    if portal.protocol is Protocol.OGC_RECORDS:
        return f"{host}/collections/metadata:main/items/{identifier}"
    return f"{host}/dataset/{named}"


def file_id(*parts: str) -> str:
    """A stable UUID-shaped id for a distribution."""
    digest = hashlib.blake2b("/".join(parts).encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def file_url(portal: SamplePortal, named: Names, file_format: str, identifier: str) -> str:
    """Where a portal's software keeps a file."""
    words = FORMATS[file_format]
    host = f"https://{portal.host}"
    if portal.protocol is Protocol.ODS:
        return f"{host}/api/explore/v2.1/catalog/datasets/{named.source_id}/exports/{words.extension}"
    if portal.protocol is Protocol.CKAN:
        return f"{host}/dataset/{named.source_id}/resource/{identifier}/download/{named.slug}.{words.extension}"
    if portal.protocol is Protocol.UDATA:
        return f"https://static.{portal.host.removeprefix('www.')}/resources/{named.slug}/{identifier[:8]}.{words.extension}"
    return f"{host}/files/{identifier}/{named.slug}.{words.extension}"


def _title(facts: Facts, values: dict[str, str], style: Style) -> str:
    plan = facts.plan
    chosen = facts.words.choice(style.titles)
    if plan.group == "homonym":
        chosen = BARE_TITLE
    elif plan.group == "sibling":
        chosen = facts.words.choice(SIBLING_TITLES)
    title = chosen.format(**values)
    if plan.group == "part":
        title = facts.words.choice(EXTRACT_TITLES).format(title=title, **values)
    elif plan.group == "version":
        title = facts.words.choice(VERSION_TITLES).format(title=title, **values)
    if plan.sector:
        title = SECTOR_TITLE.format(title=title, sector=plan.sector)
    title = f"{title} {plan.year}" if plan.year else title
    return title[:1].upper() + title[1:]


def _description(facts: Facts, values: dict[str, str], style: Style) -> str:
    pools = (style.openings[facts.subject.kind], style.contents, style.updates, style.origins, style.remarks)
    paragraphs = [facts.words.choice(pool).format(**values) for pool in pools]
    if facts.plan.group == "part":
        paragraphs.append(EXTRACT_REMARK.format(**values))
    elif facts.plan.group == "version":
        paragraphs.append(VERSION_REMARK.format(**values))
    return "\n\n".join(paragraph[:1].upper() + paragraph[1:] for paragraph in paragraphs if paragraph)


def _keywords(facts: Facts) -> Iterator[str]:
    """Some words of the competence, the subject's last word, often the place."""
    pool = competences()[facts.subject.competence].keywords_fr
    yield from facts.words.sample(pool, min(len(pool), facts.words.randint(2, 5)))
    if facts.words.random() < 0.7:
        yield short_name(facts.ground)


def _identifier(facts: Facts, named: Names, portal: SamplePortal, seed: int, number: int) -> str:
    """dct:identifier: the portal's own id, or an ISO identifier that names the producer."""
    if portal.protocol is Protocol.DCAT:
        identifier = record_uuid(seed, number)
        iso = facts.publisher.siren and facts.own.random() < ISO_IDENTIFIER
        return f"fr-{facts.publisher.siren}-jdd-{identifier}" if iso else identifier
    return named.page if portal.protocol is Protocol.ODS else named.source_id


def _files(facts: Facts, named: Names, portal: SamplePortal) -> Iterator[File]:
    formats = facts.own.choice(FORMATS_OF_KIND[facts.subject.kind])
    if "GTFS" in facts.subject.subject:
        formats = ("GTFS",)
    for file_format in formats:
        identifier = file_id(named.source_id, file_format)
        yield File(
            file_format,
            f"{facts.subject.subject} ({file_format})",
            file_url(portal, named, file_format, identifier),
            identifier,
            facts.own.randint(2_000, 9_000_000),
        )


def _place(code: str) -> Territory:
    place = gazetteer().get(code)
    if place is None:
        raise ValueError(f"no such territory: {code}")
    return place
