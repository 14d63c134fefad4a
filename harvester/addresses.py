"""Which IP addresses are on the public internet, for whoever asks a name that a stranger or a portal file gave."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 from which public addresses are given out (IANA, IPv6 address space)."""
NOT_GLOBAL = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
"""Parts of it that are not: protocol assignments with Teredo, 6to4 (RFC 7526), documentation (RFC 9637)."""
NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 writes them (RFC 6052)."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, seen through what carries IPv4 within IPv6."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        carried = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if carried is None:
            return found in GLOBAL_UNICAST and found.is_global and not any(found in part for part in NOT_GLOBAL)
        found = carried
    return found.is_global and not found.is_multicast
