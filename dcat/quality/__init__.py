"""The European metadata quality assessment (MQA) of a dataset: five dimensions, 405 points.

The method is that of data.europa.eu (https://data.europa.eu/mqa/methodology); ``docs/quality.md`` says where we differ.
"""

from dcat.quality.indicators import Dimension, Indicator, indicators
from dcat.quality.pattern import pattern_of, score_of
from dcat.quality.rating import MAXIMUM, Rating, rating_of
from dcat.quality.score import Links, Mean, QualityCounts, Score, mean_of, score

__all__ = [
    "MAXIMUM",
    "Dimension",
    "Indicator",
    "Links",
    "Mean",
    "QualityCounts",
    "Rating",
    "Score",
    "indicators",
    "mean_of",
    "pattern_of",
    "rating_of",
    "score",
    "score_of",
]
