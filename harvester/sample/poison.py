"""Bad values as real portals serve them, at a low rate: none costs the record its title or its id.

Values that a serialiser would refuse (a language tag ``français``, an IRI with a blank) are written as tokens, which
the RDF speaker replaces in the finished bytes.
"""

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from harvester.sample.record import SampleRecord

DEFAULT_RATE = 0.01

BAD_DATES = ("jeu, 19/12/2019 - 03:00", "2019-13-45", "0000-00-00", "31/02/2021", "17:01+02:00", "")
ODD_LICENCES = (
    "Licence Ouverte / Open Licence v1 ou ODbL",
    "<p>Voir les <a href='/mentions'>mentions légales</a></p>",
    "Domaine public (sous réserve)",
    "http://www.etalab.gouv.fr/pages/Licence_ouverte_Open_licence-5899923.html",
)
BAD_LANGUAGES = ("français", "fr_FR")
PLACEHOLDERS = ("TODO", "A REMPLIR", "à compléter", "null")
HTML = (
    '<p style="font-family: sans-serif;"><span style="font-weight: bolder;">Présentation</span></p>\r\n<p>{text}</p>'
    '<script>window.track=1</script><p>&nbsp;</p><ul><li>voir <a href="javascript:void(0)">ici</a></ul>'
)


def poisoned(record: SampleRecord, random: Random, rate: float) -> SampleRecord:
    """The record, one time in ``1/rate`` with one bad value, named in its ``poison``."""
    if random.random() >= rate:
        return record
    kind = random.choice(list(POISONS))
    return replace(POISONS[kind](record, random), poison=kind)


def _html(record: SampleRecord, _random: Random) -> SampleRecord:
    return replace(record, description=HTML.format(text=record.description))


def _licence(record: SampleRecord, random: Random) -> SampleRecord:
    return replace(record, licence=random.choice(ODD_LICENCES))


def _date(record: SampleRecord, random: Random) -> SampleRecord:
    return replace(record, modified=random.choice(BAD_DATES))


def _language(record: SampleRecord, random: Random) -> SampleRecord:
    return replace(record, language=random.choice(BAD_LANGUAGES))


def _blank(record: SampleRecord, _random: Random) -> SampleRecord:
    """Two addresses joined by a blank, as in a GeoNetwork field that held both."""
    first = record.files[0]
    spoiled = replace(first, url=f"{first.url} https://exemple.invalid/notice/{record.number}")
    return replace(record, files=(spoiled, *record.files[1:]))


def _placeholder(record: SampleRecord, random: Random) -> SampleRecord:
    return replace(record, identifier=random.choice(PLACEHOLDERS))


def _control(record: SampleRecord, _random: Random) -> SampleRecord:
    """The vertical tab of a text pasted from a slide."""
    return replace(record, description=record.description.replace(". ", ".\x0b", 1))


POISONS: dict[str, Callable[[SampleRecord, Random], SampleRecord]] = {
    "html-description": _html,
    "odd-licence": _licence,
    "bad-date": _date,
    "bad-language": _language,
    "blank-in-iri": _blank,
    "placeholder-identifier": _placeholder,
    "control-character": _control,
}
"""What the record's ``poison`` says → how it is made."""
