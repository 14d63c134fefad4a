"""ArcGIS Hub: its DCAT-US and DCAT-AP feeds, each one document, and the pages of its search API (protocols.md §f).

A dataset is a layer of an item of ArcGIS Online, whatever its address is this year: the key is the item's id, 32
hexadecimal digits, and the number of the layer, ``f656…3f2b_5``. Addresses went from ``…_5`` to ``…::a-slug``, and
harvesters that took them for identities doubled whole catalogues (datagouv/data.gouv.fr#680).
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from dcat.model import Concept
from dcat.portal import Portal
from harvester.parsers import data_json, data_json_dataset
from harvester.parsers.arcgis_item import describe_item, item_fields
from harvester.parsers.document import Encoded, count_of, items_of, read_document, value_of
from harvester.parsers.fields import Fields
from harvester.parsers.linked import tree
from harvester.parsers.page import Fetched, ParsedPage, next_address
from harvester.parsers.rows import Described, Shape, opened, read_rows

EU = "http://publications.europa.eu/resource/authority/"
PREFIXES: Mapping[str, str] = MappingProxyType(
    {"ftype": f"{EU}file-type/", "lang": f"{EU}language/", "access": f"{EU}access-right/"}
)
"""Of the feeds, declared or not: ``ftype:JSON``, and ``ftype/JSON``, which is no path (datagouv/data.gouv.fr#1102)."""

EVERYTHING = "geospatial"
"""The one theme that the default template of the feeds gives to every dataset."""

DOCUMENT = "/documents/"
"""A document has no layers, whatever number its address ends with (Évian: ``/documents/92a6…6d41_1231``)."""

_ITEM = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})(?:_(\d+))?(?![0-9a-f])", re.IGNORECASE)
_LAYER = re.compile(r"[?&](?:sublayer|layers)=(\d+)(?:&|$)|/(?:Feature|Map|Image)Server/(\d+)(?:[/?]|$)", re.IGNORECASE)


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A feed, or a page of the search API. Raises ``UnreadablePage`` where it is neither."""
    document = read_document(fetched)
    members = document.members or {}
    features = items_of(members.get("features"))
    if features is None:
        rows = data_json.datasets_of(document, fetched)
        return ParsedPage(records=read_rows(rows, portal, FEED), findings=document.findings)
    return ParsedPage(
        records=read_rows(features, portal, ITEM),
        declared=count_of(members.get("numberMatched")),
        next=_next(members.get("links"), fetched.url),
        findings=document.findings,
    )


def _next(raw: Encoded | None, url: str) -> str:
    links = value_of(raw)
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return next_address(str(link["href"]), url)
    return ""


def item_key(*addresses: str) -> str:
    """``{32 hex}_{layer}``, or the item alone where it has no layers; ``""`` where no address names an item.

    The first address that names an item tells which; the layer is told by that address, else by the first of the others
    that names one (a download, the service).
    """
    found = next(((match, text) for text in addresses if (match := _ITEM.search(text))), None)
    if found is None:
        return ""
    item, text = found
    numbers = (named[1] or named[2] for one in (text, *addresses) if (named := _LAYER.search(one)))
    layer = (item[2] if DOCUMENT not in text else "") or next(numbers, "")
    return f"{item[1].lower()}_{int(layer)}" if layer else item[1].lower()


def _key(row: Fields) -> str:
    """By whichever of its addresses tells it."""
    return item_key(*row.texts("identifier"), row.text("@id"), row.text("landingPage"), *_addresses(row))


def _addresses(row: Fields) -> Iterator[str]:
    nodes = row.value("distribution")
    for node in nodes if isinstance(nodes, list) else [nodes]:
        if isinstance(node, dict):
            for name in ("accessURL", "accessUrl", "downloadURL"):
                if isinstance(address := node.get(name), str):
                    yield address


def describe(row: Fields, portal: Portal) -> Described:
    """As DCAT-US; the item's own name besides the address that the feed gives as identifier."""
    described = data_json_dataset.describe(row, portal)
    dataset, key = described.dataset, _key(row)
    themes = tuple(theme for theme in dataset.themes if not _is_everything(theme))
    others = (key,) if key and key not in dataset.identifiers else ()
    return replace(described, dataset=replace(dataset, themes=themes, other_identifiers=others))


def _is_everything(theme: Concept) -> bool:
    return any(text.value == EVERYTHING for text in theme.label)


def _opened_item(value: object) -> Mapping[str, Any]:
    return item_fields(opened(value))


FEED = Shape(
    keys=("identifier", "@id", "landingPage"),
    describe=describe,
    landing=lambda row: row.text("landingPage"),
    title=lambda row: row.text("title"),
    unused=data_json_dataset.UNUSED,
    open=lambda value: opened(tree(value, PREFIXES)),
    key=_key,
)
ITEM = Shape(
    keys=("id",),
    describe=describe_item,
    landing=lambda row: row.text("url"),
    title=lambda row: row.text("title", "name"),
    open=_opened_item,
    key=lambda row: item_key(row.text("id"), row.text("url")),
)
