"""Addresses as sources write them, and as RDF, the web and the comparison of records need them."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import pyoxigraph as ox

from dcat.namespaces import KNOWN_PREFIXES

# What an address mostly looks like: plain characters, nothing to repair. Possessive, so that it never goes back.
_PLAIN = re.compile(
    r"https?://[A-Za-z0-9][A-Za-z0-9.-]*+(?::[0-9]++)?+"
    r"(?:[/?][A-Za-z0-9/._~:@!$&'()*+,;=?-]*+(?:%[0-9A-Fa-f]{2}[A-Za-z0-9/._~:@!$&'()*+,;=?-]*+)*+)?+"
)
_SITE = re.compile(r"[^/?#]*//[^/?#]*|")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_JOINED = re.compile(r"(\S+?)\s+[A-Za-z][A-Za-z0-9+.-]*://")
_NO_SCHEME = re.compile(r"(?:www\.|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fr|eu|com|org|net|info|bzh)(?:/|$))", re.IGNORECASE)
# Scheme and authority, path and query, fragment.
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#]*)?)([^#]*)(#?)(.*)", re.DOTALL)
# Signs that nobody sees: those that turn the direction of writing may not stand in an address (RFC 3987 §4.1), and the
# blanks beyond ASCII end one for some parsers of N-Triples (rdflib's).
_UNSEEN = re.compile(r"[\u1680\u2000-\u200a\u200e\u200f\u2028-\u202f\u205f\u2066-\u2069\u3000]")
_ILLEGAL = re.compile(
    r'[\x00-\x20<>"{}|\\^`\[\]#\x7f-\xa0\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff]|%(?![0-9A-Fa-f]{2})'
    rf"|{_UNSEEN.pattern}"
)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".invalid", ".test")


def is_plain(text: str) -> bool:
    """An http(s) address of plain ASCII without fragment, as nearly all are: legal, and cheap to tell."""
    return _PLAIN.fullmatch(text) is not None


def is_legal(text: str) -> bool:
    """An absolute IRI by RFC 3987, as every RDF syntax takes it."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return text.isascii() or not _UNSEEN.search(text)


def clean_iri(text: str, base: str = "") -> tuple[str, str | None]:
    """The IRI that a source meant, and the finding rule that the repair deserves (None: it was right).

    Blanks and illegal characters are percent-encoded, the first of two IRIs joined by a blank is kept, a compact name
    of a known prefix is expanded, an address without a scheme is completed, a relative one is resolved against
    ``base``. ``""`` where nothing legal comes of it, or where a relative one has no base.
    """
    if is_plain(text):
        return text, None
    iri, rule = text, None
    if not is_legal(text):
        iri, rule = _first(text), "iri-invalid"
    scheme = _ABSOLUTE.match(iri)
    if scheme is None:
        iri, rule = _completed(iri, base)
    elif scheme.group()[:-1] in KNOWN_PREFIXES and not iri.startswith("//", scheme.end()):
        iri, rule = KNOWN_PREFIXES[scheme.group()[:-1]] + iri[scheme.end() :], "iri-curie"
    if rule and iri and not is_legal(iri):
        iri = _encoded(iri)
    return iri, rule


def _first(text: str) -> str:
    """Without blanks around, and without a second address after a blank."""
    text = text.strip()
    joined = _JOINED.match(text)
    return joined.group(1) if joined else text


def _encoded(iri: str) -> str:
    """Every character that may not stand where it does as percent escapes; ``""`` where the host itself is illegal."""
    parts = _PARTS.fullmatch(iri)
    if parts is None:
        return ""
    start, path, hash_sign, fragment = parts.groups()
    repaired = start + _ILLEGAL.sub(_quoted, path) + hash_sign + _ILLEGAL.sub(_quoted, fragment)
    return repaired if is_legal(repaired) else ""


def _quoted(match: re.Match[str]) -> str:
    return quote(match.group().encode("utf-8", "replace"), safe="")


def _completed(iri: str, base: str) -> tuple[str, str | None]:
    if _NO_SCHEME.match(iri):
        return f"https://{iri}", "url-scheme-repaired"
    if not base:
        return "", "iri-relative"
    try:
        return urljoin(base, iri), "iri-relative"
    except ValueError:
        return "", "iri-relative"


def is_relative(text: str) -> bool:
    """No scheme: ``annuel``, ``/dataset/x``."""
    return _ABSOLUTE.match(text.lstrip()) is None


def is_http(text: str) -> bool:
    """A legal http(s) address."""
    return is_plain(text) or (text.startswith(("http://", "https://")) and is_legal(text))


def site_of(address: str) -> str:
    """Scheme and authority, as written; ``""`` where there is no authority."""
    found = _SITE.match(address)
    return found[0] if found else ""


def is_public_http(iri: str) -> bool:
    """An http(s) address whose host means the same to everyone: no localhost, private address or bare machine name."""
    return _is_public_site(site_of(iri))


@lru_cache(maxsize=1_024)
def _is_public_site(site: str) -> bool:
    try:
        parts = urlsplit(site)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_PRIVATE_SUFFIXES)


def normalise_url(url: str) -> str:
    """The form in which two spellings of one address compare equal: not an address to fetch.

    https, lower-case host without ``www.`` and default port, no trailing slash, percent escapes in upper case and only
    where needed.
    """
    parts = normalised_parts(url)
    return urlunsplit(parts) if parts else url.strip()


def normalised_parts(url: str) -> SplitResult | None:
    """Of that form; None where it is no address of the web."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    authority = host.removeprefix("www.") + (f":{port}" if port and port not in (80, 443) else "")
    path, query, fragment = map(_normalised, (parts.path, parts.query, parts.fragment))
    return SplitResult("https", authority, path.rstrip("/"), query, fragment)


def _normalised(part: str) -> str:
    return _PERCENT.sub(_escape, part) if "%" in part else part


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()
