"""Which hosts are the portal itself."""

from functools import lru_cache
from urllib.parse import urlsplit

from dcat.iri import site_of
from dcat.portal import Portal


def host_of(address: str) -> str:
    """The host of an address, in lower case and without ``www.``; ``""`` where it has none."""
    return _host_of_site(site_of(address))


@lru_cache(maxsize=1_024)
def _host_of_site(site: str) -> str:
    try:
        return bare(urlsplit(site).hostname or "")
    except ValueError:
        return ""


def bare(host: str) -> str:
    """A host name as hosts compare equal."""
    return host.lower().rstrip(".").removeprefix("www.")


def own_hosts(portal: Portal, fetched_url: str = "") -> frozenset[str]:
    """Those of its address and its aliases, and where it is harvested."""
    named = (host_of(address) for address in (portal.url, portal.endpoint, fetched_url))
    return frozenset(filter(None, (*named, *(bare(host) for host in portal.hosts))))
