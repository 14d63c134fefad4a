"""What GeoNetwork 4 keeps of a record in its index: texts are objects with a key for each language."""

from datetime import datetime
from typing import Any

from harvester.sample.boxes import box_of
from harvester.sample.content import file_id
from harvester.sample.iso.links import OnlineLink, links_of
from harvester.sample.iso.writer import stamp
from harvester.sample.record import SampleRecord
from harvester.sample.words import ISO_FREQUENCIES, ISO_LANGUAGES, ISO_THEMES, LICENCES

CODES = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#"
ROLES = ("pointOfContact", "owner", "distributor")

Json = dict[str, Any]


def source(record: SampleRecord, host: str) -> Json:
    """The ``_source`` of a hit."""
    theme = ISO_THEMES.get(record.theme)
    links = [_link(link, at) for at, link in enumerate(links_of(record, host))]
    return {
        "docType": "metadata",
        "document": "",
        "documentStandard": "iso19139",
        "metadataIdentifier": record.source_id,
        "uuid": record.source_id,
        "id": str(record.number),
        "isTemplate": "n",
        "draft": "n",
        "valid": "-1",
        "root": "gmd:MD_Metadata",
        "mainLanguage": ISO_LANGUAGES.get(record.language, record.language),
        "resourceLanguage": ["fre"],
        "resourceType": ["dataset"],
        "resourceTitleObject": _words(record.title),
        "resourceAbstractObject": _words(record.description),
        "resourceIdentifier": [{"code": one, "codeSpace": "", "link": ""} for one in identifiers(record)],
        "createDate": record.issued,
        "changeDate": stamp(record),
        "dateStamp": stamp(record),
        "publicationDateForResource": [record.issued],
        "revisionDateForResource": [record.modified] if record.modified else [],
        "resourceTemporalDateRange": [{"gte": record.issued, "lte": record.issued}],
        "OrgObject": _words(record.publisher.name),
        "OrgForResourceObject": [_words(record.publisher.name)],
        "contact": [_contact(record, host, "pointOfContact")],
        "contactForResource": [_contact(record, host, role) for role in ROLES],
        "tag": [_words(word) for word in (*record.keywords, *((theme.inspire,) if theme else ()))],
        "tagNumber": str(len(record.keywords) + bool(theme)),
        "th_httpinspireeceuropaeutheme-theme": [_theme(theme.inspire, theme.code)] if theme else [],
        "cl_topic": [{"key": theme.topic, **_words(theme.topic)}] if theme else [],
        "cl_maintenanceAndUpdateFrequency": [
            _coded("MD_MaintenanceFrequencyCode", ISO_FREQUENCIES.get(record.frequency))
        ],
        "cl_status": [_coded("MD_ProgressCode", "onGoing")],
        "cl_spatialRepresentationType": [_coded("MD_SpatialRepresentationTypeCode", "vector")],
        "MD_LegalConstraintsOtherConstraintsObject": [_licence(record)],
        "MD_LegalConstraintsUseLimitationObject": [],
        "extentDescriptionObject": [_words(record.territory_name)] if record.territory_name else [],
        "geom": [{"type": "Polygon", "coordinates": [box_of(record.territory).ring]}],
        "resourceTemporalExtentDateRange": _period(record),
        "coordinateSystem": ["RGF93 / Lambert-93 (EPSG:2154)"],
        "resolutionScaleDenominator": ["5000"],
        "format": sorted({file.format for file in record.files}),
        "lineageObject": _words(f"Données produites par {record.publisher.name}."),
        "linkNumber": str(len(links)),
        "link": links,
        "popularity": record.views,
        "rating": "0",
        "isHarvested": "true" if record.origin else "false",
        "harvesterUuid": catalogue_id(record.origin.domain) if record.origin else "",
        "sourceCatalogue": catalogue_id(record.origin.domain if record.origin else host),
        "isPublishedToAll": "true",
        "recordOwner": "admin admin",
    }  # fmt: skip


def milliseconds(record: SampleRecord) -> int:
    """The moment of a record's change, as Elasticsearch sorts it."""
    return int(datetime.fromisoformat(record.processed).timestamp() * 1000)


def catalogue_id(host: str) -> str:
    """GeoNetwork names catalogues by identifiers of its own."""
    return file_id("catalogue", host)


def identifiers(record: SampleRecord) -> list[str]:
    """Of the resource, not of the record."""
    return list(dict.fromkeys(one for one in (record.iri, record.identifier) if one != record.source_id))


def _words(text: str) -> Json:
    return {"default": text, "langfre": text}


def _coded(name: str, key: str | None) -> Json:
    return {"key": key or "unknown", "link": f"{CODES}{name}", **_words(key or "unknown")}


def _theme(label: str, code: str) -> Json:
    return {"link": f"http://inspire.ec.europa.eu/theme/{code}", **_words(label)}


def _licence(record: SampleRecord) -> Json:
    known = LICENCES.get(record.licence)
    words = _words(known.title if known else record.licence)
    return {**words, "link": known.url} if known and known.url else words


def _contact(record: SampleRecord, host: str, role: str) -> Json:
    return {
        "organisationObject": _words(record.publisher.name),
        "role": role,
        "email": f"donnees@{host.removeprefix('www.')}",
        "website": f"https://{host}",
        "logo": "",
        "individual": "Service de la donnée",
        "position": "",
        "phone": "",
        "address": f"1 place de l'Hôtel-de-Ville, {record.territory_name}",
    }


def _period(record: SampleRecord) -> list[Json]:
    start, end = record.temporal
    return [{"gte": start, "lte": end}] if start else []


def _link(link: OnlineLink, position: int) -> Json:
    return {
        "hash": "",
        "idx": position + 1,
        "protocol": link.protocol,
        "mimeType": link.media_type,
        "urlObject": _words(link.address),
        "nameObject": _words(link.name),
        "descriptionObject": _words(link.description),
        "function": link.function,
        "applicationProfile": "",
        "group": 0,
    }
