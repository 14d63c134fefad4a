"""One row of a data.gouv.fr catalogue export as a record of the portal that it came from, and as data.gouv.fr's."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec.structs import asdict, replace

from dcat.model import Origin
from dcat.portal import Protocol
from dcat.text import fold
from harvester.sample.content import file_id, name_record
from harvester.sample.network import SamplePortal
from harvester.sample.record import Body, File, Names, SampleRecord
from harvester.sample.words import FORMATS, FREQUENCIES, LICENCES

COLUMNS = (
    "id", "title", "slug", "organization", "description", "frequency", "license", "temporal_coverage.start",
    "temporal_coverage.end", "spatial.granularity", "spatial.zones", "created_at", "last_modified", "tags", "archived",
    "resources_formats", "harvest.backend", "harvest.domain", "harvest.created_at", "harvest.modified_at",
    "harvest.remote_url", "metric.views", "metric.followers", "metric.reuses",
)  # fmt: skip
"""What is read of an export."""

ODS_PAGE = re.compile(r"/explore/(?:dataset|embed/dataset)/([^/?#]+)")
SAFE = ":/?#[]@!$&'()*+,;=%~"
"""Signs of an address that stay; the others are percent-encoded, as a browser would."""

LICENCE_KEYS = {words.title: key for key, words in LICENCES.items()}
FREQUENCY_KEYS = {words.udata: key for key, words in FREQUENCIES.items()}
FORMAT_KEYS = {key.lower(): key for key in FORMATS} | {"esri shapefile (shp)": "SHP", "shp": "SHP", "xls": "XLSX"}

Row = dict[str, Any]


def key_of_row(row: Row) -> str:
    """What identifies the row at its own portal: its page there, else its id here."""
    address = row["harvest.remote_url"]
    page = ODS_PAGE.search(address)
    return page[1] if page else re.sub(r"^https?://", "", address).rstrip("/") or row["id"]


def record_of_row(row: Row, number: int, portal: SamplePortal, seed: int) -> SampleRecord:
    """As the portal of origin describes it. A row that nobody harvested is data.gouv.fr's own, under its real id."""
    own = portal.protocol is Protocol.UDATA and not row["harvest.domain"]
    made = name_record(portal, row["title"], number, seed)
    named = _national_name(row, portal) if own else _origin_name(row, made, portal)
    return SampleRecord(
        portal=portal.id,
        number=number,
        dataset=row["id"],
        source_id=named.source_id,
        slug=named.slug,
        iri=named.iri,
        page=named.page,
        identifier=_identifier(row, named),
        title=row["title"] or "(sans titre)",
        description=row["description"],
        publisher=Body(row["organization"], territory=""),
        licence=LICENCE_KEYS.get(row["license"], row["license"] or "notspecified"),
        keywords=tuple(tag for tag in row["tags"].split(",") if tag),
        theme="",
        territory="",
        territory_name=row["spatial.zones"].split(",")[0],
        granularity=row["spatial.granularity"],
        issued=row["harvest.created_at"] or row["created_at"],
        modified=row["harvest.modified_at"] or row["last_modified"],
        processed=row["last_modified"] or row["created_at"],
        frequency=FREQUENCY_KEYS.get(row["frequency"], "UNKNOWN"),
        files=tuple(_files(row, named, portal)),
        temporal=(row["temporal_coverage.start"][:10], row["temporal_coverage.end"][:10]),
        views=int(row["metric.views"] or 0),
        followers=int(row["metric.followers"] or 0),
        reuses=int(row["metric.reuses"] or 0),
        archived=not row["harvest.domain"] and row["archived"] not in ("", "False"),
    )


def copy_of_row(row: Row, number: int, national: SamplePortal, source: SampleRecord, host: str) -> SampleRecord:
    """The same row as data.gouv.fr serves it, pointing to ``source``, the record of its origin on ``host``."""
    origin = Origin(domain=host, remote_id=source.source_id, remote_url=source.page, uri=source.iri)
    if "/explore/dataset/" in source.page:
        origin = replace(origin, remote_id=source.page)
    named = _national_name(row, national)
    return replace(
        source,
        portal=national.id,
        number=number,
        dataset=row["id"],
        **asdict(named),
        origin=origin,
        origin_title=host,
        archived=row["archived"] not in ("", "False"),
    )


def _national_name(row: Row, portal: SamplePortal) -> Names:
    page = f"https://{portal.host}/datasets/{row['slug']}"
    return Names(row["id"], row["slug"], page, page)


def _origin_name(row: Row, made: Names, portal: SamplePortal) -> Names:
    """The real page at the origin, which is the IRI of all but CKAN's; Opendatasoft's dataset id is in it."""
    address = quote(row["harvest.remote_url"].strip(), safe=SAFE)
    if urlsplit(address).scheme not in ("http", "https"):
        return made
    if portal.protocol is Protocol.ODS:
        page = ODS_PAGE.search(row["harvest.remote_url"])
        return Names(page[1], page[1], address, address) if page else made
    if portal.protocol is Protocol.DCAT:
        return Names(address, made.slug, address, address)
    return replace(made, page=address) if portal.protocol is Protocol.CKAN else replace(made, iri=address, page=address)


def _identifier(row: Row, named: Names) -> str:
    """The last part of the address at the origin: Géo-IDE's ``fr-{SIREN}-jdd-{UUID}``, CKAN's UUID."""
    return re.split(r"[/=]", row["harvest.remote_url"].rstrip("/"))[-1] or named.source_id


def _files(row: Row, named: Names, portal: SamplePortal) -> Iterator[File]:
    """One a format: the export tells formats, not addresses."""
    for words in dict.fromkeys(row["resources_formats"].split(",")):
        if words.strip():
            file_format = FORMAT_KEYS.get(words.strip().lower(), words.strip())
            extension = "-".join(fold(file_format).split()) or "file"
            identifier = file_id(row["id"], file_format)
            yield File(
                file_format,
                f"{row['title']} ({file_format})",
                f"https://{portal.host}/exemple/{named.slug}/{identifier[:8]}.{extension}",
                identifier,
                synthetic=True,
            )
