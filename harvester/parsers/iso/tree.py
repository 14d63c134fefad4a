"""Looking into an ISO metadata tree by local names: prefixes and versions of the namespaces tell nothing."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from dcat.iri import clean_iri, is_http
from dcat.model import Concept, Text, Texts
from dcat.rdf.term import clean_language

Element = Any
"""An element of lxml, which ships no types."""

HREF = "{http://www.w3.org/1999/xlink}href"


class Path:
    """Local names from an element downwards; ``*`` is any one element, ``|`` separates alternatives, all of them
    looked up: ``organisationName|party/CI_Organisation/name``."""

    __slots__ = ("_begun",)

    def __init__(self, text: str) -> None:
        alternatives = (["*" if part == "*" else f"{{*}}{part}" for part in one.split("/")] for one in text.split("|"))
        begun = groupby(alternatives, key=itemgetter(0))
        self._begun = tuple((tag, tuple(tuple(rest) for _, *rest in found)) for tag, found in begun)
        """What neighbouring alternatives begin with, and how each of them goes on."""

    def all(self, element: Element) -> list[Element]:
        """The elements there, in the order of the alternatives, then of the document."""
        found: list[Element] = []
        for tag, further in self._begun:
            if level := list(element.iterchildren(tag)):
                for tags in further:
                    found += _below(level, tags)
        return found

    def first(self, element: Element) -> Element | None:
        """The first that holds a word, an address or an element; None where none does."""
        for tag, further in self._begun:
            if level := list(element.iterchildren(tag)):
                for tags in further:
                    for one in _below(level, tags):
                        if len(one) or said(one) or one.get(HREF):
                            return one
        return None


def _below(level: list[Element], tags: tuple[str, ...]) -> list[Element]:
    """Most elements of a record have one child of a name, or none: each step asks libxml2 once."""
    for tag in tags:
        if len(level) > 1:
            level = [child for one in level for child in one.iterchildren(tag)]
        elif level:
            level = list(level[0].iterchildren(tag))
        else:
            break
    return level


def local(element: Element) -> str:
    """``MD_Metadata``, whatever its namespace."""
    return str(element.tag).rpartition("}")[2]


def said(element: Element | None) -> str:
    """The words of a property: its own, else those of the first element in it that has some (``CharacterString``,
    ``Anchor``, ``Date``, ``URL``…)."""
    if element is None:
        return ""
    own: str = (element.text or "").strip()
    if own:
        return own
    for node in element:
        text: str = (node.text or "").strip()
        if text:
            return text
    return ""


def code(element: Element | None) -> str:
    """The value of a property from a code list: what the attribute says, else the words."""
    if element is None:
        return ""
    for node in (element, *element):
        listed: str = node.get("codeListValue", "").strip()
        if listed:
            return listed
    return said(element)


def codes(elements: list[Element]) -> tuple[str, ...]:
    """Each value once."""
    return tuple(dict.fromkeys(filter(None, map(code, elements))))


def href(element: Element | None) -> str:
    """The address of a property or of the ``Anchor`` in it; ``""`` where it is no http(s) one."""
    if element is None:
        return ""
    for node in (element, *element):
        given = node.get(HREF)
        if given and is_http(address := clean_iri(given.strip())[0]):
            return address
    return ""


_LOCALES = Path("locale/PT_Locale|otherLocale/PT_Locale|defaultLocale/PT_Locale")
_LOCALE_LANGUAGE = Path("languageCode|language")
_LANGUAGE = Path("language|defaultLocale/PT_Locale/language")
_FREE_TEXT = "{*}PT_FreeText"
_LOCALISED = Path("PT_FreeText/textGroup/LocalisedCharacterString")


class Words:
    """The languages of one record: its own, and those of its localised texts. ``wrong``: what it says its own is, where
    that is no tag of a language."""

    def __init__(self, root: Element) -> None:
        stated = code(_LANGUAGE.first(root))
        self.language, rule = clean_language(stated) if stated else ("", None)
        self.wrong = stated if rule else ""
        self._localises = next(root.iter(_FREE_TEXT), None) is not None
        self._locales = {
            locale.get("id", ""): language_tag(code(_LOCALE_LANGUAGE.first(locale))) for locale in _LOCALES.all(root)
        }
        self.languages: tuple[object, ...] = (self.language, *(self._locales.items() if self._localises else ()))
        """All that a text's languages depend on beside the text."""

    def texts(self, element: Element | None) -> Texts:
        """A text in every language that it is given in, the record's own first."""
        if element is None:
            return ()
        own = said(element)
        found = list(self._localised(element)) if self._localises else []
        if not found:
            return (Text(own, self.language),) if own else ()
        if own and not any(text.value == own or text.language == self.language for text in found):
            found.insert(0, Text(own, self.language))
        found.sort(key=lambda text: text.language != self.language)
        return tuple(dict.fromkeys(found))

    def concept(self, element: Element | None) -> Concept | None:
        """The address and the words of a property, as one concept."""
        iri, label = href(element), self.texts(element)
        return Concept(iri=iri, label=tuple(text for text in label if text.value != iri)) if iri or label else None

    def _localised(self, element: Element) -> Iterator[Text]:
        for node in _LOCALISED.all(element):
            text = (node.text or "").strip()
            if text:
                yield Text(text, self._of_locale(node.get("locale", "")))

    def _of_locale(self, reference: str) -> str:
        """``#FR``: the language of the locale of that id, else what the id itself tells."""
        name = reference.lstrip("#")
        return self._locales.get(name) or language_tag(name.rpartition("-")[2])


def language_tag(word: str) -> str:
    """``fre`` → ``fr``; ``""`` where it is no language."""
    return clean_language(word)[0] if word else ""
