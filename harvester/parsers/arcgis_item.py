"""One item of ArcGIS Hub's search API: what its feeds are made from, and who really owns it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dcat.model import Agent, BoundingBox, Concept, Dataset, Distribution, Place, Popularity, Text
from dcat.portal import Portal
from harvester.parsers.concepts import concept, concepts, licence
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.links import Link, distribution
from harvester.parsers.rows import Described

NO_LICENCE = ("none",)
"""What the search API says where the owner says nothing."""


def item_fields(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a feature, with its id and its geometry."""
    properties = feature.get("properties")
    inner: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
    outer = {name: feature[name] for name in ("id", "geometry") if feature.get(name)}
    return {**outer, **{name: value for name, value in inner.items() if value not in (None, "")}}


def describe_item(row: Fields, portal: Portal) -> Described:
    """``source`` is the organisation that the owner belongs to, or names; it publishes, not the site that shows."""
    page = _page(row, portal)
    title = row.words("title", "name")
    source, organisation = row.text("source").strip(), row.text("orgName", "organization").strip()
    publisher = source or organisation or row.text("owner").strip()
    return Described(
        dataset=Dataset(
            identifiers=tuple(filter(None, (row.text("id").strip(),))),
            title=title,
            description=row.words("description", "snippet", "searchDescription"),
            publisher=Agent(name=(Text(publisher),)) if publisher else None,
            creators=(Agent(name=(Text(organisation),)),) if organisation and organisation != publisher else (),
            keywords=tuple(Text(tag) for tag in row.listed("tags")),
            spatial=tuple(_places(row)),
            issued=_moment(row, "created"),
            modified=_moment(row, "modified"),
            languages=concepts((row.text("culture").partition("-")[0],)),
            licence=_licence(row),
            access_rights=concept(row.text("access")),
            landing_pages=(page,) if page else (),
            distributions=tuple(_distributions(row)),
        ),
        page=page,
        modified=_moment(row, "itemModified"),
        popularity=Popularity(views=views) if (views := row.integer("numViews")) is not None else None,
    )


def _page(row: Fields, portal: Portal) -> str:
    identifier = row.text("id").strip()
    return f"{portal.url.rstrip('/')}/datasets/{quote(identifier)}" if identifier else ""


def _moment(row: Fields, name: str) -> str:
    """Milliseconds since 1970, or a text."""
    number = row.integer(name) if row.kind(name) is int else None
    return str(number) if number is not None else row.text(name)


def _licence(row: Fields) -> Concept | None:
    stated = row.text("license").strip()
    return licence(row, "licenseInfo") or (concept(stated) if stated not in NO_LICENCE else None)


def _places(row: Fields) -> Iterator[Place]:
    """``extent`` is an envelope, two corners; ``geometry`` the outline of the data, often the same."""
    extent = row.value("extent")
    corners = extent.get("coordinates") if isinstance(extent, dict) else extent
    geometry = row.value("geometry")
    box = _box(corners) or box_of(geometry)
    if box or geometry:
        yield Place(bbox=box, geometry="" if box else geometry_of(geometry))


def _box(corners: Any) -> BoundingBox | None:
    match corners:
        case [[int() | float() as west, int() | float() as south], [int() | float() as east, int() | float() as north]]:
            return box_of({"coordinates": [[float(west), float(south)], [float(east), float(north)]]})
        case _:
            return None


def _distributions(row: Fields) -> Iterator[Distribution]:
    """The layer's service; an item of another kind is what its address gives."""
    address = row.text("url").strip()
    if address:
        yield distribution(Link(url=address, protocol=row.text("type"), name=row.words("type"), function="download"))
