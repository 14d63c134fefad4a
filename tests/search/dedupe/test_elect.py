"""Which copy speaks for a dataset."""

from itertools import permutations
from typing import Any

import msgspec
import pytest

from dcat.model import Origin, Record
from dcat.portal import Level, Portal
from search.dedupe.clues import Clues
from search.dedupe.elect import elect, ranked
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


OPENED = Portal("nouveau", "Ville de Rennes", Level.COMMUNE, ("commune:35238",), "https://nouveau.rennes.fr")
CLOSED = Portal("ancien", "Ville de Rennes", Level.COMMUNE, ("commune:35238",), "https://a.rennes.fr", enabled=False)
SHARED = Portal("geobretagne", "GéoBretagne", Level.REGION, ("region:53",), "https://geobretagne.fr", mutualised=True)
TRAIN_OPERATOR = Portal("sncf", "SNCF", Level.NATIONAL, ("national",), "https://data.sncf.com")
TRANSPORT = Portal("idfm", "Île-de-France Mobilités", Level.REGION, ("region:11",), "https://data.idfm.fr")
NATION = msgspec.structs.replace(PORTALS["data-gouv-fr"], mutualised=True)
MORE = {portal.id: portal for portal in (OPENED, CLOSED, SHARED, MINISTRY, TRAIN_OPERATOR, TRANSPORT, NATION)}
RENNES, ACTS = by("Ville de Rennes", "commune:35238"), "Marchés publics"
CULTURE, BREST = by("Ministère de la Culture", "national"), by("Brest Métropole", "epci:242900314")


@pytest.mark.parametrize(
    ("authority", "other"),
    [
        # of two portals of one owner the one that replaced the other, though its copy is older
        (
            record("nouveau", "1", modified="2020-01-01", **RENNES),
            record("ancien", "2", modified="2024-01-01", **RENNES),
        ),
        # the ministry's account on the platform that all share, not the region that took it over under its own name
        (record("data-gouv-fr", "1", "Structures", **CULTURE), record("data-bretagne", "2", "Structures", **REGION)),
        # the region itself, not the platform of its territory that names itself
        (record("data-bretagne", "1", "Gares", **REGION), record("geobretagne", "2", "Gares", publisher="GéoBretagne")),
        # everybody's own acts are its own, whoever gathers them (routing, own_account)
        (record("data-bretagne", "1", ACTS, **REGION), record("education", "2", ACTS, **by("Ministères", "national"))),
        # the body that the title names by more than its place
        (
            record("idfm", "1", "Parking Île-de-France Mobilités", **by("Île-de-France Mobilités", "region:11")),
            record("sncf", "2", "Parking Île-de-France Mobilités", **by("SNCF", "national")),
        ),
        # the town that the title names, in its account; the other portal names another town
        (
            record("data-gouv-fr", "1", "Écoles de Rennes", **RENNES),
            record("roubaix", "2", "Écoles de Rennes", **by("Ville de Roubaix", "commune:59512")),
        ),
        # its account beside a portal that takes over its records and names nobody
        (record("data-gouv-fr", "1", **BREST), record("mel", "2")),
        # somebody rather than nobody, where neither governs
        (record("education", "1", publisher="Lig'Air"), record("data-gouv-fr", "2")),
    ],
)
def test_the_producer_speaks_not_who_gathers(authority: Record, other: Record) -> None:
    portals = {**PORTALS, **MORE}
    for order in permutations(copies(authority, other)):
        assert ranked(order, portals)[0].record == authority.id


def test_what_the_publisher_archived_gives_way_to_what_it_keeps() -> None:
    portals = {**PORTALS, **MORE}
    town, account, region = copies(
        record("nouveau", "1", **RENNES), record("data-gouv-fr", "2", **RENNES), record("data-bretagne", "3")
    )
    assert ranked([town, account, region], portals)[0] == town
    left = well(town, archived=True)
    assert ranked([left, account, region], portals)[0] == account
    assert ranked([left, region], portals)[0] == left, "who only republishes gains no authority by that"


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
    assert "where the publisher itself publishes" in english
    assert elect(copies(chain()[0]), PORTALS).reasons == (
        ("C'est la seule copie connue.", "It is the only known copy."),
    )


def test_a_copy_of_a_portal_that_is_gone_is_no_error() -> None:
    assert elect(copies(record("disparu", "1"), record("mel", "2")), PORTALS).copies[0].portal == "mel"
