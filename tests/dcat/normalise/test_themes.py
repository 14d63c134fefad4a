"""Themes of portals → EU data themes. Words: Rennes, the national Opendatasoft portal, RTE, INSPIRE and ISO topics."""

import pytest

from dcat.model import Concept
from dcat.normalise.themes import recognise_theme, theme_of_keyword, theme_of_keywords
from tests.dcat.normalise.examples import PORTAL, normalised, rules, texts, words

ODS = "http://public.opendatasoft.com/id/theme"
RENNES = "https://data.rennesmetropole.fr/explore/?refine.theme="


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://publications.europa.eu/resource/authority/data-theme/EDUC", "EDUC"),
        ("https://publications.europa.eu/resource/authority/data-theme/tran", "TRAN"),
        (f"{ODS}/aménagement-du-territoire-urbanisme-bâtiments-equipements-logement", "REGI"),
        (f"{ODS}/administration-gouvernement-finances-publiques-citoyenneté", "GOVE"),
        (f"{ODS}/transports-déplacements", "TRAN"),
        (f"{ODS}/culture-patrimoine", "EDUC"),
        (f"{ODS}/services-social", "SOCI"),
        (f"{ODS}/environnement", "ENVI"),
        (f"{ODS}/santé", "HEAL"),
        (f"{ODS}/justice-sécurité-police-crime", "JUST"),
        (f"{ODS}/economie-business-pme-développement-économique-emploi", "ECON"),
        (f"{ODS}/", ""),
        (f"{RENNES}Economie", "ECON"),
        (f"{RENNES}Citoyennet%C3%A9", "GOVE"),
        (f"{RENNES}R%C3%A9f%C3%A9rentiels+g%C3%A9ographiques", "REGI"),
        (f"{RENNES}Culture%2C+Sports%2C+Loisirs", "EDUC"),
        (f"{RENNES}Logement", "REGI"),
        ("Culture, Heritage", "EDUC"),
        ("Spatial planning, Town planning, Buildings, Equipment, Housing", "REGI"),
        ("Territoires et régions", "REGI"),
        ("Mobilité, Transport", "TRAN"),
        ("http://inspire.ec.europa.eu/theme/ef", "ENVI"),
        ("http://inspire.ec.europa.eu/theme/tn", "TRAN"),
        ("http://data.europa.eu/bna/c_dd313021", "ENVI"),
        ("planningCadastre", "REGI"),
        ("climatologyMeteorologyAtmosphere", "ENVI"),
        ("Répartition des espèces", "ENVI"),
        ("Theme 1", ""),
        ("http://www.eionet.europa.eu/gemet/concept/834", ""),
    ],
)
def test_theme(written: str, code: str) -> None:
    concept = Concept(iri=written) if ":/" in written else words(written)
    assert recognise_theme(concept).code == code


def test_the_portals_own_map_goes_before_our_tables() -> None:
    assert recognise_theme(words("Logement"), (("logement", "SOCI"),)).code == "SOCI"
    assert recognise_theme(Concept(iri=f"{RENNES}Logement"), (("Logement", "SOCI"),)).code == "SOCI"


@pytest.mark.parametrize(
    ("keyword", "code"),
    [
        ("bus", "TRAN"),
        ("eau zonages eau", "ENVI"),
        ("qualite de lair", "ENVI"),
        ("document durbanisme", "REGI"),
        ("budget primitif", "ECON"),
        ("donnees ouvertes", ""),
        ("passerelle inspire", ""),
        ("plan", ""),
        ("carte", ""),
        ("2019", ""),
        ("", ""),
    ],
)
def test_keyword(keyword: str, code: str) -> None:
    assert theme_of_keyword(keyword) == code


def test_keywords_vote_and_give_their_reason() -> None:
    assert theme_of_keywords(texts("budget", "vélo", "stationnement", "2019")) == ("TRAN", ("vélo", "stationnement"))


def test_a_theme_from_keywords_is_a_code_alone_and_only_where_none_is_stated() -> None:
    drawn = normalised(keywords=texts("bus", "horaires"))
    stated = normalised(keywords=texts("bus"), themes=(words("Culture"),))
    assert drawn.themes == (Concept(code="TRAN", reason="keywords: bus"),)
    assert [theme.code for theme in stated.themes] == ["EDUC"]


def test_an_unknown_theme_is_a_finding_and_stays() -> None:
    assert rules(themes=(words("Theme 1"),)) == ["theme-unknown"]
    assert normalised(PORTAL, themes=(words("Theme 1"),)).themes == (words("Theme 1"),)


def test_a_place_or_a_scope_among_the_themes_is_no_unknown_theme() -> None:
    for name in ("Hauts-de-France (Région)", "PAS-DE-CALAIS", "National"):
        assert rules(themes=(words(name),)) == []
        assert normalised(themes=(words(name),)).themes == (words(name),)


def test_domain_of_eurovoc() -> None:
    """04 Politics, 48 Transport."""
    given = tuple(Concept(iri=f"http://eurovoc.europa.eu/{number}") for number in (100142, 100154, 5463000))
    assert [theme.code for theme in normalised(themes=given).themes] == ["GOVE", "TRAN", ""]
