"""Who may administer over HTTP: whoever has the token of this installation, nobody where it has none."""

from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Closed, Unauthorized
from api.routes.wire import services_of
from api.services import Services

BEARER = HTTPBearer(auto_error=False, description="AIGUILLAGE_ADMIN_TOKEN")


def administrator(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> None:
    """Raises ``Closed``, ``Unauthorized``."""
    entitle(services_of(request), given.credentials if given else "")


def entitle(services: Services, given: str) -> None:
    """Let through who has the token. Raises ``Closed``, ``Unauthorized``."""
    token = services.settings.admin_token
    if not token:
        raise Closed
    if not compare_digest(given.encode(), token.encode()):
        raise Unauthorized


Administrator = Depends(administrator)
