"""The state of the stores, on the wire."""

from typing import Literal

from api.schemas.base import Json, Wire


class Health(Wire):
    status: Literal["ok", "degraded"]
    checks: dict[str, str]


HEALTH: Json = {"status": "ok", "checks": {"archive": "ok", "index": "ok"}}
