"""Formats and media types → EU file types and IANA types: by IRI, by type, by words, by service protocol, by address.

Codes that the EU table lacks (GPX, PARQUET, WMTS_SRVC, GTFS_RT…) are ours; ``dcat/tables/format-words.csv`` has
them all.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from msgspec.structs import replace

from dcat.model import Concept, Dataset, Distribution
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import (
    CAMEL,
    UNSPECIFIED,
    code_of_iri,
    codes_by_label,
    codes_by_word,
    is_silent,
    last_segment,
    rows,
    shown,
    with_code,
)
from dcat.text import fold

NAME = "file-type"
MEDIA_TYPE = re.compile(
    r"(?:^|/|:)((?:application|audio|font|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9.+_-]*)(?:\s*;|[#?]|$)",
    re.IGNORECASE,
)
DOWNLOAD = re.compile(r"^www:download[-:\d.]*(?:http--download)?:?", re.IGNORECASE)
BLANK_NODE = re.compile(r"_?:?[nN][0-9a-f]{32}(?:b\d+)?")
PARENTHESIS = re.compile(r"(?<!\s)\s*\([^()]*\)\s*$")
PROTOCOLS = (
    ("ogc wmts", "WMTS_SRVC"),
    ("ogc wms", "WMS_SRVC"),
    ("ogc wfs", "WFS_SRVC"),
    ("ogc wcs", "WCS_SRVC"),
    ("ogc api", "OGC_API"),
    ("ogc csw", "OGC_API"),
    ("esri rest", "REST"),
    ("arcgis", "REST"),
    ("gml", "GML"),
    ("www link", "HTML"),
)
"""How the folded name of a protocol opens, and what it serves."""

SERVICE = re.compile(r"[?&]service=(wms|wfs|wcs|wmts)\b|/(wms|wfs|wcs|wmts)(?:server)?/?(?:\?|$)", re.IGNORECASE)
ESRI = re.compile(r"/rest/services/.+/(?:Map|Feature|Image)Server\b", re.IGNORECASE)
EXPORT = re.compile(
    r"/exports/([a-z0-9]{2,10})(?:\?|$)|[?&](?:format|outputformat|f)=([a-z0-9]{2,10})\b", re.IGNORECASE
)
EXTENSION = re.compile(r"^[^?#]*/[^/?#]*?\.([a-z0-9]{2,8}(?:\.(?:gz|bz2|xz))?)(?:[?#]|$)", re.IGNORECASE)
NOT_EXTENSIONS = frozenset("php asp aspx jsp api get map action web site link service r py do md".split())  # noqa: SIM905 - reads better
MANY_WORDS = 6
ARCHIVES = frozenset({"ZIP", "GZIP"})
STRAY = frozenset(
    (
        *("esri", "arcgis", "web", "www", "map", "carte", "link", "lien", "site", "internet", "service", "url", "page"),
        *("information", "search", "text", "texte", "plain", "get", "post", "access", "image", "live", "log", "dat"),
        *("calc", "dot", "r", "git", "php", "asp", "calendar", "grid", "table", "api", "rest", "coverage", "world"),
        *("mid", "data"),
    )
)
"""Words of formats that mean other things among others."""
GENERIC = frozenset({"OCTET", "HTML", ""})
"""Types that say nothing of a file: what its address shows is better."""


def code_formats(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:format, dcat:mediaType, dcat:compressFormat and dcat:packageFormat of every distribution."""
    distributions = tuple(_with_formats(distribution, notes) for distribution in dataset.distributions)
    return dataset if same(distributions, dataset.distributions) else replace(dataset, distributions=distributions)


def _with_formats(distribution: Distribution, notes: Notes) -> Distribution:
    media_type = recognise_media_type(distribution.media_type)
    file_type = recognise_format(distribution.format)
    if file_type is None or not file_type.code:
        file_type = _derived(distribution, file_type, media_type) or file_type
        if file_type and not file_type.code and not is_vague(file_type):
            notes.add("format-unknown", "dct:format", shown(file_type))
    compress = recognise_media_type(distribution.compress_format)
    package = recognise_media_type(distribution.package_format)
    before = (distribution.format, distribution.media_type, distribution.compress_format, distribution.package_format)
    if same((file_type, media_type, compress, package), before):
        return distribution
    return replace(
        distribution, format=file_type, media_type=media_type, compress_format=compress, package_format=package
    )


def _derived(distribution: Distribution, words: Concept | None, media_type: Concept | None) -> Concept | None:
    """A format that the source does not name in words we know, from its media type, else from its address."""
    code = format_of_media_type(media_type.code) if media_type else ""
    if code in GENERIC:
        urls = (*distribution.download_urls, *distribution.access_urls)
        code = next(filter(None, map(format_of_url, urls)), code)
    return with_code(words or Concept(), code) if code else None


@lru_cache(maxsize=4_096)
def recognise_format(concept: Concept | None) -> Concept | None:
    """By EU IRI, by media type, then by words."""
    if concept is None or concept.code:
        return concept
    code = code_of_iri(NAME, concept.iri)
    for text in (concept.iri, *(label.value for label in concept.label)):
        code = code or format_of_media_type(_type_in(text)) or (_format_of_words(text) if text else "")
    return with_code(concept, code)


@lru_cache(maxsize=4_096)
def recognise_media_type(concept: Concept | None) -> Concept | None:
    """The IANA type, in lower case and without parameters; words such as ``ZIP`` give the type of their format."""
    if concept is None or concept.code:
        return concept
    texts = (concept.iri, *(label.value for label in concept.label))
    found = next(filter(None, map(_type_in, texts)), "")
    code = canonical_media_type(found)
    for text in texts:
        code = code or media_types().get(code_of_iri(NAME, text) or (_format_of_words(text) if text else ""), "")
    return with_code(concept, code)


@lru_cache(maxsize=4_096)
def is_vague(concept: Concept) -> bool:
    """No words, words that name no one format (``document``, ``WWW:DOWNLOAD``), or the name of a blank node."""
    words = codes_by_word("format-words")
    texts = (concept.iri, *(label.value for label in concept.label))
    bare = [fold(DOWNLOAD.sub("", text)) for text in texts if not BLANK_NODE.fullmatch(text)]
    return is_silent(concept) or all(words.get(word) == "" or word in UNSPECIFIED for word in bare)


def canonical_media_type(media_type: str) -> str:
    """``application/xls`` → ``application/vnd.ms-excel``; a type that the table does not know stays as it is."""
    code = format_of_media_type(media_type)
    registered = media_types().get(code, "")
    if not registered or media_type in set(media_types().values()):
        return media_type
    return registered


@lru_cache(maxsize=2_048)
def format_of_media_type(media_type: str) -> str:
    """EU file type of an IANA type, ``""`` where several or none."""
    if not media_type:
        return ""
    subtype = media_type.partition("/")[2].removeprefix("x-").removeprefix("vnd.")
    words = codes_by_word("format-words")
    return _formats_by_type().get(media_type) or words.get(fold(media_type), "") or words.get(fold(subtype), "")


@lru_cache(maxsize=4_096)
def format_of_url(url: str) -> str:
    """What an address shows: an OGC service, an ArcGIS service, an export parameter, an extension."""
    service = SERVICE.search(url)
    if service:
        return f"{(service[1] or service[2]).upper()}_SRVC"
    if ESRI.search(url):
        return "REST"
    words = codes_by_word("format-words")
    export = EXPORT.search(url)
    extension = EXTENSION.search(url)
    for name in (export and (export[1] or export[2]), extension and extension[1]):
        if name and name.lower() not in NOT_EXTENSIONS and words.get(fold(name)):
            return words[fold(name)]
    return ""


@cache
def media_types() -> Mapping[str, str]:
    """Format → its IANA type, where it has one."""
    return {row["code"]: row["media_type"] for row in rows("format-words") if row["media_type"]}


@cache
def _formats_by_type() -> Mapping[str, str]:
    """IANA type → format; the first row of a type wins (``text/plain`` is TXT, ``application/zip`` ZIP)."""
    first = {"application/zip": "ZIP", "application/gzip": "GZIP", "application/json": "JSON", "application/x-xz": "XZ"}
    for code, media_type in media_types().items():
        first.setdefault(media_type, code)
    return first


def _type_in(text: str) -> str:
    found = MEDIA_TYPE.search(text)
    return found[1].lower() if found else ""


def _format_of_words(text: str) -> str:
    """A label or the last part of an IRI, also without ``WWW:DOWNLOAD:``, without a parenthesis, or by its opening."""
    words, labels = codes_by_word("format-words"), codes_by_label(NAME)
    text = DOWNLOAD.sub("", text.strip())
    spellings = [text, PARENTHESIS.sub("", text)]
    if "://" in text:
        spellings += [last_segment(text), CAMEL.sub(" ", last_segment(text))]
    for folded in map(fold, spellings):
        code = words.get(folded) or labels.get(folded)
        if code:
            return code
    folded = fold(text)
    protocol = next((code for opening, code in PROTOCOLS if folded == opening or folded.startswith(opening + " ")), "")
    return protocol or ("" if "://" in text else _format_among(folded))


def _format_among(folded: str) -> str:
    """The one format that the words of a short text name: ``Bentley DGN``, ``JSON within a Zip``, ``14.08.20.csv``."""
    words, tokens = codes_by_word("format-words"), folded.split()
    if len(tokens) > MANY_WORDS:
        return ""
    codes = {words.get(token, "") for token in tokens if token not in STRAY} - {""}
    codes = codes - ARCHIVES or codes
    return codes.pop() if len(codes) == 1 else ""
