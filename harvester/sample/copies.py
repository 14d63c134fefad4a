"""What becomes of a record when another portal takes it: new ids, a pointer to where it came from, and changed fields.

Which fields change is drawn once a dataset, at the shares of the style, so that the share of datasets whose copies
agree on a field is what was measured on a real catalogue. The first copy has every change, later ones most of them.
"""

from collections.abc import Callable
from random import Random

from msgspec.structs import asdict, replace

from dcat.model import Origin
from dcat.portal import Protocol
from dcat.territory import gazetteer
from dcat.text import fold
from harvester.sample.content import ISO_PROTOCOLS, file_id, file_url, name_record, record_page
from harvester.sample.french import body_name
from harvester.sample.network import SamplePortal
from harvester.sample.record import Body, File, Names, SampleRecord
from harvester.sample.templates import Style
from harvester.sample.words import CHANGED_LICENCES, FORMATS

LATER_CHANGE = 0.7
"""Chance that a copy after the first has one of its dataset's changes as well."""

CUT_AT = (120, 240, 400)
HARVESTED = "Jeu de données moissonné depuis {title} ({url})."
CONVERSIONS = {
    "CSV": "XLSX",
    "XLSX": "CSV",
    "GeoJSON": "KML",
    "SHP": "GPKG",
    "JSON": "CSV",
    "PDF": "ZIP",
    "GTFS": "ZIP",
}
ADDED_KEYWORDS = ("donnees-ouvertes", "passerelle-inspire", "territoire", "collectivite", "open-data", "moissonnage")

Change = Callable[[SampleRecord, SamplePortal, SamplePortal, Random], SampleRecord]


def changed_fields(style: Style, random: Random) -> tuple[str, ...]:
    """The fields that will not be the same in all records of one dataset."""
    return tuple(field for field, kept in style.kept.items() if random.random() >= kept)


def copy(
    record: SampleRecord,
    number: int,
    source: SamplePortal,
    target: SamplePortal,
    changes: tuple[str, ...],
    style: Style,
    seed: int,
    *,
    first: bool,
) -> SampleRecord:
    """``record`` of portal ``source`` as portal ``target`` republishes it; ``changes`` are this dataset's, and
    ``first`` says that ``record`` is the publisher's own."""
    random = Random(f"{seed}/copy/{number}")  # noqa: S311 - a sample, not a secret
    made = record
    for field in changes:
        if first or random.random() < LATER_CHANGE:
            made = CHANGES[field](made, source, target, random)
    named = name_record(target, made.title, number, seed)
    lost = random.random() < style.lost
    if not lost:
        named = _name_of_copy(named, record, source, target)
    made = replace(made, portal=target.id, number=number, **asdict(named), views=made.views // 3, followers=0, reuses=0)
    if lost:
        return _without_pointer(made, target, random)
    made = replace(made, origin=_pointer(record, source, target), origin_title=source.portal.title)
    return _rehosted(made, named, target) if random.random() < style.rehosted else made


def _name_of_copy(named: Names, record: SampleRecord, source: SamplePortal, target: SamplePortal) -> Names:
    """How harvesters name what they take: ``sync-…`` on CKAN, ``slug@domain`` on a network of Opendatasoft portals, the
    IRI of the origin in the feeds of CKAN's DCAT extension, which keeps it; geographic catalogues keep the resource's
    identifier, and among each other the record's."""
    if target.protocol is Protocol.CKAN:
        slug = f"sync-{named.slug}_{source.host.replace('.', '')}"
        return replace(named, slug=slug, page=f"https://{target.host}/dataset/{slug}")
    if target.protocol is Protocol.ODS and source.protocol is Protocol.ODS:
        source_id = f"{named.source_id}@{short_domain(source)}"
        page = f"https://{target.host}/explore/dataset/{source_id}/"
        return Names(source_id, source_id, page, page)
    if target.protocol is Protocol.DCAT and target.hydra == "paged":
        return replace(named, source_id=record.iri, iri=record.iri)
    if target.protocol in ISO_PROTOCOLS:
        kept = record.source_id if source.protocol in ISO_PROTOCOLS else named.source_id
        return Names(kept, named.slug, record.iri, record_page(target, kept, named.slug))
    return replace(named, iri=record.iri) if target.protocol is Protocol.OGC_RECORDS else named


def short_domain(portal: SamplePortal) -> str:
    """Opendatasoft's ``source_domain``: the last name of the host before its domain."""
    return portal.host.removeprefix("www.").rsplit(".", 1)[0].replace(".", "-")


def _pointer(record: SampleRecord, source: SamplePortal, target: SamplePortal) -> Origin:
    """The origin as the target's software tells it: an Opendatasoft portal is harvested by its DCAT feed, where pages
    are ids."""
    remote_id = record.source_id
    if source.protocol is Protocol.ODS and target.protocol is not Protocol.ODS:
        remote_id = record.page
    chain = (record.origin.domain, *record.origin.chain) if record.origin else ()
    return Origin(domain=source.host, remote_id=remote_id, remote_url=record.page, uri=record.iri, chain=chain)


def _without_pointer(record: SampleRecord, target: SamplePortal, random: Random) -> SampleRecord:
    """Only the words are left: own identifier, own files."""
    moved = _rehosted(record, _names(record), target)
    return replace(moved, identifier=record.source_id, origin=None, views=random.randint(0, 900))


def _rehosted(record: SampleRecord, named: Names, target: SamplePortal) -> SampleRecord:
    return replace(record, files=tuple(_moved(file, named, target) for file in record.files))


def _moved(file: File, named: Names, target: SamplePortal) -> File:
    identifier = file_id(named.source_id, file.format)
    return replace(file, url=file_url(target, named, file.format, identifier), identifier=identifier)


def _names(record: SampleRecord) -> Names:
    return Names(record.source_id, record.slug, record.iri, record.page)


def _title(record: SampleRecord, _source: SamplePortal, _target: SamplePortal, random: Random) -> SampleRecord:
    if random.random() < 0.5:
        return replace(record, title=f"{record.publisher.name} - {record.title}")
    return replace(record, title=record.title.replace(" - ", " : ").replace("’", "'") + " (données ouvertes)")


def _description(record: SampleRecord, source: SamplePortal, target: SamplePortal, random: Random) -> SampleRecord:
    """Cut, told where it came from, emptied of its end, or left in the source's HTML with the styles of its editor."""
    text = record.description
    kind = random.randrange(4)
    if kind == 0 and len(text) > CUT_AT[0]:
        text = text[: random.choice([length for length in CUT_AT if length < len(text)])].rsplit(" ", 1)[0] + "..."
    elif kind == 1:
        text = f"{text}\n\n{HARVESTED.format(title=source.portal.title, url=record.page)}"
    elif kind == 2 and "\n\n" in text:
        text = text.rsplit("\n\n", 1)[0]
    else:
        text = f"**{target.portal.title}**\n\n{text}"
    return replace(record, description=text)


def _licence(record: SampleRecord, _source: SamplePortal, _target: SamplePortal, random: Random) -> SampleRecord:
    others = CHANGED_LICENCES.get(record.licence, ("lov2",))
    return replace(record, licence=random.choice(others))


def _publisher(record: SampleRecord, source: SamplePortal, target: SamplePortal, random: Random) -> SampleRecord:
    """The aggregator, or the portal of origin, instead of the body that publishes."""
    carriers = (target, source) if random.random() < 0.5 else (source, target)
    others = [named for carrier in carriers for named in _carrier_names(carrier) if named.name != record.publisher.name]
    return replace(record, publisher=others[0])


def _carrier_names(carrier: SamplePortal) -> tuple[Body, ...]:
    """The body that runs a portal, and the portal's own title, which is sometimes given as publisher."""
    place = gazetteer().get(carrier.portal.territories[0])
    titled = Body(carrier.portal.title)
    return (Body(body_name(place), place.code, place.siren), titled) if place and place.siren else (titled,)


def _granularity(record: SampleRecord, _source: SamplePortal, _target: SamplePortal, random: Random) -> SampleRecord:
    return replace(record, granularity=random.choice(("other", "")))


def _formats(record: SampleRecord, _source: SamplePortal, target: SamplePortal, random: Random) -> SampleRecord:
    """One file fewer, or one more that the aggregator converted."""
    if len(record.files) > 1 and random.random() < 0.4:
        return replace(record, files=record.files[:-1])
    made = CONVERSIONS.get(record.files[0].format, "ZIP")
    if made in {file.format for file in record.files}:
        made = next(other for other in FORMATS if other not in {file.format for file in record.files})
    identifier = file_id(record.source_id, target.id, made)
    added = File(made, f"{record.title} ({made})", file_url(target, _names(record), made, identifier), identifier)
    return replace(record, files=(*record.files, added))


def _keywords(record: SampleRecord, _source: SamplePortal, _target: SamplePortal, random: Random) -> SampleRecord:
    """Spelled as udata spells tags, with one more or one fewer."""
    spelled = [fold(word).replace(" ", "-") for word in record.keywords]
    if len(spelled) > 2 and random.random() < 0.4:
        spelled.pop()
    else:
        spelled.append(random.choice(ADDED_KEYWORDS))
    return replace(record, keywords=tuple(dict.fromkeys(spelled)))


CHANGES: dict[str, Change] = {
    "title": _title,
    "description": _description,
    "licence": _licence,
    "publisher": _publisher,
    "granularity": _granularity,
    "formats": _formats,
    "keywords": _keywords,
}
"""Field of ``Style.kept`` → how a republisher changes it."""
