"""HTTP as uvicorn speaks it, with a problem in words where a request cannot be read at all."""

import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.messages import say
from api.problems import PROBLEM


class Protocol(HttpToolsProtocol):
    """What never becomes a request (an address of more than 65,535 bytes, broken headers) is told like other errors.
    Its language is not known yet.
    """

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words, in English only
        """Answer 400 and close."""
        detail = f"{say('fr', 'request_unreadable')} {say('en', 'request_unreadable')}"
        problem = {"type": "about:blank", "title": "bad-request", "status": 400, "detail": detail, "instance": ""}
        body = json.dumps({**problem, "code": "bad-request"}).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {PROBLEM}\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()
