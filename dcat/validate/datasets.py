"""DCAT-AP 3: the dataset, its agents, places and periods."""

from collections.abc import Iterator

from dcat.model import Agent, BoundingBox, Dataset
from dcat.validate.check import NOTHING, Checks, Values, in_authority, missing, not_in_authority

# Characters of a date without its time: 2026-01-31.
DAY = 10


def description_missing(dataset: Dataset) -> Values:
    return missing(dataset.description)


def agent_name_missing(dataset: Dataset) -> Values:
    """An agent that is only referred to by its address may be described elsewhere."""
    agents = (dataset.publisher, *dataset.creators)
    return [one.iri for one in agents if one is not None and not one.name and one != Agent(iri=one.iri or "_")]


def contact_point_missing(dataset: Dataset) -> Values:
    return missing(dataset.contact_points)


def keyword_missing(dataset: Dataset) -> Values:
    return missing(dataset.keywords)


def publisher_missing(dataset: Dataset) -> Values:
    return missing(dataset.publisher)


def spatial_missing(dataset: Dataset) -> Values:
    return missing(dataset.spatial)


def temporal_missing(dataset: Dataset) -> Values:
    return missing(dataset.temporal)


def theme_missing(dataset: Dataset) -> Values:
    return missing(dataset.themes)


def theme_not_eu(dataset: Dataset) -> Values:
    """One theme of the EU is enough; others may stand beside it."""
    if any(in_authority(theme, "data-theme") for theme in dataset.themes):
        return NOTHING
    return [theme.iri or theme.code for theme in dataset.themes if theme.code][:1]


def frequency_not_eu(dataset: Dataset) -> Values:
    return not_in_authority(dataset.frequency, "frequency")


def access_rights_not_eu(dataset: Dataset) -> Values:
    return not_in_authority(dataset.access_rights, "access-right")


def period_reversed(dataset: Dataset) -> Iterator[str]:
    """Compared as far as both are written: a year, a month or a day."""
    for period in dataset.temporal:
        length = min(len(period.start), len(period.end), DAY)
        if period.end[:length] < period.start[:length]:
            yield f"{period.start} / {period.end}"


def box_impossible(dataset: Dataset) -> Iterator[str]:
    """West may be greater than east: such a box crosses the antimeridian."""
    for place in dataset.spatial:
        if place.bbox is not None and not _on_the_globe(place.bbox):
            box = place.bbox
            yield f"{box.west} {box.south} {box.east} {box.north}"


def _on_the_globe(box: BoundingBox) -> bool:
    return abs(box.west) <= 180 and abs(box.east) <= 180 and -90 <= box.south <= box.north <= 90


CHECKS: Checks = {
    "description-missing": description_missing,
    "agent-name-missing": agent_name_missing,
    "contact-point-missing": contact_point_missing,
    "keyword-missing": keyword_missing,
    "publisher-missing": publisher_missing,
    "spatial-missing": spatial_missing,
    "temporal-missing": temporal_missing,
    "theme-missing": theme_missing,
    "theme-not-eu": theme_not_eu,
    "frequency-not-eu": frequency_not_eu,
    "access-rights-not-eu": access_rights_not_eu,
    "period-reversed": period_reversed,
    "box-impossible": box_impossible,
}
