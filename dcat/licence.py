"""Licences recognised from what portals write: an id, a title, an address, or a sentence with one of these.

The table is ``tables/licences.csv``: SPDX codes where SPDX has the licence, data.gouv.fr's where it has not. A Creative
Commons licence without version is read as 4.0, the current one; a national port as the licence of the same version.
What is not recognised stays unknown.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote

from msgspec import Struct

from dcat.authority import table
from dcat.text import fold

ADDRESS = re.compile(r"https?://[^\s<>\"'|]+", re.IGNORECASE)
BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S*")
"""An address whose scheme was left out: ``www.etalab.gouv.fr/licence-ouverte-open-licence``."""
SPDX = "https://spdx.org/licenses/"
NOTHING_SAID = frozenset(
    fold(words)
    for words in (
        "", "notspecified", "notspec", "not specified", "License Not Specified", "Licence not specified",
        "Licence non spécifiée", "non spécifiée", "none", "null", "unknown", "inconnue", "aucune", "n/a", "other",
        "autre", "license", "licence",
    )
)  # fmt: skip
"""Words that stand where a licence would, and name none."""

GENERIC = frozenset({"other-at", "other-open", "other-pd", "other-nc", "other-closed"})
"""Told by what is allowed, not by a name: any licence that is named beside goes before."""

SAID_ALONE = GENERIC - {"other-at"}
DENIED = re.compile(
    r"\b(?:pas|non|not|sans|hors|jamais)"
    r"(?: (?:sous|en|dans|encore|publiees?|soumis\w*|a|de|la|l|une?|under|the|an)){0,4} $"
)
"""In front of the name of a licence: it is not the one (``n'est pas sous licence ouverte``)."""
BEFORE = 60  # characters that are looked at for it: a text may be long
OR_ANOTHER = re.compile(r" (?:ou|or) (?:une? )?(?:assimile|equivalent|similaire|autre|similar|other|another)")
"""After it: it need not be the one (``licence ouverte ou assimilée``)."""
VERSION_2 = re.compile(r"\b(?:v ?2|version 2|2 0)\b")


class Licence(Struct, frozen=True):
    """One licence. ``iri`` is the EU table's where it has the licence, else the official address of the text.

    ``open``: the Open Definition is met (no restriction to non-commercial use, changes allowed).
    """

    code: str
    label_fr: str
    label_en: str
    iri: str
    spdx: str = ""
    eu_code: str = ""
    open: bool = True
    aliases: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The label, in ``fr`` or ``en``."""
        return self.label_en if language == "en" else self.label_fr


@cache
def licences() -> Mapping[str, Licence]:
    """Every licence by its code."""
    text = files("dcat").joinpath("tables", "licences.csv").read_text(encoding="utf-8")
    return {row["code"]: _licence(row) for row in csv.DictReader(text.splitlines())}


def find_licence(words: str) -> Licence | None:
    """The licence that ``words`` name; None where none, or more than one, is recognised."""
    if names_no_licence(words):
        return None
    exact = _by_name().get(_plain_name(words))
    if exact:
        return exact
    if BARE_ADDRESS.fullmatch(words.strip()):
        words = f"https://{words.strip()}"
    named = {found.code: found for found in _by_addresses(words) if found}
    if not named:
        named = {found.code: found for found in _in_sentence(_plain_name(ADDRESS.sub(" ", words)))}
    if not named and ":" in words:  # ``CC0: Public Domain Dedication``
        named = {found.code: found for found in (_by_name().get(_plain_name(words.partition(":")[0])),) if found}
    particular = [licence for code, licence in named.items() if code not in GENERIC] or list(named.values())
    return particular[0] if len(particular) == 1 else None


def names_no_licence(words: str) -> bool:
    """Whether ``words`` only fill the place of a licence (``notspecified``, ``none``…)."""
    return fold(words) in NOTHING_SAID


@cache
def _by_name() -> Mapping[str, Licence]:
    return {
        _plain_name(name): found for found in licences().values() for name in _names(found) if not ADDRESS.match(name)
    }


@cache
def _by_address() -> Mapping[str, Licence]:
    return {
        _plain_address(name): found for found in licences().values() for name in _names(found) if ADDRESS.match(name)
    }


@cache
def _longest_names() -> re.Pattern[str]:
    """Names of two words or more, longest first, as whole words; not those that say little alone (``open data``)."""
    telling = (name for name, found in _by_name().items() if " " in name and found.code not in SAID_ALONE)
    names = sorted(telling, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _names(licence: Licence) -> Iterator[str]:
    yield from (licence.code, licence.label_fr, licence.label_en, licence.iri)
    if licence.spdx:
        yield SPDX + licence.spdx
    if licence.eu_code:
        yield table("licence")[licence.eu_code].iri
    yield from licence.aliases


def _by_addresses(words: str) -> Iterator[Licence | None]:
    """One answer per address; an address below a known one (``…/by/4.0/deed.fr``) counts as it."""
    for address in ADDRESS.findall(words):
        path = _plain_address(address)
        while path and path not in _by_address():
            path = path.rpartition("/")[0]
        yield _by_address().get(path)


def _in_sentence(folded: str) -> Iterator[Licence]:
    """The version of the Licence Ouverte may stand apart from its name: ``« Licence Ouverte » Version 2.0``."""
    second = VERSION_2.search(folded) is not None
    for match in _longest_names().finditer(folded):
        start, end = match.span()
        if DENIED.search(folded[max(0, start - BEFORE) : start]) or OR_ANOTHER.match(folded, end):
            continue
        found = _by_name()[match[0]]
        yield licences()["etalab-2.0"] if second and found.code == "fr-lo" else found


def _plain_name(words: str) -> str:
    """Folded, in one spelling: portals write ``License`` in French and ``Licence`` in English."""
    return fold(words).replace("license", "licence")


def _plain_address(address: str) -> str:
    """Without scheme, ``www.``, query, fragment, extension of SPDX pages, closing punctuation and slash."""
    plain = unquote(address).lower().partition("://")[2].removeprefix("www.")
    plain = plain.partition("#")[0].partition("?")[0].rstrip(".,;:)]/")
    return plain.removesuffix(".html") if plain.startswith("spdx.org") else plain


def _licence(row: dict[str, str]) -> Licence:
    eu_code = row["eu_code"]
    return Licence(
        code=row["code"],
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        iri=table("licence")[eu_code].iri if eu_code else row["iri"],
        spdx=row["spdx"],
        eu_code=eu_code,
        open=row["open"] == "yes",
        aliases=tuple(filter(None, row["aliases"].split("|"))),
    )
