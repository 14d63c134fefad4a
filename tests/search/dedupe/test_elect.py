"""Which copy speaks for a dataset."""

from itertools import permutations
from typing import Any

import msgspec
import pytest

from dcat.model import Origin, Record
from dcat.portal import Level, Portal
from search.dedupe.clues import Clues
from search.dedupe.elect import elect
from search.document import Copy, copy_of
from tests.search.examples import PORTALS, chain, record

CLUES = Clues(PORTALS)


def copies(*records: Record) -> list[Copy]:
    return [copy_of(one, PORTALS.get(one.portal), CLUES.of(one)) for one in records]


def well(copy: Copy, **more: Any) -> Copy:
    """A copy as measured."""
    return msgspec.structs.replace(copy, **more)


def elected(*records: Record) -> str:
    found = {elect(order, PORTALS).copies[0].portal for order in permutations(copies(*records))}
    assert len(found) == 1, "the order of the copies decided"
    return found.pop()


POINTER = Origin(domain="opendata.roubaix.fr", remote_id="arbres")


def by(publisher: str, seat: str) -> dict[str, str]:
    return {"publisher": publisher, "seat": seat}


ARBRES = record("roubaix", "arbres", modified="2020-01-01")
AGGREGATED = record("mel", "1", origin=POINTER, modified="2026-01-01")
INSEE = by("INSEE", "national")
REGION = by("Région Bretagne", "region:53")
REWRITTEN = (
    record("rennes-metropole", "bus", **by("Rennes Métropole", "epci:243500139")),
    record("data-bretagne", "2", origin=Origin(domain="data.rennesmetropole.fr", remote_id="bus"), **REGION),
    record("data-gouv-fr", "3", origin=Origin(domain="data.bretagne.bzh", remote_id="2"), **REGION),
)


@pytest.mark.parametrize(
    ("records", "portal"),
    [
        (chain(), "rennes-metropole"),
        # the town's own portal, not the aggregator that is newer
        ((ARBRES, AGGREGATED), "roubaix"),
        # a publisher of the whole nation: its copy in a region is only a copy
        ((record("data-gouv-fr", "1", **INSEE), record("data-bretagne", "2", publisher="INSEE")), "data-gouv-fr"),
        # the region publishes; an intermunicipal body in it republishes
        ((record("data-bretagne", "1", **REGION), record("rennes-metropole", "2")), "data-bretagne"),
        # two portals on the way up wrote themselves as the publisher
        (REWRITTEN, "rennes-metropole"),
        # nothing says anything: the closest level
        ((record("data-gouv-fr", "1"), record("mel", "2"), record("data-bretagne", "3")), "mel"),
        # a town of another territory carries a copy
        ((record("roubaix", "1", **by("Rennes", "commune:35238")), record("data-gouv-fr", "2")), "data-gouv-fr"),
    ],
)
def test_authority_then_origin_then_level(records: tuple[Record, ...], portal: str) -> None:
    assert elected(*records) == portal


NORD = {"publisher": "Département du Nord", "seat": "departement:59"}
TRAINS, SOCIAL = "Horaires TER", "Aides sociales attribuées"


@pytest.mark.parametrize(
    ("records", "portal"),
    [
        # regional trains are the region's (transport code L2121-3), whoever else writes itself
        (
            (
                record("data-bretagne", "1", TRAINS, **REGION),
                record("rennes-metropole", "2", TRAINS, **by("Ville de Rennes", "commune:35238")),
                record("data-gouv-fr", "3", TRAINS, **REGION),
            ),
            "data-bretagne",
        ),
        # social aid is the département's; the region that gathers it wrote itself
        (
            (
                record("mel", "1", SOCIAL, **NORD),
                record("data-gouv-fr", "2", SOCIAL, **by("data.gouv.fr", "national")),
            ),
            "data-gouv-fr",
        ),
    ],
)
def test_who_holds_the_competence_speaks(records: tuple[Record, ...], portal: str) -> None:
    assert elected(*records) == portal


MINISTRY = Portal("education", "Éducation", Level.NATIONAL, ("national",), "https://data.education.gouv.fr")
NETWORKS = Portal("reseaux", "Réseaux", Level.NATIONAL, ("national",), "https://data.reseaux.fr")


@pytest.mark.parametrize(
    ("title", "producer"),
    [
        # a ministry on its own portal, against a region that gathers what is about it under its own name
        ("Indice", record("education", "1", "Indice", **by("Ministère de l'Éducation nationale", "national"))),
        # an operator that governs no territory
        ("Postes", record("reseaux", "2", "Postes", publisher="Agence des réseaux")),
    ],
)
def test_a_region_that_gathers_under_its_own_name_is_no_producer(title: str, producer: Record) -> None:
    portals = {**PORTALS, "education": MINISTRY, "reseaux": NETWORKS}
    found = elect(copies(producer, record("data-bretagne", "3", title, **REGION)), portals)
    assert found.copies[0].record == producer.id
    nobody = record("data-gouv-fr", "4", title)
    alone = elect(copies(nobody, record("data-bretagne", "3", title, **REGION)), portals)
    assert alone.copies[0].portal == "data-bretagne", "while nobody names another, the region is believed"


def test_the_competence_is_told() -> None:
    found = elect(
        copies(
            record("data-bretagne", "1", TRAINS, **REGION),
            record("rennes-metropole", "2", TRAINS, **by("Ville de Rennes", "commune:35238")),
            record("data-gouv-fr", "3", TRAINS, **REGION),
        ),
        PORTALS,
    )
    assert "Regional rail" in next(english for _, english in found.reasons if "competent" in english)


@pytest.mark.parametrize(
    ("ill", "told"),
    [
        ({"archived": True}, "it is archived"),
        ({"ailments": ("dead-links",)}, "none of its links answers"),
        ({"ailments": ("unseen",)}, "its portal has not shown it for a long time"),
        ({"quality": 0.2}, "it says much less than the others"),
    ],
)
def test_ill_health_overrides_authority_and_says_so(ill: dict[str, Any], told: str) -> None:
    town, mel = (well(copy, quality=0.8) for copy in copies(ARBRES, AGGREGATED))
    assert elect([town, mel], PORTALS).copies[0].portal == "roubaix"
    found = elect([well(town, **ill), mel], PORTALS)
    assert found.copies[0].portal == "mel"
    assert f"Roubaix would have authority, but {told}: another" in found.reasons[0][1]


def test_where_every_copy_is_ill_authority_decides() -> None:
    town, mel = (well(copy, archived=True) for copy in copies(ARBRES, AGGREGATED))
    assert elect([town, mel], PORTALS).copies[0].portal == "roubaix"


def test_a_healthy_copy_of_a_portal_without_authority_still_never_speaks() -> None:
    portals = {**PORTALS, "mel": msgspec.structs.replace(PORTALS["mel"], authority=False)}
    town, mel = copies(ARBRES, AGGREGATED)
    assert elect([well(town, archived=True), mel], portals).copies[0].portal == "roubaix"


def test_the_date_decides_last() -> None:
    one, other = record("mel", "1", modified="2024-01-01"), record("mel", "2", modified="2025-01-01")
    assert elect(copies(one, other), PORTALS).copies[0].record == other.id


def test_a_portal_without_authority_never_speaks_for_a_dataset_that_another_has() -> None:
    portals = {**PORTALS, "roubaix": msgspec.structs.replace(PORTALS["roubaix"], authority=False)}
    found = elect(copies(record("roubaix", "arbres"), record("mel", "1", origin=POINTER)), portals)
    assert found.copies[0].portal == "mel"


def test_the_reason_is_told_in_both_languages() -> None:
    french, english = elect(copies(*chain()), PORTALS).reasons[0]
    assert "Rennes Métropole" in french
    assert "publisher's territory (Rennes)" in english
    assert elect(copies(chain()[0]), PORTALS).reasons == (
        ("C'est la seule copie connue.", "It is the only known copy."),
    )


def test_a_copy_of_a_portal_that_is_gone_is_no_error() -> None:
    assert elect(copies(record("disparu", "1"), record("mel", "2")), PORTALS).copies[0].portal == "mel"
