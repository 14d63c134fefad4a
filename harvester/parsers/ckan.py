"""CKAN and DKAN action API: searches, lists, single packages; and packages without any wrapping."""

from collections.abc import Iterator
from urllib.parse import quote

from dcat.findings import Finding, finding
from dcat.iri import is_http
from dcat.model import Dataset, Origin, Popularity, Text, Texts
from dcat.portal import Portal
from harvester.parsers.ckan_agents import contact_points, creators, is_dkan_group, publisher
from harvester.parsers.ckan_extent import periods, places
from harvester.parsers.ckan_package import Package, translated
from harvester.parsers.ckan_resource import distribution
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.document import (
    Document,
    Items,
    Members,
    count_of,
    encoded_object,
    items_of,
    members_of,
    read_document,
    value_of,
)
from harvester.parsers.fields import Fields
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from harvester.parsers.rows import Described, Shape, read_rows

# What tells a package from an error or another document.
MARKS = ("title", "name", "resources")

# Packages that are there, but not to be shown: CKAN's and DKAN's words for it.
GONE = ("deleted", "draft", "archived", "unpublished")

# Known and of no use to a description: how CKAN and DKAN keep a package, what another field says better.
UNUSED = frozenset(
    (
        *("creator_user_id", "isopen", "num_resources", "num_tags", "owner_org", "private", "revision_id", "type"),
        *("revision_timestamp", "relationships_as_object", "relationships_as_subject", "spatial_harvester"),
        *("title", "notes", "tags", "groups", "author_email", "maintainer", "maintainer_email", "metadata_created"),
        *("metadata_modified", "organization", "name", "contact-email", "metadata-date", "harvest_object_id"),
        *(
            "granularity",
            "harvest_source_id",
            "harvest_source_title",
            "graphic-preview-file",
            "graphic-preview-description",
        ),
        *("extras[].id", "extras[].package_id", "extras[].state", "extras[].revision_id"),
        *(f"{agent}[].{name}" for agent in ("contact", "creator", "publisher") for name in ("name", "identifier")),
        *(f"tags[].{name}" for name in ("id", "name", "state", "vocabulary_id", "revision_timestamp")),
        *(f"groups[].{name}" for name in ("id", "name", "description", "image_display_url", "image_url", "title")),
        *(f"organization.{name}" for name in ("id", "name", "type", "state", "description", "created", "image_url")),
        *(f"organization.{name}" for name in ("title", "is_organization", "approval_status", "revision_id")),
        *(f"resources[].{name}" for name in ("package_id", "position", "revision_id", "state", "datastore_active")),
        *(f"resources[].{name}" for name in ("revision_timestamp", "resource_group_id", "name", "description", "url")),
        *(f"resources[].{name}" for name in ("cache_url", "cache_last_updated", "mimetype_inner", "created")),
    )
)


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of packages, ``package_search`` or other. Raises ``UnreadablePage`` on ``"success": false`` too, which
    comes with status 200."""
    document = read_document(fetched)
    rows, declared = _rows(document, fetched)
    return ParsedPage(records=read_rows(rows, portal, SHAPE), declared=declared, findings=document.findings)


def _rows(document: Document, fetched: Fetched) -> tuple[Items, int | None]:
    if document.items is not None:
        return document.items, None
    members = document.members or {}
    if value_of(members.get("success")) is False:
        raise UnreadablePage(*document.findings, _refused(fetched, _error(members)))
    result = members.get("result")
    rows = items_of(result)
    if rows is not None:
        return rows, None
    inner = members_of(result)
    if inner is None:
        inner = members
    rows = items_of(inner.get("results"))
    if rows is not None:
        return rows, count_of(inner.get("count"))
    if not any(mark in inner for mark in MARKS):
        raise UnreadablePage(*document.findings, _refused(fetched, f"no packages in {sorted(inner)[:10]}"))
    return [encoded_object(inner)], None


def _refused(fetched: Fetched, reason: str) -> Finding:
    return finding("page-not-parseable", place=fetched.url, value=reason)


def _error(members: Members) -> str:
    """``{"error": {"__type": "Validation Error", "message": …}}``, or a text."""
    error = value_of(members.get("error"))
    if isinstance(error, dict):
        return ": ".join(str(error[name]) for name in ("__type", "message") if error.get(name)) or str(error)
    return str(error or '"success": false')


def describe(row: Fields, portal: Portal) -> Described:
    """One package. What its extras say of a source becomes the origin."""
    package = Package(row)
    page = _page(row, portal)
    return Described(
        dataset=_dataset(package, page),
        page=page,
        modified=row.text("metadata_modified"),
        origin=_origin(package, portal),
        popularity=_popularity(row),
        archived=row.text("state").strip().lower() in GONE,
    )


def _popularity(row: Fields) -> Popularity | None:
    """``tracking_summary`` counts the visits to a package's page, and to the links of its resources; all are 0 where
    CKAN does not count."""
    views = _visits(row)
    downloads = sum(_visits(resource) for resource in row.members("resources"))
    return Popularity(views=views, downloads=downloads) if views or downloads else None


def _visits(row: Fields) -> int:
    summary = row.member("tracking_summary")
    summary.ignore("recent")
    return max(summary.integer("total") or 0, 0)


def _page(row: Fields, portal: Portal) -> str:
    name = row.text("name", "id").strip()
    return f"{portal.url.rstrip('/')}/dataset/{quote(name)}" if name else ""


def _dataset(package: Package, page: str) -> Dataset:
    row, meta = package.row, package.meta
    own, others = _identifiers(package)
    return Dataset(
        iri=meta.text("uri").strip() if not package.harvested and is_http(meta.text("uri").strip()) else "",
        identifiers=own,
        other_identifiers=others,
        title=translated(row, "title"),
        description=translated(row, "notes", "description"),
        publisher=publisher(package),
        creators=tuple(creators(package)),
        contact_points=tuple(contact_points(package)),
        keywords=_keywords(row),
        themes=concepts((*meta.texts("theme", "themes", "dcat_theme"), *_groups(row))),
        type=concept(meta.text("dcat_type", "resource-type")),
        spatial=tuple(places(meta)),
        temporal=tuple(periods(meta)),
        created=meta.text("created", "dcat_created", "creation_date"),
        issued=meta.text("issued", "dcat_issued", "publication_date") or row.text("metadata_created"),
        modified=meta.text("modified", "dcat_modified", "revision_date") or row.text("metadata_modified"),
        frequency=concept(
            meta.text("frequency", "accrual_periodicity", "update_frequency", "frequency-of-update", "dcat_frequency")
        ),
        languages=concepts(meta.listed("language", "languages", "metadata-language")),
        licence=concept(row.text("license_url"), row.text("license_title"), row.text("license_id")),
        rights=meta.words("rights"),
        access_rights=concept(meta.text("access_rights")),
        landing_pages=tuple(filter(None, (row.text("url", "landingPage").strip() or page,))),
        documentation=meta.texts("documentation"),
        conforms_to=concepts(meta.texts("conforms_to")),
        provenance=meta.words("provenance", "lineage"),
        sources=meta.texts("source", "dct:source"),
        version=row.text("version") or meta.text("dcat_version"),
        version_notes=meta.words("version_notes"),
        is_version_of=meta.texts("is_version_of"),
        hvd_categories=concepts(meta.texts("hvd_category")),
        applicable_legislation=meta.texts("applicable_legislation"),
        distributions=tuple(
            distribution(resource)
            for resource in row.members("resources", "distribution")
            if resource.text("state").lower() not in GONE
        ),
    )


def _identifiers(package: Package) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of this portal, and those that came with the package from elsewhere: of a harvested one, ``identifier``
    and ``guid`` mean something at its source only."""
    meta = package.meta
    own = [package.row.text("id").strip()]
    others = [meta.text("guid").strip(), *meta.texts("alternate_identifier")]
    (others if package.harvested else own).insert(0, meta.text("identifier").strip())
    return tuple(dict.fromkeys(filter(None, own))), tuple(dict.fromkeys(filter(None, others)))


def _keywords(row: Fields) -> Texts:
    words = row.member("tags_translated")
    said = tuple(Text(word, language.lower()) for language in words.names() for word in words.texts(language))
    if said:
        return said
    if row.holds_objects("tags"):
        return tuple(Text(name) for tag in row.members("tags") if (name := tag.text("display_name", "name")))
    return tuple(Text(word) for word in row.texts("tags", "keyword", "keywords"))


def _groups(row: Fields) -> Iterator[str]:
    """Groups are themes, but for DKAN's, which are organisations."""
    if not row.holds_objects("groups"):
        yield from row.texts("groups")
        return
    for group in row.members("groups"):
        if not is_dkan_group(group):
            yield group.text("title", "display_name", "name")


def _origin(package: Package, portal: Portal) -> Origin | None:
    """The marks that harvesting leaves in the extras. The source's host is told by ``harvest_source_url``, else by the
    package's IRI or landing page there."""
    if not package.harvested:
        return None
    meta = package.meta
    source, uri = meta.text("harvest_source_url").strip(), meta.text("uri").strip()
    landing = package.row.text("url").strip()
    away = landing if is_http(landing) and host_of(landing) not in own_hosts(portal) else ""
    return Origin(
        domain=host_of(source) or host_of(uri) or host_of(away),
        remote_id=meta.text("guid", "identifier").strip(),
        remote_url=away,
        uri=uri,
    )


SHAPE = Shape(
    keys=("id", "identifier", "name"),
    describe=describe,
    landing=lambda row: row.text("url", "landingPage"),
    title=lambda row: row.text("title"),
    unused=UNUSED,
)
