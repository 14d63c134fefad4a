"""A distribution of DCAT-US → of the model."""

import re

from dcat.iri import is_http
from dcat.model import Distribution
from harvester.parsers.concepts import concept, concepts, licence
from harvester.parsers.fields import Fields
from harvester.parsers.iso.statements import iri, render
from harvester.parsers.links import Link, data_service

DESCRIBED_BY = "http://www.w3.org/2007/05/powder-s#describedby"

# How ArcGIS Hub gives a file: ``/api/download/v1/items/{id}/csv``, before that ``/datasets/{id}.csv``.
_HUB_FILE = re.compile(
    r"/api/download/v1/items/|/datasets/[^/?#]+\.(?:csv|geojson|kml|zip|gdb|xlsx|sqlite|gpkg)(?:\?|$)", re.IGNORECASE
)


def distribution(node: Fields) -> Distribution:
    """``accessUrl`` is how ArcGIS Hub misspells its term. What leads to a service has it behind."""
    access = node.texts("accessURL", "accessUrl", "url")
    download = node.texts("downloadURL", "downloadUrl") or tuple(url for url in access if _HUB_FILE.search(url))
    form = node.text("format").strip()
    name = node.text("@id").strip()
    links = [Link(url=url.strip(), protocol=form) for url in (*access, *download) if is_http(url.strip())]
    return Distribution(
        iri=name if is_http(name) else "",
        identifier=node.text("identifier").strip(),
        title=node.words("title", "name"),
        description=node.words("description"),
        access_urls=access,
        download_urls=download,
        format=concept(form),
        media_type=concept(node.text("mediaType")),
        compress_format=concept(node.text("compressFormat")),
        package_format=concept(node.text("packageFormat")),
        licence=licence(node),
        rights=node.words("rights"),
        access_services=tuple(data_service(link) for link in links[:1] if not download and link.service()),
        conforms_to=concepts(node.texts("conformsTo")),
        languages=concepts(node.listed("language")),
        byte_size=node.integer("byteSize", "size"),
        issued=node.text("issued"),
        modified=node.text("modified"),
        availability=concept(node.text("availability")),
        status=concept(node.text("status")),
        extra=render((DESCRIBED_BY, iri(words)) for words in node.texts("describedBy")),
    )
