"""Who may administer over HTTP: whoever has the token of this installation, nobody where it has none."""

from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Closed, Unauthorized
from api.wire import services_of

BEARER = HTTPBearer(auto_error=False, description="AIGUILLAGE_ADMIN_TOKEN")


def administrator(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> None:
    """Raises ``Closed``, ``Unauthorized``."""
    token = services_of(request).settings.admin_token
    if not token:
        raise Closed
    if given is None or not compare_digest(given.credentials.encode(), token.encode()):
        raise Unauthorized


Administrator = Depends(administrator)
