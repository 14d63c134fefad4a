"""Addresses as sources write them, and as RDF, the web and the comparison of records need them."""

import ipaddress
import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from dcat.namespaces import KNOWN_PREFIXES

# RFC 3987, as far as RDF syntaxes check it: what may never stand in an IRI.
ILLEGAL = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\xa0\ud800-\udfff\ufeff\ufffe\uffff]')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_JOINED = re.compile(r"(\S+?)\s+[A-Za-z][A-Za-z0-9+.-]*://")
_NO_SCHEME = re.compile(r"(?:www\.|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fr|eu|com|org|net|info|bzh|gouv\.fr)(?:/|$))", re.IGNORECASE)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BRACKETS = re.compile(r"[\[\]]")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".invalid", ".test")


def clean_iri(text: str, base: str = "") -> tuple[str, str | None]:
    """The IRI that a source meant, and the finding rule that the repair deserves (None: it was right).

    Blanks and illegal characters are percent-encoded, the first of two IRIs joined by a blank is kept, a compact name of a
    known prefix is expanded, an address without a scheme is completed, a relative one is resolved against ``base``, or is
    ``""`` where there is none.
    """
    iri, rule = _legal(text)
    scheme = _ABSOLUTE.match(iri)
    if scheme is None:
        return _completed(iri, base)
    prefix = scheme.group()[:-1]
    if prefix in KNOWN_PREFIXES and not iri.startswith("//", scheme.end()):
        return KNOWN_PREFIXES[prefix] + iri[scheme.end() :], "iri-curie"
    return iri, rule


def _legal(text: str) -> tuple[str, str | None]:
    if not ILLEGAL.search(text) and not (_has_stray(text)):
        return text, None
    iri = text.strip()
    joined = _JOINED.match(iri)
    if joined:
        iri = joined.group(1)
    iri = ILLEGAL.sub(lambda match: quote(match.group().encode("utf-8", "replace")), iri)
    iri = _STRAY_PERCENT.sub("%25", iri)
    return _encode_brackets(iri), "iri-invalid"


def _has_stray(text: str) -> bool:
    return ("%" in text and bool(_STRAY_PERCENT.search(text))) or ("[" in text and _encode_brackets(text) != text)


def _encode_brackets(iri: str) -> str:
    """Square brackets are legal around an IPv6 address only."""
    start = iri.find("/", iri.find("//") + 2) if "//" in iri else 0
    if start < 0:
        return iri
    return iri[:start] + _BRACKETS.sub(lambda match: quote(match.group()), iri[start:])


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
    """An absolute http(s) address without any character that an IRI may not have."""
    return text.startswith(("http://", "https://")) and not ILLEGAL.search(text)


def is_public_http(iri: str) -> bool:
    """An http(s) address whose host means the same to everyone: no localhost, private address or bare machine name."""
    try:
        parts = urlsplit(iri)
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
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in ("http", "https") or not host:
        return url.strip()
    authority = host.removeprefix("www.") + (f":{port}" if port and port not in (80, 443) else "")
    path, query, fragment = (_PERCENT.sub(_escape, part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit(("https", authority, path.rstrip("/"), query, fragment))


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()
