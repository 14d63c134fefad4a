"""What identifies a record within its portal."""

import hashlib
from collections.abc import Iterable

from dcat.text import fold

# What people write where an identifier was asked for: they are not one, and would merge strangers.
PLACEHOLDERS = frozenset(
    fold(word)
    for word in (
        *("todo", "tbd", "a remplir", "à compléter", "à définir", "n/a", "nc", "none", "null", "nan", "undefined"),
        *("inconnu", "unknown", "néant", "aucun", "sans objet", "identifiant", "identifier", "default", "xx", "xxx"),
        *("string", "example", "exemple", "00000000-0000-0000-0000-000000000000"),
    )
)
LONGEST_PLACEHOLDER = 40
LONGEST_KEY = 500
"""Characters. PostgreSQL's indexes take 2,700 bytes, and whoever writes more was not writing an identifier."""


def is_placeholder(text: str) -> bool:
    """``TODO``, ``A REMPLIR``, ``n/a``, ``--``, ``0``; never a real word or number."""
    if len(text) > LONGEST_PLACEHOLDER:
        return False
    folded = fold(text)
    return folded in PLACEHOLDERS or not folded.replace("0", "").strip()


def made_key(landing_page: str, title: str) -> str:
    """The key of a record without identity: a digest of its landing page and title, the same at every harvest."""
    digest = hashlib.sha256(f"{landing_page}\n{title}".encode("utf-8", "surrogatepass"))
    return f"sha256:{digest.hexdigest()[:32]}"


def short_key(key: str) -> str:
    """The key, or its digest where it is longer than databases index."""
    return key if len(key) <= LONGEST_KEY else made_key("", key)


def first_sound(identifiers: Iterable[str]) -> str:
    """The first that identifies; ``""`` where none does."""
    return next((one for one in identifiers if one and not is_placeholder(one)), "")
