"""A score in as many characters as there are indicators: small to keep, and equal ones can be counted by a database."""

from dcat.quality.indicators import indicators
from dcat.quality.score import Score

MET, MISSED, UNKNOWN = "1", "0", "?"


def pattern_of(one: Score) -> str:
    """A character an indicator, in the order of the table."""
    marks = dict.fromkeys(one.met, MET) | dict.fromkeys(one.missed, MISSED)
    return "".join(marks.get(code, UNKNOWN) for code in indicators())


def score_of(pattern: str) -> Score:
    """The score that had this pattern; indicators that came after it was kept are unknown."""
    marks = dict(zip(indicators(), pattern, strict=False))
    met, missed, unknown = (
        tuple(code for code in indicators() if marks.get(code, UNKNOWN) == mark) for mark in (MET, MISSED, UNKNOWN)
    )
    return Score(met, missed, unknown)
