"""Small portals, records and datasets for the tests of this package."""

from collections.abc import Sequence
from typing import Any

from dcat.identity import record_id
from dcat.model import Agent, Concept, Dataset, Distribution, Origin, Record, Text
from dcat.portal import Level, Portal
from search.document import CopyLink, Document

RENNES = Portal(
    id="rennes-metropole",
    title="Rennes Métropole",
    level=Level.EPCI,
    territories=("epci:243500139",),
    url="https://data.rennesmetropole.fr",
    hosts=("rennesmetropole.opendatasoft.com",),
    mutualised=True,
    publishers={"Ville de Rennes": "commune:35238"},
)
BRETAGNE = Portal("data-bretagne", "Région Bretagne", Level.REGION, ("region:53",), "https://data.bretagne.bzh")
GOUV = Portal("data-gouv-fr", "data.gouv.fr", Level.NATIONAL, ("national",), "https://www.data.gouv.fr")
ROUBAIX = Portal("roubaix", "Roubaix", Level.COMMUNE, ("commune:59512",), "https://opendata.roubaix.fr")
MEL = Portal("mel", "MEL", Level.EPCI, ("epci:200093201",), "https://data.lillemetropole.fr", mutualised=True)
PORTALS = {portal.id: portal for portal in (RENNES, BRETAGNE, GOUV, ROUBAIX, MEL)}


def record(portal: str, source_key: str, title: str = "Arrêts de bus", **more: Any) -> Record:
    """``more``: fields of the dataset, but for ``page``, ``origin``, ``publisher`` (a name), ``urls`` (downloads)."""
    page, origin = more.pop("page", ""), more.pop("origin", None)
    publisher, urls = more.pop("publisher", ""), more.pop("urls", ())
    modified = more.pop("modified", "")
    dataset = Dataset(
        title=(Text(title, "fr"),),
        publisher=Agent(name=(Text(publisher),), territory=more.pop("seat", "")) if publisher else None,
        distributions=tuple(Distribution(download_urls=(url,)) for url in urls),
        modified=modified,
        **more,
    )
    return Record(record_id(portal, source_key), portal, source_key, dataset, page=page, origin=origin)


def chain() -> tuple[Record, Record, Record]:
    """One dataset of Rennes Métropole, as its portal, the region's and the national one describe it."""
    here = record(
        "rennes-metropole",
        "da_x1",
        identifiers=("tco-bus",),
        publisher="Ville de Rennes",
        page="https://data.rennesmetropole.fr/explore/dataset/tco-bus/",
        themes=(Concept(code="TRAN"),),
        urls=("https://data.rennesmetropole.fr/explore/dataset/tco-bus/download?format=csv",),
    )
    region = record(
        "data-bretagne",
        "tco-bus@rennesmetropole",
        origin=Origin(domain="rennesmetropole.opendatasoft.com", remote_id="tco-bus"),
        page="https://data.bretagne.bzh/explore/dataset/tco-bus@rennesmetropole/",
        modified="2026-03-01",
    )
    nation = record(
        "data-gouv-fr",
        "53699569a3a729239d204636",
        origin=Origin(remote_url="http://data.rennesmetropole.fr/explore/dataset/tco-bus"),
        page="https://www.data.gouv.fr/fr/datasets/arrets-de-bus/",
    )
    return here, region, nation


def document(number: int, title: str = "Horaires des bus", **more: Any) -> Document:
    """A dataset of Rennes, unless said otherwise."""
    fields: dict[str, Any] = {
        "portal": "rennes-metropole",
        "publisher": "Ville de Rennes",
        "territory": "commune:35238",
        "territories": ("commune:35238",),
        "level": "commune",
        **more,
    }
    fields.setdefault("coverage", fields["territories"])
    identity = f"{number:016x}"
    link = CopyLink(f"{fields['portal']}:{identity}", fields["portal"], "https://data.example.org/x")
    return Document(id=identity, record=link.record, title=(Text(title, "fr"),), copies=(link,), **fields)


def ids(documents: Sequence[Document]) -> list[str]:
    return [found.id for found in documents]
