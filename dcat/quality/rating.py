"""From points to a word."""

from enum import StrEnum

MAXIMUM = 405


class Rating(StrEnum):
    """The four groups of the method, the best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    SUFFICIENT = "sufficient"
    BAD = "bad"


# The fewest points of each group.
LEAST = ((351, Rating.EXCELLENT), (221, Rating.GOOD), (121, Rating.SUFFICIENT))


def rating_of(points: float) -> Rating:
    """The group of so many of the 405 points, rounded to the next whole one."""
    whole = round(points)
    return next((rating for least, rating in LEAST if whole >= least), Rating.BAD)
