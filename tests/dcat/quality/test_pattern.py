"""Scores that are kept and counted are the scores that were."""

from dcat.model import ContactPoint, Dataset, Text
from dcat.quality import QualityCounts, indicators, mean_of, pattern_of, score, score_of

BARE = score(Dataset(title=(Text("Arbres"),), description=(Text("D"),)))
BETTER = score(
    Dataset(title=(Text("Arbres"),), keywords=(Text("arbre"),), contact_points=(ContactPoint(email="a@example.fr"),))
)


def test_a_score_is_kept_in_one_character_an_indicator() -> None:
    pattern = pattern_of(BARE)
    assert len(pattern) == len(indicators())
    assert pattern[list(indicators()).index("dcat-ap")] == "1"
    assert pattern[list(indicators()).index("keywords")] == "0"
    assert [score_of(pattern_of(one)) for one in (BARE, BETTER)] == [BARE, BETTER]


def test_indicators_that_came_later_are_unknown() -> None:
    assert score_of("01").met == ("categories",)
    assert len(score_of("01").unknown) == len(indicators()) - 2


def test_equal_scores_can_be_counted_at_once() -> None:
    counts = QualityCounts()
    counts.add(BARE, 2)
    counts.add(BETTER)
    assert counts.mean() == mean_of([BARE, BETTER, BARE])
