"""One dataset in the terms of Project Open Data (DCAT-US 1.1), as DKAN and ArcGIS Hub write them."""

from typing import Any

from harvester.sample.record import File, SampleRecord
from harvester.sample.words import FORMATS, LICENCES

Json = dict[str, Any]

CONTEXT = "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld"
PERIODS = {
    "DAILY": "R/P1D",
    "WEEKLY": "R/P1W",
    "MONTHLY": "R/P1M",
    "QUARTERLY": "R/P3M",
    "ANNUAL": "R/P1Y",
    "CONT": "R/PT1S",
    "IRREG": "irregular",
}
"""EU frequency → ``accrualPeriodicity``."""


def catalogue(datasets: list[Json]) -> Json:
    """The document."""
    return {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": datasets,
    }


def dataset(record: SampleRecord, host: str) -> Json:
    """One dataset; nothing that is empty."""
    licence = LICENCES.get(record.licence)
    written = {
        "@type": "dcat:Dataset",
        "identifier": record.source_id,
        "accessLevel": "public",
        "title": record.title,
        "description": record.description,
        "keyword": list(record.keywords),
        "issued": record.issued,
        "modified": record.modified,
        "publisher": {"@type": "org:Organization", "name": record.publisher.name},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": record.publisher.name,
            "hasEmail": f"mailto:donnees@{host.removeprefix('www.')}",
        },
        "landingPage": record.page,
        "license": (licence.url or licence.title) if licence else record.licence,
        "language": [record.language],
        "theme": [record.theme] if record.theme else [],
        "spatial": record.territory_name,
        "temporal": "/".join(record.temporal) if record.temporal[0] else "",
        "accrualPeriodicity": PERIODS.get(record.frequency, ""),
        "references": [record.origin.remote_url] if record.origin else [],
        "distribution": [distribution(file) for file in record.files],
    }
    return {name: value for name, value in written.items() if value}


def distribution(file: File) -> Json:
    """One file."""
    words = FORMATS.get(file.format)
    return {
        "@type": "dcat:Distribution",
        "title": file.title,
        "format": file.format,
        "mediaType": words.media_type if words else "application/octet-stream",
        "downloadURL": file.url,
    }
