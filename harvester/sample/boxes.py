"""Bounding boxes of sample datasets: made up. A territory always has the same one, inside that of its région."""

import hashlib

from msgspec import Struct

from dcat.portal import Level
from dcat.territory import gazetteer

MAINLAND = (-1.0, 43.6, 5.9, 48.9)
"""West, south, east, north of the ground on which the centres of régions are strewn."""

SPREAD = {Level.DEPARTEMENT: 0.9, Level.EPCI: 0.5, Level.COMMUNE: 0.2}
"""Degrees that a level's centre may lie off that of the level above."""

SIZES = {Level.REGION: 1.6, Level.DEPARTEMENT: 0.6, Level.EPCI: 0.2, Level.COMMUNE: 0.05}
"""Degrees from the centre to a side."""


class Box(Struct, frozen=True):
    """Degrees, four decimals."""

    west: float
    south: float
    east: float
    north: float

    @property
    def ring(self) -> list[list[float]]:
        """The polygon, as GeoJSON wants it: closed, against the clock."""
        corners = ((self.west, self.south), (self.east, self.south), (self.east, self.north), (self.west, self.north))
        return [[x, y] for x, y in (*corners, corners[0])]


FRANCE = Box(-5.15, 41.33, 9.56, 51.09)


def box_of(code: str) -> Box:
    """The box of a territory; France's where there is none."""
    place = gazetteer().get(code)
    if place is None or place.level is Level.NATIONAL:
        return FRANCE
    west, south, east, north = MAINLAND
    across, up = _fractions(place.region or code)
    longitude, latitude = west + across * (east - west), south + up * (north - south)
    for level, inner in ((Level.DEPARTEMENT, place.departement), (Level.EPCI, place.epci), (place.level, code)):
        if inner and level in SPREAD:
            across, up = _fractions(inner)
            longitude += (across - 0.5) * SPREAD[level]
            latitude += (up - 0.5) * SPREAD[level]
    half = SIZES[place.level]
    sides = (longitude - half, latitude - half, longitude + half, latitude + half)
    return Box(*(round(side, 4) for side in sides))


def _fractions(code: str) -> tuple[float, float]:
    """Two numbers from 0 to 1 that stand for a code."""
    digest = hashlib.blake2b(code.encode(), digest_size=4).digest()
    return int.from_bytes(digest[:2]) / 0xFFFF, int.from_bytes(digest[2:]) / 0xFFFF
