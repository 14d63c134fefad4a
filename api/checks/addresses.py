"""Whether portals answer at the addresses that their files give."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
from msgspec import Struct

from dcat.portal import Portal, Protocol
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.public_client import public_client

TIMEOUT_SECONDS = 15.0
AT_ONCE = 8


# What a spider asks first, after the endpoint, which by itself need not answer.
FIRST_QUESTIONS = {
    Protocol.ODS: "/catalog/datasets?limit=1",
    Protocol.CKAN: "/package_search?rows=1",
    Protocol.UDATA: "/datasets/?page_size=1",
}


class AddressCheck(Struct, frozen=True):
    """One address tried: ``what`` is url, endpoint or search_url; ``detail`` the status or the failure."""

    portal: str
    what: str
    url: str
    ok: bool
    detail: str


def check_portals(
    portals: Iterable[Portal], agent: str, allowed_hosts: tuple[str, ...] = (), *, allow_private: bool = False
) -> Sequence[AddressCheck]:
    """Every address of the portals, each tried once, in order. Of private addresses, only the ``host:port`` pairs in
    ``allowed_hosts``, unless all are allowed."""
    with (
        public_client(agent, allowed_hosts, TIMEOUT_SECONDS, allow_private=allow_private) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        tried = [
            pool.submit(_check, client, portal, what, url) for portal in portals for what, url in _addresses(portal)
        ]
        return [future.result() for future in tried]


def _addresses(portal: Portal) -> Iterable[tuple[str, str]]:
    yield "url", portal.url
    if portal.endpoint and portal.protocol is not Protocol.UNKNOWN:
        yield "endpoint", portal.endpoint.rstrip("/") + FIRST_QUESTIONS.get(portal.protocol, "")
    if portal.search_url:
        yield "search_url", portal.search_page("budget")


def _check(client: httpx.Client, portal: Portal, what: str, url: str) -> AddressCheck:
    """GET, not HEAD: some servers refuse HEAD. Only the head of the answer is read."""
    try:
        with client.stream("GET", url) as response:
            return AddressCheck(portal.id, what, url, response.is_success, str(response.status_code))
    except (httpx.HTTPError, httpx.InvalidURL, RefusedAddress) as error:
        return AddressCheck(portal.id, what, url, False, f"{type(error).__name__}: {error}")
