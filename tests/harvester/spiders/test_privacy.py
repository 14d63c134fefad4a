"""What is kept of persons in harvests as they really are, and what becomes of it when the setting changes."""

import pytest
from sqlalchemy import select

from dcat.personal import PersonalData
from dcat.portal import Protocol
from dcat.redaction import wanted
from harvester.archive.compression import decompress
from harvester.archive.tables import findings, versions
from harvester.persons.privacy import Privacy
from harvester.reading.fingerprint import of_reading, of_walk
from tests.harvester.spiders.conftest import Harvested, Place

PAGE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres"@fr ;
  dct:description "<p>Écrire à jean.dupont@ville.fr</p>"@fr ;
  dct:creator [ a foaf:Person ; foaf:name "Jean DUPONT" ] ;
  dcat:contactPoint [ a vcard:Individual ; vcard:fn "Jean DUPONT" ; vcard:hasEmail <mailto:jean.dupont@ville.fr> ;
                      vcard:hasTelephone <tel:+33612345678> ] ,
                    [ vcard:fn "Service SIG" ; vcard:hasEmail "jean dupont chez ville" ] ,
                    [ vcard:fn "Ville de Rennes" ; vcard:hasEmail <mailto:opendata@ville.fr> ] .
"""


def harvest(place: Place, mode: PersonalData = PersonalData.ROLE_ONLY) -> Harvested:
    place.serve("a.ttl", PAGE.encode())
    return place.harvest(Protocol.DCAT, f"{place.base}/a.ttl", personal_data=mode)


def contacts(harvested: Harvested) -> list[tuple[str, str, str]]:
    (record,) = harvested.records.values()
    return sorted(
        ("".join(text.value for text in one.name), one.email, one.telephone) for one in record.dataset.contact_points
    )


CITY, SIG = ("Ville de Rennes", "opendata@ville.fr", ""), ("Service SIG", "", "")
PERSON = ("Jean DUPONT", "jean.dupont@ville.fr", "+33612345678")


@pytest.mark.parametrize(
    ("mode", "kept", "creators"),
    [
        (PersonalData.KEEP, [PERSON, SIG, CITY], 1),
        (PersonalData.ROLE_ONLY, [SIG, CITY], 0),
        (PersonalData.DROP, [SIG, ("Ville de Rennes", "", "")], 0),
    ],
)
def test_what_is_kept(place: Place, mode: PersonalData, kept: list[tuple[str, str, str]], creators: int) -> None:
    harvested = harvest(place, mode)
    assert contacts(harvested) == kept
    (record,) = harvested.records.values()
    assert len(record.dataset.creators) == creators
    assert ("personal-data-removed" in harvested.rules) is (mode is not PersonalData.KEEP)


def test_findings_tell_no_mailbox_and_no_name(place: Place) -> None:
    harvested = harvest(place)
    assert harvested.found("html-cleaned").value == "<p>Écrire à …@ville.fr</p>"
    assert not any(
        "dupont" in contact.extra for record in harvested.records.values() for contact in record.dataset.contact_points
    )
    with place.archive.engine.connect() as connection:
        told = connection.execute(select(findings.c.value).where(findings.c.run_id == harvested.report.run)).scalars()
        assert not [value for value in told if "dupont" in value.lower()]


def test_a_change_of_the_setting_takes_effect_with_the_next_harvest(place: Place) -> None:
    assert contacts(harvest(place, PersonalData.KEEP)) == [PERSON, SIG, CITY]
    changed = harvest(place, PersonalData.ROLE_ONLY)
    assert (contacts(changed), changed.report.counts.updated) == ([SIG, CITY], 1)
    assert harvest(place, PersonalData.ROLE_ONLY).report.counts.unchanged == 1
    assert contacts(harvest(place, PersonalData.KEEP)) == [PERSON, SIG, CITY]


def test_no_version_of_a_record_holds_a_person_by_default(place: Place) -> None:
    run = harvest(place).report.run
    with place.archive.engine.connect() as connection:
        payloads = connection.execute(select(versions.c.payload).where(versions.c.run_id == run)).scalars()
        assert b"DUPONT" not in b"".join(map(decompress, payloads))


def test_neither_a_reading_nor_a_walk_is_gone_on_with_under_another_setting(place: Place) -> None:
    portal = place.portal(Protocol.DCAT)
    assert len({of_walk(portal, None, mode) for mode in PersonalData}) == 3
    assert len({of_reading(portal, Privacy(mode)) for mode in PersonalData}) == 3
    key = b"0" * 32
    asked = Privacy(forgotten=(wanted("Jean Dupont", key),), key=key)
    assert of_reading(portal, asked) != of_reading(portal, Privacy())
