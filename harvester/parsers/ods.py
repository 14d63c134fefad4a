"""Opendatasoft (Huwise) Explore API: v2.1 and v2.0 pages, whole exports, v1 search answers, one dataset alone."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from dcat.findings import finding
from dcat.iri import clean_iri, is_http
from dcat.model import (
    Agent,
    BoundingBox,
    Concept,
    ContactPoint,
    Dataset,
    Distribution,
    Origin,
    Period,
    Place,
    Popularity,
    Text,
    Texts,
)
from dcat.portal import Portal
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.document import (
    Document,
    Encoded,
    Items,
    Members,
    count_of,
    encoded_object,
    items_of,
    read_document,
    value_of,
)
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from harvester.parsers.rows import Described, Shape, read_rows

# Where a page keeps its rows and its total: v2.1, v2.0 and v1 (both "datasets").
LISTS = ("results", "datasets")
TOTALS = ("total_count", "nhits")
EXPORTS = ("csv", "json")

# Known and of no use to a description: how the portal keeps the data, and templates that say again what ``default``
# says (``custom`` is every portal's own).
UNUSED = frozenset(
    (
        *("fields", "visibility", "data_visible", "links", "basic_metas", "extra_metas", "recordid", "_links"),
        *("metas.dcat.granularity", "metas.dcat.accrualperiodicity"),
        *("metas.custom", "metas.dublin-core", "metas.dc-metadata", "interop_metas.inspire.hierarchy_level"),
        *(
            f"{place}.{name}"
            for place in ("metas", "metas.default")
            for name in (
                *("records_count", "data_processed", "timezone", "oauth_scope", "domain", "visibility"),
                *("modified_updates_on_metadata_change", "modified_updates_on_data_change", "shared_catalog"),
                *("geographic_area", "geographic_area_mode", "geographic_reference_auto", "geometry_types"),
                *("source_domain", "source_domain_title", "parent_domain"),
            )
        ),
    )
)

INSIDE = "odsfile:"
"""What begins the name of a file that the portal keeps, which is no address."""

_ADDRESS = re.compile(r"https?://[^\s,;<>\"]+")


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of the catalogue in any version's shape. Raises ``UnreadablePage`` where it is none of them."""
    document = read_document(fetched)
    rows, declared, following = _rows(document, fetched)
    return ParsedPage(
        records=read_rows(rows, portal, SHAPE), declared=declared, next=following, findings=document.findings
    )


def _rows(document: Document, fetched: Fetched) -> tuple[Items, int | None, str]:
    if document.items is not None:
        return document.items, None, ""
    members = document.members or {}
    for name in LISTS:
        rows = items_of(members.get(name))
        if rows is not None:
            declared = next((count_of(members[total]) for total in TOTALS if total in members), None)
            return rows, declared, _next(members.get("links"))
    if "dataset_id" in members or "datasetid" in members or "dataset" in members:
        return [encoded_object(members)], None, ""
    raise UnreadablePage(*document.findings, finding("page-not-parseable", place=fetched.url, value=_refusal(members)))


def _refusal(members: Members) -> str:
    """What the API says when it refuses: ``{"error_code": …, "message": …}``, ``{"errorcode": …, "error": …}``."""
    said = (value_of(members.get(name)) for name in ("message", "error", "error_code"))
    return next((str(text) for text in said if text), f"no list of datasets in {sorted(members)[:10]}")


def _next(links: Encoded | None) -> str:
    """The address of the next page among the links of v2.0."""
    found = value_of(links)
    for link in found if isinstance(found, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return str(link["href"])
    return ""


class _Metas:
    """The metadata templates of a dataset: nested in v2, flat beside ``interop_metas`` in v1."""

    def __init__(self, row: Fields) -> None:
        metas = row.member("metas")
        nested = metas.kind("default") is dict
        beside = metas if nested else row.member("interop_metas")
        self.default = metas.member("default") if nested else metas
        self.dcat = beside.member("dcat")
        self.inspire = beside.member("inspire")
        self.explore = beside.member("explore")
        tags = self.default.texts("metadata_languages")
        self.language = tags[0].lower() if len(tags) == 1 else ""

    def said(self, *texts: str) -> Texts:
        return tuple(Text(text, self.language) for text in texts if text)


def describe(row: Fields, portal: Portal) -> Described:
    """One dataset. What the portal serves itself (exports) becomes a distribution each."""
    metas = _Metas(row)
    identifier = row.text("dataset_id", "datasetid").strip()
    page = _page(portal, identifier)
    return Described(
        dataset=_dataset(row, metas, portal, identifier, page),
        page=page,
        modified=metas.default.text("metadata_processed"),
        origin=_origin(metas.default, portal),
        popularity=_popularity(metas),
    )


def _dataset(row: Fields, metas: _Metas, portal: Portal, identifier: str, page: str) -> Dataset:
    default, dcat = metas.default, metas.dcat
    references = default.texts("references")
    return Dataset(
        identifiers=tuple(filter(None, (identifier, row.text("dataset_uid").strip()))),
        other_identifiers=metas.inspire.texts("file_identifier"),
        title=default.words("title", language=metas.language),
        description=default.words("description", language=metas.language),
        publisher=_agent(default.words("publisher"), dcat.text("publisher_type")),
        creators=tuple(Agent(name=(Text(name),)) for name in dcat.texts("creator")),
        contact_points=_contact_points(metas),
        keywords=metas.said(*default.texts("keyword")),
        themes=tuple(Concept(label=(text,)) for text in metas.said(*default.texts("theme"))),
        spatial=tuple(_places(metas)),
        temporal=_temporal(dcat.text("temporal")),
        created=dcat.text("created"),
        issued=dcat.text("issued"),
        modified=default.text("modified"),
        frequency=concept(default.text("update_frequency") or dcat.text("accrualperiodicity")),
        languages=concepts(default.texts("language")),
        licence=concept(default.text("license_url"), default.text("license")),
        landing_pages=(page,) if page else (),
        conforms_to=concepts(dcat.texts("conforms_to")),
        provenance=metas.said(*default.texts("attributions"), dcat.text("dataquality")),
        sources=tuple(dict.fromkeys(found for text in references for found in _ADDRESS.findall(text))),
        distributions=tuple(_distributions(row, portal, identifier)),
    )


def _page(portal: Portal, identifier: str) -> str:
    return f"{portal.url.rstrip('/')}/explore/dataset/{quote(identifier, safe='@')}/" if identifier else ""


def _agent(name: Texts, kind: str) -> Agent | None:
    return Agent(name=name, type=concept(kind)) if name else None


def _contact_points(metas: _Metas) -> tuple[ContactPoint, ...]:
    for source, name in ((metas.dcat, "contact_name"), (metas.inspire, "contact_individual_name")):
        names, email = source.words(name), source.text("contact_email")
        if names or email:
            return (ContactPoint(name=names, email=email),)
    return ()


def _temporal(text: str) -> tuple[Period, ...]:
    """``2019-01-01/2019-12-31``, as the template asks for it; anything else is left for the dates to be read."""
    start, _, end = text.partition("/")
    return (Period(start=start.strip(), end=end.strip()),) if text else ()


def _places(metas: _Metas) -> Iterator[Place]:
    """A place for each territory named, with its reference (``fr_40_35238``) where the two lists go together."""
    names, references = metas.default.texts("territory"), metas.default.texts("geographic_reference")
    if len(names) == len(references):
        yield from (Place(label=(Text(name), Text(code))) for name, code in zip(names, references, strict=True))
    else:
        yield from (Place(label=(Text(name),)) for name in (*names, *references))
    yield from (Place(label=(Text(name),)) for name in metas.dcat.texts("spatial") if name not in names)
    bbox = metas.default.value("bbox")
    box = box_of(bbox)
    if box or geometry_of(bbox):
        yield Place(bbox=box, geometry="" if box else geometry_of(bbox))
    if box is None and (box := _inspire_box(metas.inspire)):
        yield Place(bbox=box)


def _inspire_box(inspire: Fields) -> BoundingBox | None:
    sides = ("westbound_longitude", "southbound_latitude", "eastbound_longitude", "northbound_latitude")
    numbers = [inspire.number(f"extend_bounding_box_{side}", f"extent_bounding_box_{side}") for side in sides]
    west, south, east, north = numbers
    if west is None or south is None or east is None or north is None:
        return None
    return BoundingBox(west, south, east, north)


def _origin(default: Fields, portal: Portal) -> Origin | None:
    """The federation keys, which only another portal's dataset has; the page there is always at the same place."""
    federated = default.boolean("federated")
    domain = default.text("source_domain_address", "source_domain").strip()
    dataset, parent = default.text("source_dataset").strip(), default.text("parent_domain").strip()
    if not (federated or domain or dataset):
        return None
    page = f"https://{domain}/explore/dataset/{quote(dataset, safe='@')}/" if "." in domain and dataset else ""
    chain = (parent,) if parent and parent != domain and host_of(f"//{parent}") not in own_hosts(portal) else ()
    return Origin(domain=domain or parent, remote_id=dataset, remote_url=page, chain=chain if domain else ())


def _popularity(metas: _Metas) -> Popularity | None:
    """``explore`` holds the counts, with ``include_app_metas``; v1 has them among the others."""
    for source in (metas.explore, metas.default):
        downloads, reuses = source.integer("download_count"), source.integer("reuse_count")
        if downloads is not None or reuses is not None:
            return Popularity(downloads=downloads, reuses=reuses)
    return None


# --- distributions ----------------------------------------------------------------------------------------------------


def _distributions(row: Fields, portal: Portal, identifier: str) -> Iterator[Distribution]:
    base = f"{portal.url.rstrip('/')}/api/explore/v2.1/catalog/datasets/{quote(identifier, safe='@')}"
    if row.boolean("has_records") and identifier:
        formats = (*EXPORTS, "geojson") if "geo" in row.texts("features") else EXPORTS
        for name in formats:
            address = f"{base}/exports/{name}"
            yield Distribution(access_urls=(address,), download_urls=(address,), format=Concept(label=(Text(name),)))
    for kind in ("alternative_exports", "attachments"):
        for file in row.members(kind):
            yield _file(file, f"{base}/{kind}")


def _file(file: Fields, base: str) -> Distribution:
    """A file beside the records. ``odsfile://`` names it inside the portal; the API gives it under its id."""
    identifier, url = file.text("id").strip(), file.text("url", "href").strip()
    written, rule = ("", None) if not url or url.startswith(INSIDE) else clean_iri(url)
    if rule:
        file.note(rule, "url", url)
    address = written if is_http(written) else f"{base}/{quote(identifier)}" if identifier else ""
    mimetype = file.text("mimetype")
    return Distribution(
        identifier=identifier,
        title=file.words("title"),
        description=file.words("description"),
        access_urls=(address,) if address else (),
        download_urls=(address,) if address else (),
        format=_file_format(url, identifier),
        media_type=concept(mimetype),
    )


def _file_format(url: str, identifier: str) -> Concept | None:
    """The extension of the file's name: ``odsfile://extra.xls`` → xls."""
    name = url.rpartition("/")[2].partition("?")[0]
    extension = name.rpartition(".")[2].lower() if "." in name else identifier if identifier.isalpha() else ""
    return concept(extension) if extension.isalnum() and len(extension) <= 8 else None


SHAPE = Shape(
    keys=("dataset_uid", "dataset_id", "datasetid"),
    describe=describe,
    landing=lambda row: row.text("href"),
    title=lambda row: _Metas(row).default.text("title"),
    unused=UNUSED,
)
