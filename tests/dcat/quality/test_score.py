"""The points of the method, on datasets made by hand. Expected: the tables of https://data.europa.eu/mqa/methodology."""

from collections import Counter

import pytest
from msgspec.structs import replace

from dcat.authority import table
from dcat.model import Concept, Dataset, Distribution, Text
from dcat.quality import MAXIMUM, Dimension, QualityCounts, Rating, indicators, mean_of, rating_of, score
from dcat.quality.indicators import machine_readable, non_proprietary
from tests.dcat.validate.test_rules import FILE, GOOD

WHOLE = replace(
    GOOD,
    issued="2020-01-01",
    modified="2021-01-01",
    distributions=(replace(FILE, rights=(Text("Citer la source"),)),),
)
ANSWER = {"https://data.example.fr/arbres": True, "https://data.example.fr/arbres.csv": True}


def test_the_points_of_the_dimensions_are_those_of_the_method() -> None:
    points: Counter[str] = Counter()
    for one in indicators().values():
        points[one.dimension] += one.points
    assert points == {
        Dimension.FINDABILITY: 100,
        Dimension.ACCESSIBILITY: 100,
        Dimension.INTEROPERABILITY: 110,
        Dimension.REUSABILITY: 75,
        Dimension.CONTEXTUALITY: 20,
    }
    assert sum(points.values()) == MAXIMUM


@pytest.mark.parametrize(
    ("points", "rating"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"),
     (120, "bad"), (0, "bad")],
)  # fmt: skip
def test_the_groups_are_those_of_the_method(points: int, rating: str) -> None:
    assert rating_of(points) == rating


def test_a_whole_dataset_has_every_point() -> None:
    found = score(WHOLE, ANSWER)
    assert (found.points, found.known, found.missed, found.rating) == (405, 405, (), Rating.EXCELLENT)


def test_an_address_that_nobody_asked_has_not_failed() -> None:
    found = score(WHOLE)
    assert found.unknown == ("access-url-answers", "download-url-answers")
    assert (found.points, found.known, found.share) == (325, 325, 1.0)


def test_an_address_that_does_not_answer_has() -> None:
    found = score(WHOLE, ANSWER | {"https://data.example.fr/arbres": False})
    assert found.missed == ("access-url-answers",)
    assert found.points == 355


def test_a_bare_dataset_has_next_to_nothing() -> None:
    found = score(Dataset(title=(Text("Arbres"),), description=(Text("D"),)))
    assert found.met == ("dcat-ap",)
    assert (found.points, found.known, found.rating) == (30, 405, Rating.BAD)


def test_what_is_not_valid_is_not_compliant() -> None:
    assert score(replace(WHOLE, description=()), ANSWER).missed == ("dcat-ap",)
    assert score(replace(WHOLE, distributions=(*WHOLE.distributions, Distribution())), ANSWER).missed == ("dcat-ap",)


def test_the_best_distribution_counts() -> None:
    poor = Distribution(access_urls=("https://data.example.fr/x",), format=Concept(code="PDF"), extra=FILE.extra)
    assert score(replace(WHOLE, distributions=(poor, *WHOLE.distributions)), ANSWER).points == 405


def test_formats_are_judged_by_the_lists_of_the_european_portal() -> None:
    def of(code: str) -> set[str]:
        dataset = replace(
            WHOLE, distributions=(replace(WHOLE.distributions[0], format=Concept(label=(Text(code),), code=code)),)
        )
        return set(score(dataset).missed)

    assert of("CSV") == set()
    assert of("XLSX") == {"non-proprietary"}
    assert of("PNG") == {"machine-readable"}
    assert of("PDF") == {"machine-readable", "non-proprietary"}
    assert machine_readable() | non_proprietary() <= set(table("file-type"))


def test_a_mean_is_taken_of_what_could_be_judged() -> None:
    found = mean_of([score(WHOLE, ANSWER), score(WHOLE), score(replace(WHOLE, keywords=()))])
    assert found.datasets == 3
    assert found.met["access-url-answers"] == 1.0
    assert found.dimensions[Dimension.FINDABILITY] == 90.0
    assert (found.points, found.known, found.rating) == (395.0, 405, Rating.EXCELLENT)


def test_the_mean_of_nothing_is_no_rating() -> None:
    assert mean_of([]).rating is None


def test_of_addresses_that_nobody_asked_the_share_of_a_sample_stands() -> None:
    counts = QualityCounts()
    counts.add(score(WHOLE), 3)  # nobody asked
    counts.add(score(replace(WHOLE, distributions=())))  # no address at all
    mean = counts.mean(answering=0.8)
    assert mean.met["access-url-answers"] == mean.met["download-url-answers"] == pytest.approx(0.6)
    assert mean.known == 405
    assert mean.dimensions[Dimension.ACCESSIBILITY] == pytest.approx(0.6 * 50 + 0.75 * 20 + 0.6 * 30)
    assert counts.mean().met["access-url-answers"] == 0.0
