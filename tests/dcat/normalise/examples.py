"""Small builders for records as parsers give them."""

from typing import Any

from dcat.model import Concept, Dataset, Distribution, Record, Text
from dcat.normalise import normalise
from dcat.portal import Level, Portal

PORTAL = Portal(
    id="rennes-metropole",
    title="Rennes Métropole",
    level=Level.EPCI,
    territories=("epci:243500139",),
    url="https://data.rennesmetropole.fr",
)
NATION = Portal(
    id="data-gouv-fr",
    title="data.gouv.fr",
    level=Level.NATIONAL,
    territories=("national",),
    url="https://www.data.gouv.fr",
)


def words(label: str, language: str = "") -> Concept:
    """A concept that the source gives in words."""
    return Concept(label=(Text(label, language),))


def texts(*values: str) -> tuple[Text, ...]:
    """Texts without a declared language."""
    return tuple(Text(value) for value in values)


def record(*, source_key: str = "k", record_modified: str = "", **fields: Any) -> Record:
    """A record with a title, and what else the test says of its dataset."""
    return Record(
        id="p:0",
        portal="p",
        source_key=source_key,
        modified=record_modified,
        dataset=Dataset(**{"title": texts("Titre"), **fields}),
    )


def normalised(portal: Portal = PORTAL, **fields: Any) -> Dataset:
    """The dataset after all steps."""
    return normalise(record(**fields), portal)[0].dataset


def rules(portal: Portal = PORTAL, **fields: Any) -> list[str]:
    """The findings' codes, without those that every bare test record has."""
    bare = {"licence-missing", "distribution-missing"}
    return [found.rule for found in normalise(record(**fields), portal)[1] if found.rule not in bare]


def distribution(**fields: Any) -> Distribution:
    """One with an address."""
    return Distribution(**{"access_urls": ("https://x.fr/page",), **fields})
