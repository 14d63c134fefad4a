"""Extents → places and periods."""

from collections.abc import Iterable, Iterator

from dcat.iri import is_http
from dcat.model import BoundingBox, Period, Place
from harvester.parsers.fields import Notes
from harvester.parsers.iso.tree import Element, Path, Words, href, said

_DESCRIPTION = Path("description")
_BOX = Path("geographicElement/EX_GeographicBoundingBox")
_SIDES = tuple(
    Path(name) for name in ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
)
_CODE = Path("geographicElement/EX_GeographicDescription/geographicIdentifier/*/code")
_TEMPORAL = Path("temporalElement/*/extent/TimePeriod")
_INSTANT = Path("temporalElement/*/extent/TimeInstant/timePosition")
_BEGIN = Path("beginPosition|begin/TimeInstant/timePosition")
_END = Path("endPosition|end/TimeInstant/timePosition")


def read_places(extents: Iterable[Element], words: Words, notes: Notes) -> tuple[Place, ...]:
    """A place for each extent: its description, its identifier and its box; further boxes and identifiers are places of
    their own."""
    return tuple(dict.fromkeys(place for extent in extents for place in _places(extent, words, notes)))


def _places(extent: Element, words: Words, notes: Notes) -> Iterator[Place]:
    label = words.texts(_DESCRIPTION.first(extent))
    boxes = [box for box in (_box(one, notes) for one in _BOX.all(extent)) if box]
    identifiers = [(href(one) or said(one), words.texts(one)) for one in _CODE.all(extent)]
    identifiers = [(name, texts) for name, texts in identifiers if name]
    for number in range(max(len(boxes), len(identifiers), 1 if label else 0)):
        name, texts = identifiers[number] if number < len(identifiers) else ("", ())
        named = texts if name and not is_http(texts[0].value if texts else name) else ()
        yield Place(
            iri=name if is_http(name) else "",
            label=(*(label if number == 0 else ()), *named),
            bbox=boxes[number] if number < len(boxes) else None,
        )


def _box(element: Element, notes: Notes) -> BoundingBox | None:
    words = [said(side.first(element)) for side in _SIDES]
    try:
        west, south, east, north = (float(word.replace(",", ".")) for word in words)
    except ValueError:
        notes.add("value-ill-typed", "EX_GeographicBoundingBox", ", ".join(words))
        return None
    if not (min(west, east) >= -180 and max(west, east) <= 180 and -90 <= south <= north <= 90):
        notes.add("value-ill-typed", "EX_GeographicBoundingBox", ", ".join(words))
        return None
    return BoundingBox(west, south, east, north)


def read_periods(extents: Iterable[Element]) -> tuple[Period, ...]:
    """Periods, open at an end that the source leaves indeterminate; an instant begins and ends at once."""
    return tuple(dict.fromkeys(period for extent in extents for period in _periods(extent)))


def _periods(extent: Element) -> Iterator[Period]:
    for element in _TEMPORAL.all(extent):
        start, end = said(_BEGIN.first(element)), said(_END.first(element))
        if start or end:
            yield Period(start=start, end=end)
    for element in _INSTANT.all(extent):
        if instant := said(element):
            yield Period(start=instant, end=instant)
