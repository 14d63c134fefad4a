"""What a catalogue repeats is read once, and only what is the same in every respect."""

import pytest
from lxml import etree  # type: ignore[import-untyped]

from dcat.model import Text
from harvester.parsers.fields import Notes
from harvester.parsers.iso import read_iso, repeated
from harvester.parsers.iso.repeated import Repeated
from harvester.parsers.iso.tree import Element, Words, said

CONTACT = """<pointOfContact><CI_ResponsibleParty><organisationName><CharacterString>{name}</CharacterString>
  </organisationName><role><CI_RoleCode codeListValue="{role}"/></role></CI_ResponsibleParty></pointOfContact>"""


def record(language: str, *contacts: str) -> Element:
    return etree.fromstring(
        f"""<MD_Metadata><language><LanguageCode codeListValue="{language}"/></language><identificationInfo>
        <MD_DataIdentification>{"".join(contacts)}</MD_DataIdentification></identificationInfo></MD_Metadata>"""
    )


def test_the_same_contact_in_another_language_or_role_is_another_one() -> None:
    owner, author = CONTACT.format(name="Dreal", role="owner"), CONTACT.format(name="Dreal", role="author")
    french, english = read_iso(record("fre", owner), Notes()), read_iso(record("eng", owner, author), Notes())
    assert french.dataset.publisher is not None
    assert english.dataset.publisher is not None
    assert french.dataset.publisher.name == (Text("Dreal", "fr"),)
    assert english.dataset.publisher.name == (Text("Dreal", "en"),)
    assert (french.dataset.creators, [agent.name for agent in english.dataset.creators]) == (
        (),
        [(Text("Dreal", "en"),)],
    )


def test_a_part_is_read_once_until_too_many_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "MOST", 2)
    asked: list[str] = []

    def read(element: Element, words: Words) -> str:
        asked.append(said(element))
        return f"{said(element)} {words.language}"

    words, once = Words(record("fre")), Repeated(read)
    parts = [etree.fromstring(f"<name><Text>{name}</Text></name>") for name in "aabbcc"]
    assert [once(part, words) for part in parts] == ["a fr", "a fr", "b fr", "b fr", "c fr", "c fr"]
    assert asked == ["a", "b", "c"]
    assert once(parts[0], words) == "a fr"
    assert asked == ["a", "b", "c", "a"]
