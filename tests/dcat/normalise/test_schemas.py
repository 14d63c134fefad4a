"""Schemas of schema.data.gouv.fr and high-value categories: what is stated, and what words tell."""

import gzip
import json
from typing import Any

import pytest

from dcat.model import Concept, Text
from dcat.normalise.schemas import recognise_schema
from dcat.normalise.words import rows
from tests.dcat.normalise.examples import distribution, normalised, texts, words
from tests.reference import reference

LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("https://schema.data.gouv.fr/etalab/schema-irve-statique/2.3.1", "etalab/schema-irve-statique"),
        ("https://schema.data.gouv.fr/schemas/scdl/subventions/latest/schema.json", "scdl/subventions"),
        ("https://schema.data.gouv.fr/scdl/deliberations/", "scdl/deliberations"),
        ("etalab/schema-bal", "etalab/schema-bal"),
        ("139Bercy/format-commande-publique", "139bercy/format-commande-publique"),
        ("https://github.com/etalab/schema-zfe.git", "etalab/schema-zfe"),
        ("https://gitlab.com/opendatafrance/scdl/equipements/-/raw/v1.0/schema.json", "scdl/equipements"),
        ("https://schema.data.gouv.fr/quelqu-un/autre-chose", ""),
        ("https://github.com/etalab", ""),
        ("http://www.opengis.net/def/crs/EPSG/0/2154", ""),
        ("INSPIRE Data Specification on Addresses", ""),
    ],
)
def test_stated_schema(written: str, code: str) -> None:
    concept = Concept(iri=written) if "://" in written else words(written)
    assert recognise_schema(concept) == Concept(iri=concept.iri, label=concept.label, code=code)


def test_a_schema_quoted_in_the_words_of_a_resource_is_told_with_its_reason() -> None:
    described = distribution(description=texts("Suit https://schema.data.gouv.fr/etalab/schema-bal/latest.html."))
    (found,) = normalised(distributions=(described,)).distributions
    reason = "words: schema.data.gouv.fr/etalab/schema-bal"
    assert found.conforms_to == (Concept(code="etalab/schema-bal", reason=reason),)


def test_keywords_that_say_scdl() -> None:
    assert normalised(keywords=texts("scdl", "Subventions")).conforms_to == (
        Concept(code="scdl/subventions", reason="keywords: scdl, subventions"),
    )
    assert [one.code for one in normalised(keywords=texts("scdl-deliberations")).conforms_to] == ["scdl/deliberations"]
    assert normalised(keywords=texts("subventions")).conforms_to == ()
    stated = (Concept(iri="https://schema.data.gouv.fr/scdl/budget/"),)
    assert len(normalised(keywords=texts("scdl", "subventions"), conforms_to=stated).conforms_to) == 1


@pytest.mark.reference
def test_every_schema_is_in_the_registry() -> None:
    """And most of the registry is known."""
    with gzip.open(reference("reference", "schemas", "schemas.json.gz"), "rt", encoding="utf-8") as file:
        registry = {schema["name"] for schema in json.load(file)["schemas"]}
    known = {row["code"] for row in rows("schemas")}
    assert known <= registry
    assert len(known) >= 0.6 * len(registry)


def _categories(**fields: Any) -> list[tuple[str, str]]:
    return [(one.code, one.reason) for one in normalised(**fields).hvd_categories]


def test_high_value_by_iri_and_words() -> None:
    stated = (Concept(iri="http://data.europa.eu/bna/c_ac64a52d"), Concept(label=(Text("Géospatiales", "fr"),)))
    assert [code for code, _ in _categories(hvd_categories=stated)] == ["c_ac64a52d", "c_ac64a52d"]
    assert _categories(hvd_categories=(words("Divers"),)) == [("", "")]


def test_keywords_of_a_dataset_that_calls_itself_of_high_value() -> None:
    assert _categories(keywords=texts("hvd", "météorologiques")) == [("c_164e0bf5", "keywords: météorologiques")]
    assert _categories(keywords=texts("mobilité"), applicable_legislation=(LAW,)) == [
        ("c_b79e35eb", "keywords: mobilité")
    ]
    assert _categories(keywords=texts("mobilité")) == []
