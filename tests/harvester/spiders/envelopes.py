"""Documents of real portals as a server would give them: single records in the list of their protocol, pages linked as
the documents say."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from dcat.portal import Level, Politeness, Portal, Protocol
from tests.harvester.expected import ExpectedDocument
from tests.harvester.spiders.source import Source
from tests.reference import reference

FOLLOWED_BY = {
    "dcat/jsonld/udata-paged-collection-1.jsonld": "dcat/jsonld/udata-paged-collection-2.jsonld",
    "dcat/jsonld/udata-partial-collection-1.jsonld": "dcat/jsonld/udata-partial-collection-2.jsonld",
}
"""Documents that name a next page which there is."""

START = {"ckan": "package_search", "ods": "catalog/datasets", "udata": "datasets/"}
FIRST = {"ckan": ("start", "0"), "ods": ("offset", "0"), "udata": ("page", "1")}
"""Where a walk begins, and how its first page is asked for."""


def document(name: str) -> bytes:
    """The bytes of a document."""
    return reference("fixtures", "portals", name).read_bytes()


def publish(source: Source, name: str, expected: ExpectedDocument, body: bytes = b"", suffix: str = "") -> Portal:
    """Have a source give the document, or another body in its place; gives the portal to harvest."""
    protocol = name.partition("/")[0]
    body = alone(protocol, body or document(name))
    slug = "".join(sign if sign.isalnum() else "-" for sign in name.lower()) + suffix
    endpoint = f"/{slug}"
    if protocol == "oai-pmh":
        endpoint += "/oai"
        source.serve(endpoint, repository(body))
    elif protocol == "schema-org":
        page = f"{endpoint}/page.html"
        source.serve(page, html_page(body))
        endpoint += "/sitemap.xml"
        source.serve(endpoint, f"<urlset><url><loc>{source.url}{page}</loc></url></urlset>".encode())
    elif protocol in PATHS:
        endpoint += PATHS[protocol](body)
        source.serve(endpoint, body)
    elif protocol in START:
        source.serve(f"{endpoint}/{START[protocol]}", paged(protocol, expected, ENVELOPES[protocol](body)))
    else:
        endpoint += f"/{name.rpartition('/')[2]}"
        source.serve(endpoint, body)
    if name in FOLLOWED_BY:
        following = urlsplit(expected.next)
        source.serve(f"{following.path}?{following.query}", document(FOLLOWED_BY[name]))
    return Portal(
        id=slug,
        title=name,
        level=Level.EPCI,
        territories=("epci:243500139",),
        url=expected.portal,
        protocol=Protocol(protocol),
        endpoint=f"{source.url}{endpoint}",
        politeness=Politeness(delay=0.0),
    )


def alone(protocol: str, body: bytes) -> bytes:
    """A record that stands alone, as the page that would hold it."""
    if protocol == "arcgis-hub" and b'"Feature"' in body[:100]:
        return b'{"type": "FeatureCollection", "features": [' + body + b"]}"
    return body


PATHS: dict[str, Callable[[bytes], str]] = {
    "arcgis-hub": lambda body: (
        "/api/search/v1/collections/dataset/items" if b'"features"' in body[:100] else "/api/feed/dcat-us/1.1.json"
    )
}
"""Where a document is given, where the address tells what it is."""


def html_page(script: bytes) -> bytes:
    """A page that carries a document of JSON-LD."""
    return b'<!DOCTYPE html><html lang="en"><head><script type="application/ld+json">%b</script></head></html>' % script


def repository(page: bytes) -> Callable[[dict[str, str]], bytes]:
    """An OAI-PMH server of one format, whose records are on this page alone."""
    prefix = "iso19139" if b"MD_Metadata" in page else "oai_dc"
    namespace = (
        "http://www.isotc211.org/2005/gmd" if prefix == "iso19139" else "http://www.openarchives.org/OAI/2.0/oai_dc/"
    )
    offered = (
        f"<OAI-PMH><ListMetadataFormats><metadataFormat><metadataPrefix>{prefix}</metadataPrefix><metadataNamespace>"
        f"{namespace}</metadataNamespace></metadataFormat></ListMetadataFormats></OAI-PMH>"
    ).encode()
    listed = page.replace(b"GetRecord>", b"ListRecords>")
    last = b"<OAI-PMH><ListRecords><resumptionToken/></ListRecords></OAI-PMH>"

    def answer(query: dict[str, str]) -> bytes:
        if query["verb"] == "Identify":
            return document("oai-pmh/pycsw-Identify.xml")
        if query["verb"] == "ListMetadataFormats":
            return offered
        return last if "resumptionToken" in query else listed

    return answer


def paged(protocol: str, expected: ExpectedDocument, page: bytes) -> Callable[[dict[str, str]], bytes]:
    """A list of which this is the first page, and nothing comes after."""
    name, first = FIRST[protocol]
    return lambda query: page if query[name] == first else NOTHING_MORE[protocol](expected)


def ckan_search(body: bytes) -> bytes:
    """``package_search`` over the packages of any CKAN answer."""
    try:
        found = json.loads(body)
    except ValueError:
        return body
    result: Any = found.get("result", found) if isinstance(found, dict) else found
    packages = result if isinstance(result, list) else [result]
    return json.dumps({"success": True, "result": {"count": len(packages), "results": packages}}).encode()


def ods_search(body: bytes) -> bytes:
    """A search of API v1 over its one dataset; pages of v2 stay as they are."""
    return b'{"nhits": 1, "datasets": [' + body + b"]}" if b'"datasetid"' in body[:400] else body


ENVELOPES: dict[str, Callable[[bytes], bytes]] = {"ckan": ckan_search, "ods": ods_search, "udata": lambda body: body}
NOTHING_MORE: dict[str, Callable[[ExpectedDocument], bytes]] = {
    "ckan": lambda expected: b'{"success": true, "result": {"count": %d, "results": []}}' % expected.count,
    "ods": lambda expected: b'{"total_count": %d, "results": []}' % (expected.declared or expected.count),
    "udata": lambda expected: b'{"data": [], "total": %d, "next_page": null}' % (expected.declared or 0),
}
