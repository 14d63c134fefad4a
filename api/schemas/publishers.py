"""One publisher, on the wire."""

from api.schemas.base import QUALITY, Json, Quality, Wire


class PublisherAnswer(Wire):
    """A publisher over all portals; `quality` is the mean of its records, `portals` the same by portal."""

    id: str
    name: str
    siren: str
    territory: str
    territory_label: str
    quality: Quality
    portals: dict[str, Quality]


PUBLISHER: Json = {
    "id": "243500139",
    "name": "Rennes Métropole",
    "siren": "243500139",
    "territory": "epci:243500139",
    "territory_label": "Rennes Métropole",
    "quality": QUALITY,
    "portals": {"rennes-metropole": QUALITY, "data-bretagne": QUALITY},
}
