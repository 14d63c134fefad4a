"""How much of a portal's answer is taken, and for how long it is waited for: every limit of a harvest in one place."""

from msgspec import Struct

KIB = 1024
MIB = 1024 * KIB


class Limits(Struct, frozen=True):
    """``body``: bytes, as they arrive and decompressed (the largest French catalogue takes about 400 MB in one
    document). ``held``: the same of a body that is read from memory, which costs some five times as much there; as much
    as a sitemap may be (sitemaps.org). ``headers``: bytes of an answer's head. ``robots``: bytes of robots.txt that are
    read (RFC 9309 §2.5). ``seconds``: how long a page may take in all. ``silence``: how long it may send nothing.
    """

    body: int = 512 * MIB
    held: int = 50 * MIB
    headers: int = 64 * KIB
    robots: int = 500 * KIB
    redirects: int = 5
    seconds: float = 600.0
    silence: float = 60.0


class LimitExceeded(Exception):
    """An answer goes beyond a limit: it is given up, and asking again would give the same."""
