"""ISO 19139 and ISO 19115-3 records, as large and as deep as those of GeoNetwork: filled templates, made fast.

A template (``iso19139.xml``, ``iso19115-3.xml``) has the same sections for both standards; its fields are in braces.
"""

from collections.abc import Iterator, Mapping

from harvester.sample.boxes import box_of
from harvester.sample.iso.links import OnlineLink, links_of
from harvester.sample.iso.template import Template, Values, templates, xml
from harvester.sample.record import SampleRecord
from harvester.sample.words import (
    FREQUENCIES,
    GEOGRAPHIC,
    ISO_FREQUENCIES,
    ISO_LANGUAGES,
    ISO_THEMES,
    LICENCES,
    IsoWords,
)

ISO19139 = "iso19139"
ISO19115_3 = "iso19115-3"

INSPIRE = "http://inspire.ec.europa.eu/theme"
INSPIRE_THEMES = ("GEMET - INSPIRE themes, version 1.0", "2008-06-01", "external.theme.inspire-theme")
TERRITORIES = ("Territoires", "2026-01-01", "external.place.territoires")
NO_THEME = IsoWords("boundaries", "Unités administratives", "au")

PURPOSE = "Mise à disposition des données de référence produites ou réunies par {publisher}."
LIMITATION = (
    "Les données sont fournies telles quelles ; leur producteur ne peut en garantir l'exhaustivité, l'actualité ni "
    "l'absence d'erreurs, et n'est pas responsable de l'usage qui en est fait."
)
LINEAGE = (
    "Données saisies et contrôlées par {publisher}, rapprochées de ses registres de gestion, puis versées au "
    "catalogue. Mise à jour {frequency}."
)
REGULATION = (
    "Règlement (UE) n° 1089/2010 du 23 novembre 2010 relatif à l'interopérabilité des séries et des services "
    "de données géographiques"
)
GUIDELINES = "Spécification de données INSPIRE – {theme} – Guide technique"
REPORTED = "Voir la spécification référencée"
ROLES = (("contact", "pointOfContact"), ("party", "pointOfContact"), ("party", "owner"), ("distributor", "distributor"))

Parts = Mapping[str, Template]


def iso_record(record: SampleRecord, host: str, standard: str = ISO19139) -> str:
    """The record as a ``MD_Metadata``; ``host`` is the real one of the catalogue."""
    parts = templates("harvester.sample.iso", standard)
    said = _said(record, host)
    parties = _parties(parts, record, host)
    links = tuple(links_of(record, host))
    return parts["record"].fill(
        {
            **said,
            **parties,
            "identifiers": parts["identifier"].each({"code": xml(one)} for one in _identifiers(record)),
            "keywords": "\n".join(_keywords(parts, record, host)),
            "licence": _licence(parts, record),
            "temporal": _temporal(parts, record),
            "formats": parts["format"].each({"name": xml(file.format)} for file in record.files),
            "online": parts["online"].each(map(_online, links)),
            "reports": parts["report"].each(_reports(record)),
        }
    )


def _said(record: SampleRecord, host: str) -> Values:
    """What the record says in one place each."""
    box = box_of(record.territory)
    theme = ISO_THEMES.get(record.theme, NO_THEME)
    written = {
        "id": record.source_id,
        "language": ISO_LANGUAGES.get(record.language, record.language),
        "stamp": stamp(record),
        "uri": record.origin.uri if record.origin else record.iri,
        "page": record.page,
        "title": record.title,
        "abstract": record.description,
        "purpose": PURPOSE.format(publisher=record.publisher.name),
        "modified": record.modified,
        "issued": record.issued[:10],
        "issued_at": record.issued,
        "frequency": ISO_FREQUENCIES.get(record.frequency, "asNeeded"),
        "overview": f"https://{host}/geonetwork/srv/api/records/{record.source_id}/attachments/apercu.png",
        "limitation": LIMITATION,
        "scale": "25000" if record.theme == "ENVI" else "5000",
        "topic": theme.topic,
        "place": record.territory_name,
        "lineage": LINEAGE.format(
            publisher=record.publisher.name, frequency=FREQUENCIES[record.frequency].sentence
        ),
        "west": str(box.west),
        "east": str(box.east),
        "south": str(box.south),
        "north": str(box.north),
    }  # fmt: skip
    return {name: xml(value) for name, value in written.items()}


def stamp(record: SampleRecord) -> str:
    """The moment of the record's last change, in UTC, as GeoNetwork writes it."""
    return f"{record.processed.removesuffix('+00:00')}Z"


def _identifiers(record: SampleRecord) -> Iterator[str]:
    """Of the resource: its address, and what its producer calls it."""
    yield record.iri
    if record.identifier not in (record.iri, record.source_id):
        yield record.identifier


def _parties(parts: Parts, record: SampleRecord, host: str) -> Values:
    """The same organisation in every role, as most catalogues have it."""
    domain = host.removeprefix("www.")
    person = {
        "service": "Service de la donnée",
        "position": "Gestionnaire des données",
        "name": record.publisher.name,
        "street": "1 place de l'Hôtel-de-Ville",
        "city": record.territory_name,
        "email": f"donnees@{domain}",
        "site": f"https://{host}",
    }
    person = {name: xml(value) for name, value in person.items()}
    made: dict[str, str] = {}
    for section, role in ROLES:
        filled = parts[section].fill({**person, "role": role})
        name = "parties" if section == "party" else section
        made[name] = f"{made[name]}\n{filled}" if name in made else filled
    return made


def _keywords(parts: Parts, record: SampleRecord, host: str) -> Iterator[str]:
    """INSPIRE's theme, the words of the producer, the place: a block each."""
    theme = ISO_THEMES.get(record.theme, NO_THEME)
    word = {"word": xml(theme.inspire), "address": f"{INSPIRE}/{theme.code}"}
    words = parts["anchored-keyword"].fill(word)
    yield parts["keywords"].fill({"words": words, "type": "theme", **_thesaurus(host, *INSPIRE_THEMES)})
    words = parts["keyword"].each({"word": xml(one)} for one in record.keywords)
    if words:
        yield parts["free-keywords"].fill({"words": words, "type": "theme"})
    if record.territory_name:
        words = parts["keyword"].fill({"word": xml(record.territory_name)})
        yield parts["keywords"].fill({"words": words, "type": "place", **_thesaurus(host, *TERRITORIES)})


def _thesaurus(host: str, title: str, date: str, name: str) -> Values:
    return {
        "thesaurus": title,
        "thesaurus_date": date,
        "thesaurus_address": f"https://{host}/geonetwork/srv/api/registries/vocabularies/{name}",
        "thesaurus_name": f"geonetwork.thesaurus.{name}",
    }


def _licence(parts: Parts, record: SampleRecord) -> str:
    known = LICENCES.get(record.licence)
    if known and known.url:
        return parts["licence"].fill({"words": xml(known.title), "address": xml(known.url)})
    return parts["unaddressed-licence"].fill({"words": xml(known.title if known else record.licence)})


def _temporal(parts: Parts, record: SampleRecord) -> str:
    start, end = record.temporal
    if not start:
        return ""
    return parts["temporal"].fill({"period": f"p{record.number}", "start": xml(start), "end": xml(end)})


def _online(link: OnlineLink) -> Values:
    return {name: xml(getattr(link, name)) for name in OnlineLink.__struct_fields__}


def _reports(record: SampleRecord) -> Iterator[Values]:
    """Geographic data is held against INSPIRE."""
    if not any(file.format in GEOGRAPHIC for file in record.files):
        return
    theme = ISO_THEMES.get(record.theme, NO_THEME).inspire
    rows = ((GUIDELINES.format(theme=theme), "2014-04-07"), (REGULATION, "2010-12-08"))
    for specification, date in rows:
        passed = "true" if record.number % 3 else "false"
        yield {"specification": xml(specification), "date": date, "explanation": REPORTED, "passed": passed}
