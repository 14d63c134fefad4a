"""RDF terms as N-Triples tokens: ``<iri>``, ``_:label``, ``"text"@fr``, ``"2024"^^<datatype>``.

The reader works on these strings instead of term objects: one call into the parser gives a whole statement, which
halves the time of reading a page, and a statement that the model has no field for is kept as it stands.
"""

import re

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "", "f": ""}
# What XML 1.0 cannot carry, so that no syntax of ours ever does; surrogates cannot be encoded at all.
ILLEGAL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# Names of languages that sources write in place of a tag.
_LANGUAGE_NAMES = {
    "francais": "fr",
    "français": "fr",
    "french": "fr",
    "fre": "fr",
    "fra": "fr",
    "anglais": "en",
    "english": "en",
    "eng": "en",
    "allemand": "de",
    "german": "de",
    "deutsch": "de",
    "deu": "de",
    "ger": "de",
    "espagnol": "es",
    "spanish": "es",
    "spa": "es",
    "italien": "it",
    "italian": "it",
    "ita": "it",
    "breton": "br",
    "bre": "br",
}
_WELL_FORMED_NAMES = frozenset({"fre", "fra", "eng", "deu", "ger", "spa", "ita", "bre"})


def is_iri(token: str) -> bool:
    """``<…>``, and not a quoted triple ``<<( … )>>``."""
    return token[0] == "<" and token[1:2] != "<"


def is_blank(token: str) -> bool:
    """``_:label``."""
    return token[0] == "_"


def split_literal(token: str) -> tuple[str, str, str]:
    """Value, language tag and datatype IRI of a literal token."""
    end = token.rfind('"')
    value, suffix = token[1:end], token[end + 1 :]
    if "\\" in value:
        value = unescape(value)
    if not suffix:
        return value, "", ""
    if suffix[0] == "@":
        return value, suffix[1:], ""
    return value, "", suffix[3:-1]


def unescape(value: str) -> str:
    """The text behind N-Triples escapes, without the characters that XML cannot carry."""
    return ILLEGAL_CHARACTERS.sub("", _ESCAPE.sub(_unescaped, value))


_CONTROL = re.compile(r"\\u00(?:0[0-8BbCcEeFf]|1[0-9A-Fa-f])|\\[bf]")


def has_control(token: str) -> bool:
    """An escape stands for a control character, which ``split_literal`` leaves out."""
    return any(_odd(token, match.start()) for match in _CONTROL.finditer(token))


def _odd(token: str, end: int) -> bool:
    """The backslash at ``end`` is itself not escaped."""
    start = end
    while start and token[start - 1] == "\\":
        start -= 1
    return (end - start) % 2 == 0


_ILLEGAL_ESCAPE = re.compile(
    r"\\\\|\\[bf]"
    r"|\\u(?:00(?:0[0-8bcefBCEF]|1[0-9a-fA-F])|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[efEF])"
    r"|\\U0000(?:00(?:0[0-8bcefBCEF]|1[0-9a-fA-F])|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[efEF])"
)


def without_illegal(line: str) -> str:
    """A statement without the characters that XML cannot carry, nor escapes that stand for one."""
    if "\\" in line:
        line = _ILLEGAL_ESCAPE.sub(lambda match: match[0] if match[0] == "\\\\" else "", line)
    return ILLEGAL_CHARACTERS.sub("", line)


_LINE_END = re.compile(r"\\\\|(?:\\r|\\u000[dD]|\\U0000000[dD])(?:\\n)?")


def with_line_ends(line: str) -> str:
    """A statement whose lines end with ``\\n`` alone, as every reader of XML takes them (XML 1.0 §2.11): it then reads
    the same in all syntaxes."""
    if "\\" not in line:
        return line
    return _LINE_END.sub(lambda match: match[0] if match[0] == "\\\\" else "\\n", line)


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "uU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _PLAIN_ESCAPES.get(code, code)


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x7f": "\\u007F"})


def literal(value: str, language: str = "", datatype: str = "") -> str:
    """A literal token; characters that no XML can carry are left out."""
    text = ILLEGAL_CHARACTERS.sub("", value).translate(_ESCAPES)
    if language:
        return f'"{text}"@{language}'
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def clean_language(tag: str) -> tuple[str, str | None]:
    """The BCP 47 tag in lower case that a source meant, and the rule of the finding where it was not well formed.

    ``fr_FR`` is read as ``fr``, ``français`` as ``fr``; ``""`` where nothing can be made of it.
    """
    lower = tag.strip().lower()
    if lower in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[lower], None if lower in _WELL_FORMED_NAMES else "language-tag-invalid"
    if _LANGUAGE.fullmatch(tag):
        return lower, None
    start = re.split(r"[_\W]", lower, maxsplit=1)[0]
    if start in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[start], "language-tag-invalid"
    return (start if re.fullmatch(r"[a-z]{2,3}", start) else ""), "language-tag-invalid"
