"""The points of a dataset, and of many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from dcat.model import Dataset, Distribution
from dcat.quality.indicators import Dimension, indicators, machine_readable, non_proprietary
from dcat.quality.rating import MAXIMUM, Rating, rating_of
from dcat.validate import is_valid
from dcat.validate.check import in_authority, said

Links = Mapping[str, bool]
"""Address → whether it answered when it was last asked; an address that nobody asked is not in it."""

UNASKED: Links = MappingProxyType({})

ANSWERS = ("access-url-answers", "download-url-answers")
"""What only those can judge who ask the addresses."""

Outcomes = dict[str, bool | None]


class Score(Struct, frozen=True):
    """``met``, ``missed`` and ``unknown`` are codes of indicators, in the order of the method."""

    met: tuple[str, ...]
    missed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def points(self) -> int:
        """What is certain."""
        return _points(self.met)

    @property
    def known(self) -> int:
        """How many points could be judged: all but those of addresses that nobody has asked yet."""
        return self.points + _points(self.missed)

    @property
    def share(self) -> float:
        """Points over those that could be judged, 0 to 1: what is unknown has not failed."""
        return self.points / self.known

    @property
    def rating(self) -> Rating:
        """The group, by the share."""
        return rating_of(self.share * MAXIMUM)


class Mean(Struct, frozen=True):
    """Of a portal, a publisher or a catalogue. ``met``: indicator → share of the datasets that could be judged and meet
    it, None where none could; ``dimensions`` and ``points`` add these up, ``known`` what they are out of."""

    datasets: int
    points: float
    known: int
    rating: Rating | None
    dimensions: dict[Dimension, float]
    met: dict[str, float | None]


def score(dataset: Dataset, links: Links = UNASKED) -> Score:
    """The indicators of a normalised dataset. Of several distributions the one with the most points counts: the method
    takes them to have the same content."""
    files = dataset.distributions or (Distribution(),)
    outcomes = _of_dataset(dataset) | max((_of_distribution(one, dataset, links) for one in files), key=_certain)
    codes: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for code in indicators():
        codes[outcomes[code]].append(code)
    return Score(*map(tuple, codes.values()))


class QualityCounts:
    """How many datasets meet each indicator, counted one by one: memory does not grow with them."""

    def __init__(self) -> None:
        self._datasets = 0
        self._met: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()

    def add(self, one: Score, times: int = 1) -> None:
        """Count a dataset, or as many as have this score."""
        self._datasets += times
        self._met.update(dict.fromkeys(one.met, times))
        self._judged.update(dict.fromkeys((*one.met, *one.missed), times))

    def mean(self, answering: float | None = None) -> Mean:
        """The mean so far, an indicator at a time. ``answering``: which share of a sample of their addresses answered,
        taken as that of the datasets whose own were not asked."""
        met = {code: self._share(code, answering if code in ANSWERS else None) for code in indicators()}
        dimensions = dict.fromkeys(Dimension, 0.0)
        for code, share in met.items():
            dimensions[indicators()[code].dimension] += (share or 0.0) * indicators()[code].points
        points, known = sum(dimensions.values()), _points(code for code, share in met.items() if share is not None)
        return Mean(
            datasets=self._datasets,
            points=round(points, 1),
            known=known,
            rating=rating_of(points / known * MAXIMUM) if known else None,
            dimensions={name: round(of, 1) for name, of in dimensions.items()},
            met=met,
        )

    def _share(self, code: str, of_the_others: float | None) -> float | None:
        met, judged = self._met[code], self._judged[code]
        if of_the_others is not None and self._datasets:
            return (met + of_the_others * (self._datasets - judged)) / self._datasets
        return met / judged if judged else None


def mean_of(scores: Iterable[Score]) -> Mean:
    """The mean of many."""
    counts = QualityCounts()
    for one in scores:
        counts.add(one)
    return counts.mean()


def _of_dataset(dataset: Dataset) -> Outcomes:
    rights = dataset.access_rights
    return {
        "keywords": bool(dataset.keywords),
        "categories": bool(dataset.themes),
        "geo-search": bool(dataset.spatial),
        "time-search": bool(dataset.temporal),
        "dcat-ap": is_valid(dataset),
        "access-rights": rights is not None,
        "access-rights-vocabulary": rights is not None and in_authority(rights, "access-right"),
        "contact-point": bool(dataset.contact_points),
        "publisher": dataset.publisher is not None,
        "issued": bool(dataset.issued),
        "modified": bool(dataset.modified),
    }


def _of_distribution(one: Distribution, dataset: Dataset, links: Links) -> Outcomes:
    """A licence above the distributions is theirs. A format counts that normalising recognised,
    however it is written, and none that it only derived from an address."""
    licence = one.licence or dataset.licence
    code = one.format.code if one.format and said(one.format) else ""
    return {
        "access-url-answers": _answers(one.access_urls, links),
        "download-url": bool(one.download_urls),
        "download-url-answers": _answers(one.download_urls, links),
        "format": said(one.format),
        "media-type": said(one.media_type),
        "format-vocabulary": bool(code and one.media_type and one.media_type.code and said(one.media_type)),
        "non-proprietary": code in non_proprietary(),
        "machine-readable": code in machine_readable(),
        "licence": said(licence),
        "licence-vocabulary": bool(licence and licence.code),
        "rights": bool(one.rights or dataset.rights),
        "file-size": one.byte_size is not None,
    }


def _answers(addresses: tuple[str, ...], links: Links) -> bool | None:
    """Whether one of them does; None where none is known to, and not all were asked."""
    asked = [links.get(address) for address in addresses]
    return None if None in asked and True not in asked else any(asked)


def _certain(outcomes: Outcomes) -> int:
    return _points([code for code, outcome in outcomes.items() if outcome])


def _points(codes: Iterable[str]) -> int:
    worth = _worth()
    return sum([worth[code] for code in codes])


@cache
def _worth() -> Mapping[str, int]:
    """Indicator → points."""
    return {code: indicator.points for code, indicator in indicators().items()}
