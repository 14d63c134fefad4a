"""Descriptions as portals write them, HTML or Markdown or both, as plain text with its paragraphs and links."""

import re
from collections.abc import Callable
from functools import cache
from html import unescape

import nh3

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""No XML may carry the controls, no encoding the surrogates; the others turn the direction of the text around them."""

KEPT = "a p br hr li ul ol h1 h2 h3 h4 h5 h6 div tr td th table blockquote pre dt dd"
ELEMENTS = (
    f"{KEPT} abbr address article aside b bdi big body button caption center cite code col colgroup del details dfn "
    "dl em fieldset figcaption figure font footer form head header html i iframe img input ins kbd label legend link "
    "main mark meta nav object option picture q s samp script section select small source span strike strong style sub "
    "summary sup svg tbody textarea tfoot thead time title tt u var video audio"
)
"""What counts as HTML: ``<5 ans`` and ``<https://…>`` are text."""

LINK_SCHEMES = {"http", "https", "mailto", "ftp"}

TAG = re.compile(rf"</?(?:{'|'.join(ELEMENTS.split())}|[ow]:p)(?:\s[^<>]*)?/?>|<!--|<!doctype\b", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")
ANCHOR = re.compile(r'<a(?:\s+href="([^"]*)")?>(.*?)</a>', re.DOTALL)
BREAK = re.compile(r"\s*<(?:br|hr|/tr|/div|/dt|/dd|/pre)>\s*|\s*<(?:tr|div|dt|dd|pre)>")
PARAGRAPH = re.compile(r"\s*</?(?:p|ul|ol|h[1-6]|table|blockquote)>\s*")
ITEM = re.compile(r"\s*<li>\s*")
CELL = re.compile(r"</t[dh]>\s*(?=<t[dh]>)")
ANY_TAG = re.compile(r"</?[a-z][a-z0-9]*(?: [^<>]*)?>")
BLOCK = re.compile(r"<(/?[a-z][a-z0-9]*)(?: [^<>]*)?> ?")
HAS_BLOCK = re.compile(r"<(?!a\b|/)[a-z]")
NEW_LINES = "br hr /tr /div /dt /dd pre /pre tr div dt dd"
PARAGRAPHS = "p /p ul /ul ol /ol table /table blockquote /blockquote h1 h2 h3 h4 h5 h6 /h1 /h2 /h3 /h4 /h5 /h6"
BLOCKS = {
    **dict.fromkeys(NEW_LINES.split(), "\n"),
    **dict.fromkeys(PARAGRAPHS.split(), "\n\n"),
    "li": "\n- ",
    "/td": " | ",
    "/th": " | ",
}
"""What a tag becomes; other tags become nothing."""
SPACES = re.compile(r"(?<=\S)  +(?=\S)")
LAST_CELL = re.compile(r" \| ?(?=\n|$)")

ESCAPED = re.compile(r"(?<!\\)\\+([*_#`\[\]().!>~+-])")
IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
LINK = re.compile(
    r"\[([^\[\]]+)\]\(\s{0,9}<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s{1,9}[\"'][^\"']*[\"'])?\s{0,9}\)"
)
AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]+)>")
STARS = re.compile(r"\*{2,}(?=\S)|(?<=\S)\*{2,}")
UNDERLINES = re.compile(r"(?<!\w)__(?=[^\W_])([^_\n]*[^\W_])__(?!\w)")
CODE = re.compile(r"`+([^`\n]*)`+")
FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n`~]*$\n?", re.MULTILINE)
HEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+)+|(?<![ \t])[ \t]+#+[ \t]*$", re.MULTILINE)
QUOTE = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)


def _link_of(match: re.Match[str]) -> str:
    return _link(match[1], match[2])


MARKDOWN: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("```", FENCE, ""),
    ("~~~", FENCE, ""),
    ("\\", ESCAPED, r"\1"),
    ("![", IMAGE, r"\1"),
    ("](", LINK, _link_of),
    ("<", AUTOLINK, r"\1"),
    ("**", STARS, ""),
    ("__", UNDERLINES, r"\1"),
    ("`", CODE, r"\1"),
    (">", QUOTE, ""),
    ("#", HEADING, ""),
)
"""In this order: a sign that must be there, what is looked for, what is put in its place."""

SPACE_BEFORE_BREAK = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]+\n")
BLANK_ENDS = (" \n", "\t\n", "\u00a0\n")
BLANK_LINES = re.compile(r"\n\n\n+")
PASSES = 10
NEUTRAL = str.maketrans({"<": "‹", "[": "(", "]": ")", "&": "＆", "*": "", "`": "", "\\": "", "_": " ", "#": ""})


def has_html(text: str) -> bool:
    """Whether the text carries HTML elements or character references."""
    return ("<" in text and TAG.search(text) is not None) or ("&" in text and ENTITY.search(text) is not None)


def plain_text(text: str) -> str:
    """Paragraphs, list items and links kept as text: ``<a href="u">t</a>`` and ``[t](u)`` give ``t (u)``. Idempotent.

    Markup hidden in markup (``&lt;b&gt;``) is read again; what is still markup after ten readings loses its signs.
    """
    for _ in range(PASSES):
        read = _tidy(_markdown(_html(text)))
        if read == text:
            return text
        text = read
    return _tidy(text.translate(NEUTRAL))


def plain_line(text: str) -> str:
    """The same for a title or a name: HTML read, one line, single spaces. Idempotent."""
    for _ in range(PASSES):
        read = " ".join(_html(text).split())
        if read == text:
            return text
        text = read
    return " ".join(text.translate(NEUTRAL).split())


def _html(text: str) -> str:
    if not has_html(text):
        return text
    if "<" in text and TAG.search(text):
        text = _html_blocks(AUTOLINK.sub(r"\1", text))
    if "&" in text:
        text = ENTITY.sub(lambda match: unescape(match[0]), text)
    return ILLEGAL.sub("", text)  # a reference may stand for one


def _html_blocks(text: str) -> str:
    """nh3 gives well-formed, harmless HTML of the few kept tags; those become line breaks."""
    clean = _cleaner().clean(text)
    if HAS_BLOCK.search(clean):
        clean = " ".join(clean.split())
    if "<a" in clean:
        clean = ANCHOR.sub(lambda match: _link(BLOCK.sub(" ", match[2]), match[1] or ""), clean)
    clean = BLOCK.sub(lambda match: BLOCKS.get(match[1], ""), clean.replace(" <", "<"))
    if "  " in clean:
        clean = SPACES.sub(" ", clean)
    return LAST_CELL.sub("", clean) if " | " in clean else clean


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(KEPT.split()),
        attributes={"a": {"href"}},
        url_schemes=LINK_SCHEMES,
        clean_content_tags={"script", "style"},
        link_rel=None,
    )


def _markdown(text: str) -> str:
    for sign, pattern, put in MARKDOWN:
        if sign[0] in text and sign in text:  # one letter is told ten times as fast
            text = pattern.sub(put, text)
    return text


def _link(label: str, address: str) -> str:
    """The words, then the address unless the words already are the address."""
    label = " ".join(label.split())
    bare = ILLEGAL.sub("", unescape(address))
    if bare.startswith("mailto:"):
        bare = bare[7:].partition("?")[0]
    if not label or not bare or bare in label or label == address:
        return label or bare
    return f"{label} ({bare})"


def _tidy(text: str) -> str:
    """Unix line ends, no space at line ends, one blank line at most."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" in text:
        if any(end in text for end in BLANK_ENDS):
            text = SPACE_BEFORE_BREAK.sub("\n", text)
        text = BLANK_LINES.sub("\n\n", text)
    return text.strip()
