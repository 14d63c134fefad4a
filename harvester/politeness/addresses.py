"""Which addresses may be asked at all, for whoever asks one that a stranger or a portal file gave (design §7.7)."""

import csv
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 from which public addresses are given out (IANA, IPv6 address space)."""
NOT_GLOBAL = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
"""Parts of it that are not: protocol assignments with Teredo, 6to4 (RFC 7526), documentation (RFC 9637)."""
NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 writes them (RFC 6052)."""


class RefusedAddress(Exception):
    """The address is not one that a harvest may ask."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, seen through what carries IPv4 within IPv6."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        carried = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if carried is None:
            return found in GLOBAL_UNICAST and found.is_global and not any(found in part for part in NOT_GLOBAL)
        found = carried
    return found.is_global and not found.is_multicast


def host_and_port(url: str) -> tuple[str, int]:
    """Where a request would go. Raises ``RefusedAddress`` where the address itself says that it is none of ours."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedAddress(f"{parts.scheme}: only http and https are harvested")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress("the address carries a user name or a password")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port in bad_ports():
        raise RefusedAddress(f"port {port} is another protocol's")
    return host, port


@cache
def bad_ports() -> frozenset[int]:
    """Ports on which something else than HTTP listens (WHATWG Fetch, "port blocking"): ``tables/bad_ports.csv``."""
    text = files("harvester").joinpath("tables", "bad_ports.csv").read_text(encoding="utf-8")
    return frozenset(int(row["port"]) for row in csv.DictReader(text.splitlines()))


def is_literal(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
