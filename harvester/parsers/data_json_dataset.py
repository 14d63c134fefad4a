"""One dataset of DCAT-US 1.1, and of what ArcGIS Hub makes of DCAT-AP: the same terms."""

import re
from collections.abc import Iterator

from dcat.iri import is_http
from dcat.model import Agent, ContactPoint, Dataset, Text, Texts
from dcat.namespaces import DCT, FOAF
from dcat.portal import Portal
from dcat.rdf.term import literal
from harvester.parsers import dcat
from harvester.parsers.concepts import concept, concepts, licence
from harvester.parsers.data_json_distribution import distribution
from harvester.parsers.data_json_extent import periods, places
from harvester.parsers.fields import Fields
from harvester.parsers.hosts import own_hosts
from harvester.parsers.iso.statements import Statement, iri_or_text, render, typed
from harvester.parsers.rows import Described

ORG = "http://www.w3.org/ns/org#"
DEEPEST = 10
"""So many bodies above a publisher are kept."""

_REPEATED = re.compile(r"R\d*/P", re.IGNORECASE)

# Known and of no use to a description: budget codes, what JSON-LD adds, what another field says better.
UNUSED = frozenset(
    (
        *("@type", "@context", "bureauCode", "programCode", "primaryITInvestmentUII", "systemOfRecords", "dataQuality"),
        "describedByType",
        *(f"{node}[].{name}" for node in ("publisher", "creator", "contactPoint") for name in ("@type", "@context")),
        *(f"distribution[].{name}" for name in ("@type", "@context", "describedByType")),
        "contactPoint[].@id",
    )
)


def describe(row: Fields, portal: Portal) -> Described:
    """One dataset, its terms by their local names."""
    dataset = read_dataset(row)
    landing = next(filter(is_http, dataset.landing_pages), "")
    return Described(dataset=dataset, page=landing, origin=dcat.origin(dataset, own_hosts(portal)))


def read_dataset(row: Fields) -> Dataset:
    """What the dataset says of itself."""
    modified = row.text("modified").strip()
    repeated = bool(_REPEATED.match(modified))
    frequency = row.text("accrualPeriodicity") or (modified if repeated else "")
    iri, identifier = row.text("@id").strip(), row.text("identifier").strip()
    return Dataset(
        iri=iri if is_http(iri) else "",
        identifiers=(identifier,) if identifier else (),
        title=row.words("title"),
        description=row.words("description"),
        publisher=agent(row, "publisher"),
        creators=tuple(filter(None, (agent(row, "creator"),))),
        contact_points=tuple(_contact_points(row)),
        keywords=_keywords(row),
        themes=concepts(row.listed("theme")),
        spatial=tuple(places(row)),
        temporal=tuple(periods(row)),
        created=row.text("created"),
        issued=row.text("issued"),
        modified="" if repeated else modified,
        frequency=concept(frequency),
        languages=concepts(row.listed("language")),
        licence=licence(row),
        rights=row.words("rights"),
        access_rights=concept(row.text("accessLevel", "accessRights")),
        landing_pages=row.texts("landingPage"),
        documentation=(*row.texts("describedBy"), *row.texts("references"), *row.texts("page")),
        conforms_to=concepts(row.texts("conformsTo")),
        provenance=row.words("provenance"),
        sources=row.texts("source"),
        version=row.text("version"),
        hvd_categories=concepts(row.texts("hvdCategory")),
        applicable_legislation=row.texts("applicableLegislation"),
        distributions=tuple(map(distribution, row.members("distribution"))),
        extra=render((DCT.isPartOf, iri_or_text(whole)) for whole in row.texts("isPartOf")),
    )


def _keywords(row: Fields) -> Texts:
    if row.kind("keyword") is dict:
        return row.words("keyword")
    return tuple(Text(word) for word in row.listed("keyword", "keywords", "tags"))


def agent(row: Fields, name: str) -> Agent | None:
    """A name alone, or an organisation with those that it is a part of."""
    if row.kind(name) in (str, list) and not row.holds_objects(name):
        words = row.text(name).strip()
        return Agent(name=(Text(words),)) if words else None
    node = next(iter(row.members(name)), None)
    if node is None:
        return None
    iri = node.text("@id").strip()
    found = Agent(
        name=_stripped(node.words("name", "prefLabel", "title")),
        iri=iri if is_http(iri) else "",
        identifier=node.text("identifier").strip(),
        email=node.text("mbox", "email").strip(),
        homepage=node.text("homepage", "url").strip(),
        extra=render(_above(node, DEEPEST)),
    )
    return found if found != Agent() else None


def _stripped(texts: Texts) -> Texts:
    return tuple(Text(text.value.strip(), text.language) for text in texts)


def _above(node: Fields, left: int) -> Iterator[Statement]:
    """``subOrganizationOf``, as deep as it goes."""
    if left and node.holds_objects("subOrganizationOf"):
        above = node.member("subOrganizationOf")
        above.ignore("@type")
        name = above.text("name").strip()
        inner = tuple(_above(above, left - 1))
        yield f"{ORG}subOrganizationOf", (typed(FOAF.Organization), (FOAF.name, literal(name) if name else ""), *inner)


def _contact_points(row: Fields) -> Iterator[ContactPoint]:
    if not row.holds_objects("contactPoint"):
        yield from (ContactPoint(name=(Text(name),)) for name in row.texts("contactPoint"))
        return
    for node in row.members("contactPoint"):
        found = ContactPoint(
            name=_stripped(node.words("fn", "name")),
            email=node.text("hasEmail", "email").strip().removeprefix("mailto:"),
            url=node.text("hasURL", "url").strip(),
            telephone=node.text("hasTelephone", "telephone", "tel").strip(),
        )
        if found != ContactPoint():
            yield found
