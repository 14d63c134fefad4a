"""udata API v1 (data.gouv.fr): list pages, and one dataset alone."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from dcat.findings import finding
from dcat.iri import is_http
from dcat.model import (
    Agent,
    Checksum,
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
from harvester.parsers.concepts import concept
from harvester.parsers.document import (
    Document,
    Encoded,
    Items,
    count_of,
    encoded_object,
    items_of,
    read_document,
    value_of,
)
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage, next_address
from harvester.parsers.rows import Described, Shape, read_rows

PUBLIC = ("open", "")
"""``access_type`` of data that are open: nothing to say."""

PAGES = ("page web", "html", "htm", "web", "url", "www:link", "www:link-1.0-http--link", "api", "ogc:wms", "ogc:wfs")
"""Formats of what is looked at or questioned, not downloaded."""

# Known and of no use to a description: what the portal keeps for itself, what another field says better.
UNUSED = frozenset(
    (
        *("acronym", "badges", "community_resources", "extras", "featured", "frequency_date", "internal", "owner"),
        *("permissions", "private", "quality", "schema", "slug", "uri", "created_at_internal", "last_update"),
        *("last_modified_internal", "description_short", "access_audiences", "authorization_request_url"),
        *("harvest.archived_at", "harvest.created_at", "harvest.issued_at", "harvest.modified_at", "harvest.ckan_name"),
        *("harvest.dct_identifier", "internal.created_at_internal", "internal.last_modified_internal"),
        *(f"metrics.{name}" for name in ("discussions", "discussions_open", "dataservices", "reuses_by_months")),
        *(f"metrics.{name}" for name in ("followers_by_months", "views_by_months", "resources_downloads_by_months")),
        *(f"organization.{name}" for name in ("acronym", "badges", "class", "created_at", "description", "extras")),
        *(f"organization.{name}" for name in ("id", "last_modified", "logo", "logo_thumbnail", "metrics", "slug")),
        *("organization.page", "organization.uri", "spatial.granularity", "schema.version"),
        *(f"owner.{name}" for name in ("avatar", "avatar_thumbnail", "class", "page", "slug", "uri", "id")),
        *(
            f"resources[].{name}"
            for name in ("extras", "latest", "metrics", "preview_url", "internal", "harvest", "type")
        ),
        *(f"resources[].internal.{name}" for name in ("created_at_internal", "last_modified_internal")),
        *(f"resources[].harvest.{name}" for name in ("issued_at", "modified_at", "dct_identifier", "last_update")),
        *(
            "resources[].schema.version",
            "contact_points[].id",
            "contact_points[].role",
            "contact_points[].organization",
        ),
    )
)


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of datasets. ``window`` is the page size that the server really took."""
    document = read_document(fetched)
    members = document.members or {}
    return ParsedPage(
        records=read_rows(_rows(document, fetched), portal, SHAPE),
        declared=count_of(members.get("total")),
        next=_next(members.get("next_page"), fetched.url),
        window=count_of(members.get("page_size")),
        findings=document.findings,
    )


def last_changes(fetched: Fetched) -> list[str]:
    """When each row of a list last changed on the portal (UTC, to the second): ``sort=last_update`` goes by that date,
    not by the one that rows call so. ``""`` where a row does not say. Raises ``UnreadablePage``."""
    rows = (value_of(row) for row in _rows(read_document(fetched), fetched))
    return [_last_change(row) if isinstance(row, dict) else "" for row in rows]


def _last_change(row: dict[str, Any]) -> str:
    internal = row.get("internal")
    inner = internal.get("last_modified_internal") if isinstance(internal, dict) else None
    said = row.get("last_modified_internal") or inner or row.get("last_modified")
    return said[: len("YYYY-MM-DDThh:mm:ss")] if isinstance(said, str) else ""


def _rows(document: Document, fetched: Fetched) -> Items:
    if document.items is not None:
        return document.items
    members = document.members or {}
    rows = items_of(members.get("data"))
    if rows is not None:
        return rows
    if "id" in members and "title" in members:
        return [encoded_object(members)]
    said = value_of(members.get("message")) or f"no list of datasets in {sorted(members)[:10]}"
    raise UnreadablePage(*document.findings, finding("page-not-parseable", place=fetched.url, value=said))


def _next(raw: Encoded | None, url: str) -> str:
    address = value_of(raw)
    return next_address(address, url) if isinstance(address, str) else ""


def describe(row: Fields, portal: Portal) -> Described:
    """One dataset. What its harvester says of the source becomes the origin."""
    harvest = row.member("harvest")
    internal = row.member("internal")
    page = row.text("page") or _page(row, portal)
    return Described(
        dataset=_dataset(row, harvest, internal, page),
        page=page,
        modified=row.text("last_modified_internal") or internal.text("last_modified_internal"),
        origin=_origin(harvest),
        popularity=_popularity(row.member("metrics")),
        archived=bool(row.text("archived", "deleted")),
    )


def _dataset(row: Fields, harvest: Fields, internal: Fields, page: str) -> Dataset:
    licence = _licence(row)
    return Dataset(
        identifiers=tuple(filter(None, (row.text("id").strip(),))),
        other_identifiers=_other_identifiers(harvest),
        title=row.words("title"),
        description=row.words("description"),
        publisher=_publisher(row),
        contact_points=tuple(_contact_points(row)),
        keywords=tuple(Text(tag) for tag in row.texts("tags")),
        spatial=tuple(_places(row)),
        temporal=_temporal(row),
        issued=_first(row.text("created_at"), harvest.text("issued_at", "created_at"), _created(row, internal)),
        modified=_first(row.text("last_modified"), harvest.text("modified_at"), _touched(row, internal)),
        frequency=concept(row.text("frequency")),
        licence=licence,
        access_rights=_access_rights(row),
        landing_pages=tuple(dict.fromkeys(filter(None, (page, *_remote_page(harvest))))),
        conforms_to=_schema(row),
        distributions=tuple(_distribution(resource) for resource in row.members("resources")),
    )


def _first(*texts: str) -> str:
    return next(filter(None, texts), "")


def _created(row: Fields, internal: Fields) -> str:
    return row.text("created_at_internal") or internal.text("created_at_internal")


def _touched(row: Fields, internal: Fields) -> str:
    return row.text("last_update", "last_modified_internal") or internal.text("last_modified_internal")


def _page(row: Fields, portal: Portal) -> str:
    name = row.text("slug", "id").strip()
    return f"{portal.url.rstrip('/')}/datasets/{quote(name)}/" if name else ""


def _remote_page(harvest: Fields) -> tuple[str, ...]:
    address = harvest.text("remote_url").strip()
    return (address,) if is_http(address) else ()


def _other_identifiers(harvest: Fields) -> tuple[str, ...]:
    """Those that the source gave: they mean something there, not on this portal."""
    names = ("dct_identifier", "uri", "remote_id")
    return tuple(dict.fromkeys(filter(None, (harvest.text(name).strip() for name in names))))


def _origin(harvest: Fields) -> Origin | None:
    """The ``harvest`` block; native datasets have none."""
    domain = harvest.text("domain").strip()
    remote_id = harvest.text("remote_id", "ckan_name", "dct_identifier").strip()
    remote_url, uri = harvest.text("remote_url").strip(), harvest.text("uri").strip()
    harvest.ignore("backend", "ckan_source", "source_id", "source_url", "last_update", "archived", "archived_reason")
    if not (domain or remote_id or remote_url or uri):
        return None
    return Origin(domain=domain, remote_id=remote_id, remote_url=remote_url, uri=uri)


def _popularity(metrics: Fields) -> Popularity | None:
    popularity = Popularity(
        views=metrics.integer("views"),
        followers=metrics.integer("followers"),
        downloads=metrics.integer("resources_downloads"),
        reuses=metrics.integer("reuses"),
    )
    return None if popularity == Popularity() else popularity


def _publisher(row: Fields) -> Agent | None:
    """The organisation, else the person who published; the SIRET of ``business_number_id`` before the slug."""
    organisation = row.member("organization")
    if organisation:
        return Agent(
            name=organisation.words("name"),
            identifier=organisation.text("business_number_id", "slug", "id").strip(),
            homepage=organisation.text("url", "page", "uri").strip(),
        )
    owner = row.member("owner")
    name = " ".join(filter(None, (owner.text("first_name"), owner.text("last_name")))) or owner.text("slug")
    return Agent(name=(Text(name),), identifier=owner.text("id").strip()) if name else None


def _contact_points(row: Fields) -> Iterator[ContactPoint]:
    for point in row.members("contact_points", "contact_point"):
        found = ContactPoint(
            name=point.words("name"), email=point.text("email").strip(), url=point.text("contact_form").strip()
        )
        if found != ContactPoint():
            yield found


def _places(row: Fields) -> Iterator[Place]:
    """A place for each zone, as udata names it (``fr:commune:35238``); else its geometry."""
    spatial = row.member("spatial")
    for zone in spatial.texts("zones"):
        yield Place(label=(Text(zone),))
    geometry = geometry_of(spatial.value("geom"))
    if geometry:
        yield Place(bbox=box_of(spatial.value("geom")), geometry=geometry)


def _temporal(row: Fields) -> tuple[Period, ...]:
    if row.kind("temporal_coverage") is str:
        start, _, end = row.text("temporal_coverage").partition("/")
        return (Period(start=start.strip(), end=end.strip()),)
    covered = row.member("temporal_coverage")
    start, end = covered.text("start"), covered.text("end")
    return (Period(start=start, end=end),) if start or end else ()


def _licence(row: Fields) -> Concept | None:
    """An identifier (``lov2``) in the API; an object with its title and address in some answers."""
    if row.kind("license") is dict:
        licence = row.member("license")
        words = (licence.text("title"), licence.text("id"))
        return Concept(iri=licence.text("url"), label=tuple(Text(text) for text in words if text))
    return concept(row.text("license"))


def _access_rights(row: Fields) -> Concept | None:
    kind = row.text("access_type")
    return None if kind in PUBLIC else concept(kind)


def _schema(fields: Fields) -> tuple[Concept, ...]:
    """``{"name": "etalab/schema-irve", "version": "2.1", "url": …}``; often with every member null."""
    if fields.kind("schema") is str:
        found = concept(fields.text("schema"))
        return (found,) if found else ()
    schema = fields.member("schema")
    label: Texts = schema.words("name")
    iri = schema.text("url")
    schema.ignore("version")
    return (Concept(iri=iri, label=label),) if iri or label else ()


def _distribution(resource: Fields) -> Distribution:
    """``url`` is the file or the page; ``latest`` a permanent address of the portal that leads to it."""
    url = resource.text("url", "latest").strip()
    harvest, internal = resource.member("harvest"), resource.member("internal")
    return Distribution(
        iri=harvest.text("uri").strip(),
        identifier=resource.text("id").strip(),
        title=resource.words("title"),
        description=resource.words("description"),
        access_urls=(url,) if url else (),
        download_urls=(url,) if url and _is_file(resource) else (),
        format=concept(resource.text("format")),
        media_type=concept(resource.text("mime")),
        conforms_to=_schema(resource),
        byte_size=resource.integer("filesize"),
        checksum=_checksum(resource.member("checksum")),
        issued=_first(resource.text("created_at"), harvest.text("issued_at"), internal.text("created_at_internal")),
        modified=_first(
            resource.text("last_modified"), harvest.text("modified_at"), internal.text("last_modified_internal")
        ),
    )


def _is_file(resource: Fields) -> bool:
    """Kept by the portal, or data elsewhere that are no page of a site and no interface to question."""
    if resource.text("filetype") == "file":
        return True
    shown = resource.text("format").lower() in PAGES or "html" in resource.text("mime").lower()
    return resource.text("type") in ("main", "update", "documentation") and not shown


def _checksum(checksum: Fields) -> Checksum | None:
    value = checksum.text("value").strip()
    return Checksum(algorithm=checksum.text("type").strip().lower(), value=value) if value else None


SHAPE = Shape(
    keys=("id",),
    describe=describe,
    landing=lambda row: row.text("page", "uri", "slug"),
    title=lambda row: row.text("title"),
    unused=UNUSED,
)
