"""Which names are persons', which mailboxes services', and what is told of either."""

import pytest

from dcat.findings import finding
from dcat.personal import discreet, is_person, is_role_mailbox, masked, shape_of

SERVICES = (
    "contact@ville.fr|opendata@rennesmetropole.fr|sig@agglo.fr|dpo@region.fr|mairie.saint-malo@wanadoo.fr|data@paris.fr|"
    "opendata35@ille-et-vilaine.fr|geomatique@lillemetropole.fr|accueil@mairie-sixt.fr|service.urbanisme@ville.fr|"
    "rennesmetropole@rennesmetropole.fr|metadata-sig@somme.gouv.fr|ddtm-sig@pas-de-calais.gouv.fr|webmaster@free.fr|"
    "mailto:OpenData@Ville.FR|noreply@ville.fr|contact1@example.org|open.data@ville.fr|donnees.ouvertes@orange.fr"
)
PERSONS = (
    "jean.dupont@ville.fr|j.dupont@ville.fr|jdupont@ville.fr|jean-marie.le-goff@region.fr|dupont@gmail.com|"
    "marie_martin@agglo.fr|sigrid.muller@ville.fr|geoffroy.petit@ville.fr|pierrot35@orange.fr|Jean.DUPONT@ville.fr"
)


@pytest.mark.parametrize("email", SERVICES.split("|"))
def test_mailboxes_of_services(email: str) -> None:
    assert is_role_mailbox(email)


@pytest.mark.parametrize("email", PERSONS.split("|"))
def test_mailboxes_of_persons(email: str) -> None:
    assert not is_role_mailbox(email)


@pytest.mark.parametrize(
    ("email", "name", "service"),
    [
        ("gmcarto@ifremer.fr", "Ifremer - Géosciences Marines", True),
        ("tnt@acme.com", "ACME", True),
        ("poststelle@statistik.rlp.de", "Statistisches Landesamt Rheinland-Pfalz", True),
        ("jdupont@ville.fr", "Jean Dupont", False),
        ("jean.dupont@ville.fr", "Direction du numérique", False),
        ("dupont35@gmail.com", "Association des amis du vélo", False),
    ],
)
def test_the_name_decides_on_a_mailbox_that_says_nothing(email: str, name: str, service: bool) -> None:
    assert is_role_mailbox(email, name) is service


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Jean DUPONT", ""),
        ("DUPONT Jean", ""),
        ("Marie-Hélène LE GOFF", ""),
        ("M. Dupont", ""),
        ("Mme Le Goff", ""),
        ("madame martin", ""),
        ("Herr Dr. Michael Schröder", ""),
        ("Jean Dupont", "jean.dupont@ville.fr"),
        ("Jean Dupont", "jdupont@ville.fr"),
        ("Jean de la Fontaine", "j.fontaine@ville.fr"),
        ("John Doe", "johndoe@example.com"),
        ("Zoé O’Brien", "zoe.obrien@ville.fr"),
    ],
)
def test_names_of_persons(name: str, email: str) -> None:
    assert is_person(name, email)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Rennes Métropole", "contact@rennesmetropole.fr"),
        ("Rennes Métropole", "rennes.metropole@wanadoo.fr"),
        ("Ville de Rennes", ""),
        ("Service SIG", "sig@ville.fr"),
        ("SIG Rennes", ""),
        ("DDTM 62 (Direction départementale des territoires et de la mer)", ""),
        ("DREAL Bretagne", ""),
        ("INSEE", "insee@insee.fr"),
        ("Géo2France", ""),
        ("Open Data", "opendata@ville.fr"),
        ("Equipe OPEN DATA", ""),
        ("CEREMA", ""),
        ("contact@ville.fr", "contact@ville.fr"),
        ("Institut national de l'information géographique et forestière", ""),
        ("", "jean.dupont@ville.fr"),
    ],
)
def test_names_of_services(name: str, email: str) -> None:
    assert not is_person(name, email)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("écrire à jean.dupont@ville.fr", "écrire à …@ville.fr"),
        ("jean.dupont%40ville.fr", "…@ville.fr"),
        ("jean.dupont&#64;ville.fr", "…@ville.fr"),
        ("jean.dupont[at]ville.fr", "…@ville.fr"),
        ("mailto:jean.dupont@ville.fr?subject=a", "mailto:…@ville.fr?subject=a"),
        ("tél. 02 99 86 62 62", "tél. …"),
        ("02.99.86.62.62", "…"),
        ("+33 2 99 86 62 62", "…"),
        ("+33 (0)2 99 86 62 62", "…"),
        ("0299866262", "…"),
        ("243500139", "243500139"),
        ("https://data.ville.fr/0299866262/a", "https://data.ville.fr/0299866262/a"),
        ("2026-03-01T12:00:00", "2026-03-01T12:00:00"),
        ("lat 02.99", "lat 02.99"),
    ],
)
def test_what_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_finding_tells_no_mailbox_and_no_name_where_persons_are_spoken_of() -> None:
    assert (
        discreet(finding("html-cleaned", "a", "dct:description", "<b>jean@ville.fr</b>")).value == "<b>…@ville.fr</b>"
    )
    assert discreet(finding("email-invalid", "a", "vcard:hasEmail", "Jean Dupont 06")).value == "Xxxx Xxxxxx 99"
    assert discreet(finding("field-unread", "a", "maintainer_id", "Dupont")).value == "Xxxxxx"
    kept = finding("licence-unknown", "a", "dct:license", "Licence Dupont")
    assert discreet(kept) is kept
    assert shape_of("É-1") == "X-9"
