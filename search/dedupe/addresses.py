"""Addresses to keys: what dataset, resource or layer an address of a known software means, whoever's host it is on.

A key is ``kind:value``. ``ref`` names a dataset on a host, ``item`` an ArcGIS item and layer, ``layer`` a layer of a
WFS, ``res`` a resource; ``url`` and ``page`` are addresses that no pattern reads.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from dcat.iri import is_public_http, normalised_parts
from dcat.portal import Portal

HEX32 = r"[0-9a-f]{32}"
UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])")
_LANGUAGE = r"(?:/(?:fr|en|es|de|it|oc|br))?"

# Path → kind; the groups, joined by ``:``, are the value. The first that matches wins.
PATHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^{_LANGUAGE}/datasets/r/([^/]+)$"), "res"),  # udata: permanent address of a resource
    (re.compile(rf"^{_LANGUAGE}/dataset/[^/]+/resource/([^/]+)"), "res"),  # CKAN
    (re.compile(rf"/(?:items|datasets)/(?:[^/]*::)?({HEX32})(?:_(\d+))?(?:/|$|\.)"), "item"),  # ArcGIS Hub
    (re.compile(rf"^{_LANGUAGE}/explore/(?:embed/)?dataset/([^/]+)"), "ref"),  # Opendatasoft pages
    (re.compile(r"^/api/(?:explore/)?v2(?:\.\d)?/catalog/datasets/([^/]+)"), "ref"),  # Opendatasoft v2
    (re.compile(r"^/api/datasets/1\.0/([^/]+)/?$"), "ref"),  # Opendatasoft v1
    (re.compile(r"^/api/[12]/datasets/([^/]+)/?$"), "ref"),  # udata
    (re.compile(rf"^{_LANGUAGE}/datasets?/([^/]+?)(?:\.(?:rdf|ttl|jsonld|xml|json))?$"), "ref"),  # udata, CKAN, DKAN
    (re.compile(r"/metadata/([^/]+)$"), "ref"),  # GeoNetwork, in the path or after the #
    (re.compile(r"/srv/(?:\w+/)?(?:api/)?records/([^/]+)"), "ref"),  # GeoNetwork
)
IN_PATHS = ("dataset", "/items/", "/metadata/", "/records/")
"""One of these is in every path that a pattern reads: most paths need not be tried."""

# Parameter that names the dataset → where it counts.
PARAMETERS = (
    ("dataset", re.compile(r"^/api/records/1\.0/")),  # Opendatasoft v1
    ("id", re.compile(r"/action/package_show$")),  # CKAN
    ("uuid", re.compile(r"/srv/")),  # GeoNetwork
)
TRACKING = re.compile(r"(?:utm_|mtm_|pk_|at_)\w+=|(?:xtor|fbclid|gclid)=", re.IGNORECASE)
"""Parameters that tell where a visitor came from, and nothing of the file."""
NOT_A_DATASET = frozenset({"search", "r", "suggest", "new"})


def hosts(portals: Iterable[Portal]) -> Mapping[str, str]:
    """Every name of a portal's host → the one of its ``url``, without ``www.``."""
    names: dict[str, str] = {}
    for portal in portals:
        main = _bare(urlsplit(portal.url).hostname or "")
        for name in (main, *map(_bare, portal.hosts)):
            names.setdefault(name, main)
    return names


def canonical_host(host: str, names: Mapping[str, str]) -> str:
    """The name under which a host is compared."""
    bare = _bare(host)
    return names.get(bare, bare)


def reference(host: str, identifier: str, names: Mapping[str, str]) -> str:
    """The key of a dataset by its identifier on a portal; ``slug@origin``, as networks write it, is the slug there."""
    return f"ref:{canonical_host(host, names)}:{unquote(identifier).strip().lower()}"


def address_key(url: str, names: Mapping[str, str], unread: str = "url") -> str:
    """The key of an address, ``""`` where it says nothing: a private host, a home page, a whole service."""
    read = _read(url)
    if read is None:
        return ""
    host = canonical_host(read.host, names)
    if not _is_public(host):
        return ""
    if read.kind:
        return f"{read.kind}:{read.value}" if read.kind == "item" else f"{read.kind}:{host}{read.value}"
    return f"{unread}:{host}{read.value}" if read.value else ""


class Read(NamedTuple):
    """What an address says whatever its host is called; ``kind`` is empty where no pattern reads it, ``value`` too
    where there is nothing to compare."""

    host: str
    kind: str
    value: str


@lru_cache(maxsize=4096)
def _read(url: str) -> Read | None:
    """Several clues look at each address of a record. None where it is none of the web."""
    parts = normalised_parts(url) if url[:4].lower() == "http" else None
    if parts is None:
        return None
    host, path = parts.hostname or "", unquote(parts.path)
    found = _by_path(path) or _by_path(parts.fragment) or _by_query(path, parts.query)
    if found:
        return Read(host, *found)
    query = "&".join(part for part in parts.query.split("&") if part and not TRACKING.match(part))
    query = f"?{query}" if query else ""
    says_nothing = not path.strip("/") or _is_service(parts.query)
    return Read(host, "", "" if says_nothing else f"{path}{query}")


def _by_path(path: str) -> tuple[str, str] | None:
    """Kind, and what stands behind the host in the key."""
    path = path.lower()
    if not any(word in path for word in IN_PATHS):
        return None
    for pattern, kind in PATHS:
        match = pattern.search(path)
        if match and match.group(1) not in NOT_A_DATASET:
            value = ":".join(group for group in match.groups() if group)
            return (kind, value) if kind == "item" else (kind, f":{value}")
    return None


def _by_query(path: str, query: str) -> tuple[str, str] | None:
    if not query:
        return None
    parameters = {name.lower(): values[0].lower() for name, values in parse_qs(query).items()}
    item = parameters.get("id", "")
    if path.endswith("/item.html") and re.fullmatch(HEX32, item):
        return "item", ":".join(filter(None, (item, parameters.get("sublayer", ""))))
    layer = parameters.get("typename") or parameters.get("typenames")
    if layer:
        return "layer", f"{path}:{layer.rpartition(':')[2]}"
    for name, where in PARAMETERS:
        if name in parameters and where.search(path):
            return "ref", f":{parameters[name]}"
    return None


def _is_service(query: str) -> bool:
    """An address of a whole WFS or WMS: many datasets share it."""
    return bool(re.search(r"(?:^|&)(?:service|request)=", query, re.IGNORECASE))


@lru_cache(maxsize=4096)
def _is_public(host: str) -> bool:
    return is_public_http(f"https://{host}/")


@lru_cache(maxsize=4096)
def _bare(host: str) -> str:
    return host.strip().lower().rstrip(".").removeprefix("www.")
