"""What stays of contact points, creators and publishers, and what a finding tells of what left."""

from typing import Any

import pytest
from msgspec.structs import replace

from dcat.codec import encode
from dcat.findings import Finding
from dcat.model import Agent, ContactPoint, DataService, Dataset, Distribution, Text
from dcat.normalise import normalise
from dcat.personal import PersonalData
from tests.dcat.normalise.examples import PORTAL, record

VCARD = "http://www.w3.org/2006/vcard/ns#"
FOAF = "http://xmlns.com/foaf/0.1/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def contact(name: str = "", email: str = "", telephone: str = "", **more: str) -> ContactPoint:
    return ContactPoint(name=(Text(name, "fr"),) if name else (), email=email, telephone=telephone, **more)


def agent(name: str, email: str = "", **more: Any) -> Agent:
    return Agent(name=(Text(name, "fr"),), email=email, **more)


def left(mode: PersonalData = PersonalData.ROLE_ONLY, **fields: Any) -> tuple[Dataset, list[tuple[str, str]]]:
    """What stays of a dataset, and (place, value) of what is said to have left."""
    dataset = Dataset(title=(Text("Arbres", "fr"),), **fields)
    made, findings = normalise(replace(record(), dataset=dataset), PORTAL, personal=mode)
    assert normalise(made, PORTAL, personal=mode)[0] == made
    return made.dataset, said(findings)


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(found.place, found.value) for found in findings if found.rule == "personal-data-removed"]


SERVICES = [
    contact("Rennes Métropole", "opendata@rennesmetropole.fr", "02 99 86 62 62"),
    contact("Service SIG", "sig@ville.fr"),
    contact("Ifremer - Géosciences Marines", "gmcarto@ifremer.fr"),
    contact("Ville de Rennes", "", "02 99 86 62 62"),
    contact("INSEE", url="https://www.insee.fr/contact"),
    contact("", "contact@ville.fr", "02 99 86 62 62"),
]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_stays_as_it_is(service: ContactPoint) -> None:
    dataset, found = left(contact_points=(service,))
    assert (dataset.contact_points, found) == ((service,), [])


@pytest.mark.parametrize(
    ("given", "stays", "gone"),
    [
        (contact("Jean Dupont", "jean.dupont@ville.fr", "0612345678"), None, "name, e-mail, telephone"),
        (contact("Jean DUPONT"), None, "name"),
        (contact("Jean Dupont"), None, "name"),
        (contact("Mme Martin", "contact@ville.fr", "02 99 86 62 62"), contact("", "contact@ville.fr"),
         "name, telephone"),
        (contact("Direction du numérique", "jean.dupont@ville.fr", "02 99 86 62 62"),
         contact("Direction du numérique"), "e-mail, telephone"),
        (contact("", "jean.dupont@ville.fr"), None, "e-mail"),
        (contact("", "", "06 12 34 56 78"), None, "telephone"),
        (contact("jean.dupont@ville.fr", "contact@ville.fr"), contact("", "contact@ville.fr"), "name"),
        (contact("Bretagne Vivante", "contact@bretagne-vivante.org"),
         contact("Bretagne Vivante", "contact@bretagne-vivante.org"), ""),
        (contact("ACME", "tnt@acme.com", extra=f"_:this <{TYPE}> <{VCARD}Individual> ."), None, "name, e-mail"),
    ],
)  # fmt: skip
def test_a_person_leaves(given: ContactPoint, stays: ContactPoint | None, gone: str) -> None:
    dataset, found = left(contact_points=(given,))
    assert dataset.contact_points == (() if stays is None else (stays,))
    assert found == ([("dcat:contactPoint", gone)] if gone else [])


def test_the_words_of_the_publishers_own_name_are_no_person() -> None:
    own = contact("Angers Loire", "")
    publisher = agent("Angers Loire Métropole")
    assert left(contact_points=(own,), publisher=publisher)[0].contact_points == (own,)
    assert left(contact_points=(own,))[0].contact_points == ()


def test_creators_who_are_persons_leave() -> None:
    institute = agent("Institut national de la statistique", "contact@insee.fr")
    persons = (agent("Jean DUPONT"), agent("Ann Other", extra=f"_:this <{TYPE}> <{FOAF}Person> ."))
    dataset, found = left(creators=(institute, *persons))
    assert dataset.creators == (institute,)
    assert found == [("dct:creator", "name")]  # the same twice


def test_a_publisher_keeps_its_name_and_loses_a_persons_mailbox() -> None:
    dataset, found = left(publisher=agent("Jean DUPONT", "jean.dupont@gmail.com"))
    assert dataset.publisher is not None
    assert (dataset.publisher.name, dataset.publisher.email) == ((Text("Jean DUPONT", "fr"),), "")
    assert found == [("dct:publisher", "e-mail")]


def test_the_publisher_of_a_service_too() -> None:
    service = DataService(iri="https://a.fr/s", publisher=agent("Ville", "jean.dupont@ville.fr"))
    dataset, found = left(distributions=(Distribution(access_urls=("https://a.fr/",), access_services=(service,)),))
    publisher = dataset.distributions[0].access_services[0].publisher
    assert publisher is not None
    assert (publisher.email, found) == ("", [("dct:publisher", "e-mail")])


def test_keep_keeps_everything() -> None:
    persons = (contact("Jean Dupont", "jean.dupont@ville.fr", "0612345678"), *SERVICES)
    assert left(PersonalData.KEEP, contact_points=persons)[0].contact_points == persons


def test_drop_leaves_the_names_of_services_alone() -> None:
    persons = (contact("Jean DUPONT", "jean.dupont@ville.fr"), contact("opendata@ville.fr", "opendata@ville.fr"))
    dataset, _ = left(PersonalData.DROP, contact_points=(*persons, *SERVICES))
    assert [one.name[0].value for one in dataset.contact_points] == [one.name[0].value for one in SERVICES if one.name]
    assert not any(one.email or one.telephone for one in dataset.contact_points)
    assert dataset.contact_points[-1].url == "https://www.insee.fr/contact"


# --- statements that the model has no field for -----------------------------------------------------------------------


def lines(*statements: str) -> str:
    return "\n".join(f"{statement} ." for statement in statements)


KEPT = ("_:this <http://purl.org/dc/terms/subject> <http://eurovoc.europa.eu/4257>", f"_:o <{FOAF}name> \"INSEE\"",
        f"_:o <{FOAF}mbox> <mailto:contact@insee.fr>", "_:this <http://a.fr/by> _:o",
        "_:this <http://a.fr/note> \"voir a@b, c'est tout\"")  # fmt: skip


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param((f"_:this <{VCARD}hasEmail> <mailto:jean.dupont@ville.fr>",), id="mailbox"),
        pytest.param(("_:this <http://a.fr/x> \"jean.dupont@ville.fr\"@fr",), id="mailbox as a text"),
        pytest.param(("_:this <http://a.fr/maintainer> _:p", f"_:p <{TYPE}> <{FOAF}Person>",
                      f"_:p <{FOAF}depiction> <http://a.fr/jean.jpg>"), id="a person"),
        pytest.param(("_:this <http://a.fr/maintainer> _:p", f"_:p <{FOAF}name> \"Jean DUPONT\"",
                      f"_:p <{VCARD}hasAddress> _:q", f"_:q <{VCARD}locality> \"Rennes\""), id="a named person"),
        pytest.param((f"<http://a.fr/p> <{FOAF}name> \"Jean Dupont\"@fr",
                      f"<http://a.fr/p> <{FOAF}mbox> \"jean.dupont@ville.fr\""), id="a person with an IRI"),
    ],
)  # fmt: skip
def test_statements_about_persons_leave(statements: tuple[str, ...]) -> None:
    dataset, found = left(extra=lines(*KEPT, *statements))
    assert dataset.extra == lines(*KEPT)
    assert found == [("dcat:Dataset", "other statements")]


def test_statements_about_a_service_stay() -> None:
    dataset, found = left(extra=lines(*KEPT))
    assert (dataset.extra, found) == (lines(*KEPT), [])


def test_what_is_said_of_a_contact_beside_its_mailbox_leaves_with_it() -> None:
    extra = lines(f"_:this <{TYPE}> <{VCARD}Organization>", f'_:this <{VCARD}email> "jean.dupont@ville.fr"')
    dataset, found = left(contact_points=(contact("Ville de Rennes", "contact@ville.fr", extra=extra),))
    assert dataset.contact_points[0].extra == lines(f"_:this <{TYPE}> <{VCARD}Organization>")
    assert found == [("dcat:contactPoint", "other statements")]


def test_no_finding_tells_what_left() -> None:
    given = (contact("Jean DUPONT", "jean.dupont@ville.fr", "0612345678"),)
    made, findings = normalise(replace(record(), dataset=Dataset(contact_points=given)), PORTAL)
    for secret in ("DUPONT", "dupont", "0612345678"):
        assert secret.encode() not in encode(made)
        assert not any(secret in found.value for found in findings if found.rule == "personal-data-removed")
