"""A link or identifier resolved, on the wire."""

from api.schemas.base import COPIES, Copy, Json, Wire


class Resolution(Wire):
    """A portal's dataset link or identifier, resolved. ``dataset`` is empty where ``candidates`` share what was
    asked."""

    asked: str
    dataset: str
    authoritative: Copy | None
    others: list[Copy]
    copies: list[Copy]
    why: list[str]
    candidates: list[str]


RESOLUTION: Json = {
    "asked": "https://www.data.gouv.fr/datasets/horaires-bus-lille",
    "dataset": "c30a09456d230eaa",
    "authoritative": COPIES[0],
    "others": COPIES[1:],
    "copies": COPIES,
    "why": ["Le portail Métropole européenne de Lille est le plus proche du territoire de l'éditeur."],
    "candidates": [],
}
