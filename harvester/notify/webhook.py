"""Notices by webhook: one POST of JSON. The address comes from a file: it is asked as carefully as a portal's."""

import socket
from collections.abc import Iterator

import httpx

from harvester.notify.notice import Notice
from harvester.politeness.addresses import is_public

TIMEOUT_SECONDS = 10.0


class RefusedWebhook(Exception):
    """The address leads to a private network, or the receiver refuses what it was sent: trying again is no use."""


def post(url: str, notice: Notice, agent: str, *, allow_private: bool = False) -> None:
    """Raises ``RefusedWebhook``, or ``httpx.HTTPError`` where another try may help. Redirects are not followed."""
    asked = httpx.URL(url)
    place = asked if allow_private else _public_place(asked)
    headers = {"User-Agent": agent, "Host": asked.netloc.decode("ascii")}
    with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client:
        request = client.build_request("POST", place, json=notice.as_json(), headers=headers)
        request.extensions["sni_hostname"] = asked.host  # the certificate is checked against the name, not the address
        answer = client.send(request)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        answer.raise_for_status()
    if not answer.is_success:
        raise RefusedWebhook(f"HTTP {answer.status_code}")


def _public_place(asked: httpx.URL) -> httpx.URL:
    """The address to connect to: one that was checked, whatever the name leads to a moment later."""
    try:
        found = list(dict.fromkeys(_addresses(asked)))
    except socket.gaierror as error:
        raise httpx.ConnectError(f"{asked.host}: {error.strerror}") from error
    private = [address for address in found if not is_public(address)]
    if private or not found:
        raise RefusedWebhook(f"{asked.host} leads to the private address {', '.join(private)}")
    return asked.copy_with(host=found[0])


def _addresses(asked: httpx.URL) -> Iterator[str]:
    port = asked.port or (443 if asked.scheme == "https" else 80)
    for _, _, _, _, place in socket.getaddrinfo(asked.host, port, type=socket.SOCK_STREAM):
        yield str(place[0])
