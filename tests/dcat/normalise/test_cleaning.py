"""Texts, dates, addresses, contacts and licences of whole records."""

from datetime import date

import pytest

from dcat.model import Agent, Concept, ContactPoint, DataService, Period, Text
from dcat.normalise import normalise
from dcat.normalise.addresses import read_email, read_link
from dcat.normalise.licences import common_licence
from tests.dcat.normalise.examples import PORTAL, distribution, normalised, record, rules, texts, words


def test_html_leaves_and_says_so() -> None:
    dataset = normalised(description=texts("<p>Liste des <b>antennes</b></p>"))
    assert dataset.description == texts("Liste des antennes")
    assert rules(description=texts("<p>x</p>")) == ["html-cleaned"]
    assert rules(description=texts("sans balise")) == []


def test_control_characters_and_surrogates_leave_every_string() -> None:
    dataset = normalised(
        title=texts("Bud\x0bget"), identifiers=("a\x00b",), version="1\ud800", keywords=texts("\u202ebus")
    )
    assert dataset.title == texts("Budget")
    assert dataset.identifiers == ("ab",)
    assert dataset.version == "1"
    assert dataset.keywords == texts("bus")
    assert rules(title=texts("Bud\x0bget")) == ["page-control-character"]


def test_limits_cut_and_say_so() -> None:
    dataset = normalised(
        title=texts("x" * 1_001),
        description=texts("y" * 180_001),
        keywords=texts(*(f"k{number}" for number in range(1_001))),
    )
    assert len(dataset.title[0].value) == 1_000
    assert len(dataset.description[0].value) == 180_000
    assert len(dataset.keywords) == 1_000
    assert rules(title=texts("x" * 1_001)) == ["value-truncated"]


def test_empty_texts_and_doubles_leave() -> None:
    dataset = normalised(keywords=texts("bus", " ", "bus", "  ligne   de bus "))
    assert dataset.keywords == texts("bus", "ligne de bus")


def test_a_missing_title_is_found() -> None:
    assert rules(title=()) == ["title-missing"]
    assert rules(title=texts(" ")) == ["title-missing"]


def test_language_tags_are_lower_case_with_hyphens() -> None:
    assert normalised(title=(Text("Titre", "fr_FR"),)).title == (Text("Titre", "fr-fr"),)


def test_dates_become_iso_and_impossible_ones_stay_in_the_finding() -> None:
    dataset = normalised(modified="jeu, 19/12/2019 - 03:00", issued="2019-02-30")
    assert (dataset.modified, dataset.issued) == ("2019-12-19T03:00:00", "")
    found = [found for found in normalise(record(issued="2019-02-30"), PORTAL)[1] if found.rule == "date-invalid"]
    assert [(one.record, one.place, one.value) for one in found] == [("k", "dct:issued", "2019-02-30")]


def test_a_modification_in_the_future_is_refused_where_today_is_known() -> None:
    today = date(2026, 1, 16)
    for modified, kept in (("2026-01-17", True), ("2026-01-18", False)):
        found, findings = normalise(record(modified=modified, record_modified=modified), PORTAL, today=today)
        assert ("date-in-future" not in {one.rule for one in findings}) is kept
        assert (found.modified == modified) is kept
        assert (found.dataset.modified == modified) is kept
    assert normalised(modified="2999-01-01").modified == "2999-01-01"
    assert normalised(issued="2999-01-01").issued == "2999-01-01"


def test_periods_keep_an_open_end_and_leave_when_empty() -> None:
    dataset = normalised(
        temporal=(Period(start="01/01/2019"), Period(start="hier", end=""), Period(iri="https://x.fr/p"))
    )
    assert dataset.temporal == (Period(start="2019-01-01"), Period(iri="https://x.fr/p"))


@pytest.mark.parametrize(
    ("written", "address", "rule"),
    [
        ("https://x.fr/a", "https://x.fr/a", None),
        ("ftp://x.fr/a", "ftp://x.fr/a", None),
        ("www.x.fr/a", "https://www.x.fr/a", "url-scheme-repaired"),
        ("http//x.fr/a", "http://x.fr/a", "url-scheme-repaired"),
        ("https:/x.fr/a", "https://x.fr/a", "url-scheme-repaired"),
        ("htpp://x.fr", "http://x.fr", "url-scheme-repaired"),
        ("http://https://x.fr/a", "https://x.fr/a", "url-scheme-repaired"),
        ("https://x.fr/a b", "https://x.fr/a%20b", "iri-invalid"),
        ("contact@x.fr", "mailto:contact@x.fr", "url-scheme-repaired"),
        ("javascript:alert(1)", "", "iri-invalid"),
        ("file:///etc/passwd", "", "iri-invalid"),
        ("odsfile://documentation.pdf", "", "iri-invalid"),
        ("voir le site", "", "iri-invalid"),
    ],
)
def test_links(written: str, address: str, rule: str | None) -> None:
    assert read_link(written) == (address, rule)


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("mailto:sig@hautsdefrance.fr", "sig@hautsdefrance.fr"),
        (" sig@hautsdefrance.fr ", "sig@hautsdefrance.fr"),
        ("sig [at] hautsdefrance (point) fr", "sig@hautsdefrance.fr"),
        ("Service SIG <sig@hautsdefrance.fr>", "sig@hautsdefrance.fr"),
        ("a@b.fr; c@d.fr", "a@b.fr"),
        ("mailto:a@b.fr?subject=x", "a@b.fr"),
        ("voir le site", ""),
        ("a@b", ""),
    ],
)
def test_emails(written: str, email: str) -> None:
    assert read_email(written) == email


def test_contacts_and_agents() -> None:
    dataset = normalised(
        publisher=Agent(name=texts("X"), email="mailto:a@b.fr", homepage="www.x.fr"),
        contact_points=(ContactPoint(email="rien"), ContactPoint(url="contact@d.fr"), ContactPoint(url="javascript:x")),
    )
    assert dataset.publisher == Agent(name=texts("X"), email="a@b.fr", homepage="https://www.x.fr")
    assert [(contact.email, contact.url) for contact in dataset.contact_points] == [
        ("", ""),
        ("contact@d.fr", ""),
        ("", ""),
    ]
    assert rules(contact_points=(ContactPoint(email="rien"),)) == ["email-invalid"]


def test_a_distribution_without_address_is_found_unless_a_service_gives_it() -> None:
    service = DataService(endpoint_urls=("https://x.fr/wfs",))
    assert rules(licence=words("lov2"), distributions=(distribution(access_urls=()),)) == ["distribution-without-url"]
    assert rules(licence=words("lov2"), distributions=(distribution(access_urls=(), access_services=(service,)),)) == []


def test_an_iri_that_is_a_word_becomes_a_label() -> None:
    dataset = normalised(frequency=Concept(iri="annuel"))
    assert dataset.frequency == Concept(label=texts("annuel"), code="ANNUAL")
    assert rules(frequency=Concept(iri="annuel")) == ["iri-relative"]


def test_licences_are_never_a_default() -> None:
    assert normalised().licence is None
    assert [found.rule for found in normalise(record(), PORTAL)[1]] == ["distribution-missing", "licence-missing"]
    assert rules(licence=words("Conditions particulières")) == ["licence-unknown"]
    assert rules(licence=words("License Not Specified")) == []  # counted as missing
    assert normalised(licence=words("Conditions particulières")).licence == words("Conditions particulières")


def test_a_licence_named_in_the_rights_is_the_licence() -> None:
    dataset = normalised(distributions=(distribution(rights=texts("Licence Ouverte Version 2.0")),))
    licence = dataset.distributions[0].licence
    assert licence == Concept(label=texts("Licence Ouverte Version 2.0"), code="etalab-2.0")


def test_the_licence_of_a_dataset_is_that_of_all_its_distributions() -> None:
    odbl = Concept(iri="http://opendatacommons.org/licenses/odbl/")
    same = normalised(distributions=(distribution(licence=odbl), distribution(licence=odbl)))
    mixed = normalised(distributions=(distribution(licence=odbl), distribution()))
    assert common_licence(same) == "ODbL-1.0"
    assert common_licence(mixed) == ""


def test_the_language_is_the_declared_one_unless_the_words_say_otherwise() -> None:
    french = normalised(description=texts("Liste des équipements de la ville et des horaires"))
    english = normalised(
        description=texts("This is the list of the stops which are in the city and on the map of the region")
    )
    declared = normalised(languages=(Concept(iri="http://id.loc.gov/vocabulary/iso639-1/de"),))
    assert [french.languages, english.languages] == [(Concept(code="FRA"),), (Concept(code="ENG"),)]
    assert [language.code for language in declared.languages] == ["DEU"]
