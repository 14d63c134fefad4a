"""What is described, whatever the protocol: one dataset with a value in every field that a poison could cost."""

from msgspec import Struct

from dcat.model import Record, text_in

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


class Described(Struct, frozen=True):
    """Values as a source holds them, before any syntax escapes them."""

    identifier: str = "arbres"
    title: str = "Les arbres de la métropole"
    description: str = "Où sont les arbres"
    keywords: tuple[str, ...] = ("arbre", "espace vert")
    publisher: str = "Ville de Rennes"
    licence: str = LICENCE
    issued: str = "2020-02-03"
    urls: tuple[str, ...] = ("https://data.exemple.fr/fichiers/arbres.csv",)
    themes: tuple[str, ...] = ("Environnement",)
    language: str = "fr"
    deep: int = 0
    """Levels of nesting in a field that no one reads."""


BEFORE = Described(identifier="bancs", title="Les bancs", keywords=("banc",), urls=("https://data.exemple.fr/b.csv",))
AFTER = Described(identifier="ponts", title="Les ponts", keywords=("pont",), urls=("https://data.exemple.fr/p.csv",))
"""The neighbours, which nothing that is done to the one between them may cost anything."""


class Facts(Struct, frozen=True):
    """What of a description comes out again, the same for every protocol."""

    identifiers: tuple[str, ...]
    title: str
    description: str
    keywords: tuple[str, ...]
    publisher: str
    territory: str
    licence: str
    issued: str
    addresses: tuple[str, ...]
    themes: tuple[str, ...]


FIELDS = Facts.__struct_fields__


def facts(record: Record) -> Facts:
    """Of a normalised record."""
    dataset = record.dataset
    licences = (dataset.licence, *(one.licence for one in dataset.distributions))
    return Facts(
        identifiers=(*dataset.identifiers, *dataset.other_identifiers),
        title=text_in(dataset.title),
        description=text_in(dataset.description),
        keywords=tuple(sorted(text.value for text in dataset.keywords)),
        publisher=text_in(dataset.publisher.name) if dataset.publisher else "",
        territory=dataset.publisher.territory if dataset.publisher else "",
        licence=next((one.code for one in licences if one), ""),
        issued=dataset.issued,
        addresses=tuple(url for one in dataset.distributions for url in (one.download_urls or one.access_urls)),
        themes=tuple(sorted(one.code for one in dataset.themes if one.code)),
    )
