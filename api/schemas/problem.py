"""An error, on the wire."""

from api.schemas.base import Json, Wire


class ProblemBody(Wire):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str


PROBLEM: Json = {
    "type": "about:blank",
    "title": "not-found",
    "status": 404,
    "detail": "Aucun jeu de données n'a l'identifiant « c30a09456d230eaa »",
    "instance": "/api/datasets/c30a09456d230eaa",
    "code": "not-found",
}
