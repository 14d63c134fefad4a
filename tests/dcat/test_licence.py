"""Licences as portals write them."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.authority import table
from dcat.licence import find_licence, licences, names_no_licence
from dcat.text import fold
from tests.reference import reference


@pytest.mark.parametrize(
    ("words", "code"),
    [
        # data.gouv.fr: ids and titles.
        ("lov2", "etalab-2.0"),
        ("fr-lo", "fr-lo"),
        ("Licence Ouverte / Open Licence version 2.0", "etalab-2.0"),
        ("Licence Ouverte / Open Licence", "fr-lo"),
        ("odc-odbl", "ODbL-1.0"),
        ("Open Data Commons Open Database License (ODbL)", "ODbL-1.0"),
        ("Other (Attribution)", "other-at"),
        ("cc-by-sa", "CC-BY-SA-4.0"),
        ("Creative Commons CCZero", "CC0-1.0"),
        # Opendatasoft.
        ("Licence Ouverte v2.0 (Etalab)", "etalab-2.0"),
        ("Open Database License (ODbL)", "ODbL-1.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        # Addresses: scheme, www, case, slash and what follows do not matter.
        ("http://opendatacommons.org/licenses/odbl/", "ODbL-1.0"),
        ("https://www.opendatacommons.org/licenses/odbl/1.0", "ODbL-1.0"),
        ("HTTPS://CreativeCommons.org/licenses/by-nc-sa/3.0/deed.fr", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/licenses/by/3.0/it/", "CC-BY-3.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/legalcode", "CC0-1.0"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "CC-BY-4.0"),
        ("https://publications.europa.eu/resource/authority/licence/ETALAB_2_0/", "etalab-2.0"),
        ("https://spdx.org/licenses/etalab-2.0.html", "etalab-2.0"),
        ("https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf", "fr-lo"),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        # Sentences of French ISO 19139 records.
        ("Licence Ouverte  https://www.etalab.gouv.fr/wp-content/uploads/2018/11/open-licence.pdf", "etalab-2.0"),
        ("Données sous Licence ouverte Etalab v2.0, mention obligatoire", "etalab-2.0"),
        ("Licence : licence odbl.", "ODbL-1.0"),
        ("Pas de restriction d'accès public. Licence Ouverte 2.0", "etalab-2.0"),
        ("Données non sensibles, sous Licence Ouverte v2.0", "etalab-2.0"),
        # Without a scheme; either spelling of the word.
        ("www.etalab.gouv.fr/licence-ouverte-open-licence", "etalab-2.0"),
        ("License Ouverte v2", "etalab-2.0"),
    ],
)
def test_recognised(words: str, code: str) -> None:
    found = find_licence(words)
    assert found
    assert found.code == code


@pytest.mark.parametrize(
    "words",
    [
        "",
        "notspecified",
        "License Not Specified",
        "SP ENW Shared Licence",
        "https://data.some.org/link/to/license",
        "https://creativecommons.org",
        "http://inspire.ec.europa.eu/metadatacodelist/LimitationsOnPublicAccess/noLimitations",
        "Soit licence ODbL, soit Licence Ouverte 2.0",
        '<DIV STYLE="',
        # What tempts, and names no licence of ours.
        "libre",
        "gratuit",
        "ouvert",
        "CC",
        "Creative Commons",
        "BY",
        "Licence fermée",
        "Licence 2.0",
        "Licence IGN",
        "Licence Enseignement Recherche",
        "MIT (Massachusetts Institute of Technology)",
        "voir conditions générales",
        "Tous droits réservés",
        "https://creativecommons.org/licenses/",
        "https://www.etalab.gouv.fr/",
        "https://opendatacommons.org/",
        "www.example.org/licence-ouverte",
        "Cette donnée n'est pas sous Licence Ouverte",
        "pas de licence ouverte",
        "not under the Open Database License",
        "Licence ouverte ou assimilée",
        "Licence Ouverte 2.0 ou équivalente",
    ],
)
def test_unknown_stays_unknown(words: str) -> None:
    assert find_licence(words) is None


def test_words_that_name_no_licence() -> None:
    assert names_no_licence(" License not specified ")
    assert not names_no_licence("SP ENW Shared Licence")


@given(st.text(st.characters()))
def test_nothing_raises(words: str) -> None:
    find_licence(words)
    find_licence("https://" + words)


def test_every_row_is_found_by_each_of_its_names() -> None:
    for licence in licences().values():
        for name in (licence.code, licence.label_fr, licence.label_en, licence.iri, *licence.aliases):
            found = find_licence(name)
            assert found, name
            assert found.code == licence.code, name


def test_every_row_has_an_iri_and_known_codes() -> None:
    for licence in licences().values():
        assert licence.iri.startswith("http"), licence.code
        assert not licence.eu_code or licence.eu_code in table("licence")
        assert not licence.spdx or licence.spdx == licence.code
    assert len({licence.iri for licence in licences().values()}) == len(licences())


def test_open_or_not() -> None:
    closed = {licence.code for licence in licences().values() if not licence.open}
    assert all("-NC" in code or "-ND" in code for code in closed - {"other-nc", "other-closed"})
    assert "CC-BY-NC-4.0" in closed


@pytest.mark.reference
def test_every_licence_of_data_gouv_is_known() -> None:
    with reference("reference", "licences-fr.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            for name in (row["datagouv_label"], row["datagouv_id"]):
                found = find_licence(name)
                assert found or names_no_licence(name), name
                assert not (found and row["spdx"]) or fold(found.code) == fold(row["spdx"])
