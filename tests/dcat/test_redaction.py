"""Values to hide, in every form in which a text can hold them."""

import gzip
import json
import unicodedata
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.codec import encode
from dcat.identity import record_id
from dcat.model import Agent, ContactPoint, Dataset, Record, Text
from dcat.redaction import CHUNK, Kind, Redactor, kind_of, record_without, wanted

KEY = b"0123456789abcdef"
EMAIL = "andré.lefèvre@ville-exemple.fr"
PHONE = "02 99 86 62 62"
NAME = "André Lefèvre"


def redactor(*values: str) -> Redactor:
    return Redactor([wanted(value, KEY) for value in values], KEY)


def every_escape(text: str) -> list[str]:
    """How documents write a text."""
    inner = json.dumps(text)[1:-1]
    return [
        text,
        text.upper(),
        text.title(),
        unicodedata.normalize("NFD", text),
        "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
        quote(text, safe=""),
        quote(quote(text, safe=""), safe=""),
        text.replace("@", "&#64;"),
        text.replace("@", "&#x40;"),
        text.replace("@", "\\u0040"),
        escape(text).replace("é", "&eacute;").replace("è", "&egrave;"),
        "".join(f"&#{ord(c)};" for c in text),
        "".join(f"\\u{ord(c):04x}" for c in text),
        inner,
        json.dumps(inner)[1:-1],
        escape(inner),
    ]


SURROUNDINGS = [
    "{}",
    "mailto:{}",
    "écrire à {}, merci",
    '{{"mbox": "{}"}}',
    "<a href='mailto:{}?subject=a'>",
    "a={}&b=c",
]


@pytest.mark.parametrize("around", SURROUNDINGS)
@pytest.mark.parametrize("number", range(16))
def test_a_mailbox_is_found_however_it_is_written(around: str, number: int) -> None:
    text = around.format(every_escape(EMAIL)[number])
    before, after = around.split("{}") if around.count("{}") == 1 else ("", "")
    hidden = redactor(EMAIL).hide(text)
    assert hidden in ("", f"{before.replace('{{', '{')}…{after.replace('}}', '}')}")


@pytest.mark.parametrize("written", ["andré.lefèvre [at] ville-exemple.fr", "andré.lefèvre(arobase)ville-exemple.fr"])
def test_a_mailbox_written_for_people_is_found(written: str) -> None:
    assert redactor(EMAIL).hide(f"à {written} ou") == "à … ou"


@pytest.mark.parametrize(
    "written",
    ["0299866262", "02.99.86.62.62", "02-99-86-62-62", "+33299866262", "+33 2 99 86 62 62", "+33 (0)2 99 86 62 62",
     "0033 2 99 86 62 62", "02\u00a099\u00a086\u00a062\u00a062", "02%2099%2086%2062%2062", "tel:+33-2-99-86-62-62"],
)  # fmt: skip
def test_a_telephone_is_found_however_it_is_written(written: str) -> None:
    assert redactor(PHONE).hide(f"appeler {written} ou") in ("appeler … ou", "appeler tel:… ou")


@pytest.mark.parametrize("number", range(16))
def test_a_name_is_found_however_it_is_written(number: int) -> None:
    assert redactor(NAME).hide(f"voir {every_escape(NAME)[number]} ou") == "voir … ou"


@pytest.mark.parametrize(
    "written", ["LEFÈVRE André", "Lefevre, Andre", "andre-lefevre", "andre_lefevre", "André\\nLefèvre"]
)
def test_the_words_of_a_name_are_found_in_any_order(written: str) -> None:
    assert redactor(NAME).hide(f"voir {written} ou") == "voir … ou"


@pytest.mark.parametrize(
    "text",
    ["", "André et Lefèvre", "André", "Lefèvre", "Andrée Lefèvre", '"André","Lefèvre"', "<a>André</a><b>Lefèvre</b>",
     "marc.andre.lefebvre@ville-exemple.fr", "02 99 86 62 63", "102998662621"],
)  # fmt: skip
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redactor(NAME, "x.lefevre@ville-exemple.fr", PHONE).hide(text) == text


def test_several_values_and_several_times() -> None:
    text = f"{NAME}: {EMAIL}, {PHONE}; {NAME}"
    assert redactor(NAME, EMAIL, PHONE).hide(text) == "…: …, …; …"
    assert redactor(NAME, EMAIL, PHONE).count(text) == 4


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (EMAIL, Kind.EMAIL),
        (PHONE, Kind.TELEPHONE),
        ("+33299866262", Kind.TELEPHONE),
        (NAME, Kind.WORDS),
        ("5 rue de la Paix", Kind.WORDS),
    ],
)
def test_how_a_value_is_read(value: str, kind: Kind) -> None:
    assert kind_of(value) is kind
    said = wanted(value, KEY)
    assert value not in repr(said)
    assert said.digest != wanted(value, b"another key 0123").digest


@pytest.mark.parametrize("value", ["", "  ", "a", "Léa", "un deux trois quatre cinq six sept huit neuf"])
def test_a_value_that_would_hide_too_much_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        wanted(value, KEY)


# --- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_a_body_keeps_its_length_and_its_syntax(encoding: str) -> None:
    body = json.dumps({"mbox": EMAIL, "name": NAME, "é": [PHONE]}, ensure_ascii=False).encode(encoding)
    hidden = redactor(NAME, EMAIL, PHONE).hide_bytes(body)
    assert len(hidden) == len(body)
    read = json.loads(hidden.decode(encoding))
    assert set(read["mbox"] + read["name"] + read["é"][0]) == {"x", "q"}
    assert redactor(NAME).hide_bytes(hidden) is hidden
    assert [redactor(NAME).hide(text) for text in (read["mbox"], f"a {read['name']} b")] == ["", "a … b"]


def test_a_body_without_the_value_is_the_very_same() -> None:
    body = b"<a>" * CHUNK
    assert redactor(EMAIL).hide_bytes(body) is body


def test_a_value_is_found_wherever_a_large_body_is_cut() -> None:
    filler = f"<a>{'b' * 99}</a>"
    body = (filler * 30_000).encode()
    for place in (0, CHUNK // 103, 2 * CHUNK // 103, 29_999):
        start = place * len(filler)
        planted = body[:start] + f"<a>{EMAIL}</a>".encode() + body[start:]
        assert redactor(EMAIL).hide_bytes(planted).count(b"lef") == 0


def test_a_packed_body_is_unpacked_and_packed_again() -> None:
    hidden = redactor(EMAIL).hide_bytes(gzip.compress(f"<a>{EMAIL}</a>".encode()))
    assert EMAIL.encode() not in gzip.decompress(hidden)
    cut = gzip.compress(b"a" * 1000)[:15]
    assert redactor(EMAIL).hide_bytes(cut) is cut


@given(st.text(), st.text())
def test_whatever_stands_around_it_the_value_goes(before: str, after: str) -> None:
    text = f"{before} <{EMAIL}> {after}"
    hidden = redactor(EMAIL)
    assert hidden.count(hidden.hide(text)) == 0
    assert EMAIL not in hidden.hide(text)
    assert EMAIL.encode() not in hidden.hide_bytes(text.encode("utf-8", "replace"))


# --- records ----------------------------------------------------------------------------------------------------------


def a_record(**fields: object) -> Record:
    return Record(record_id("p", "a"), "p", "a", Dataset(title=(Text("Arbres", "fr"),), **fields))  # type: ignore[arg-type]


def test_a_record_loses_the_value_wherever_it_stands() -> None:
    record = a_record(
        description=(Text(f"Suivi par {NAME} <{EMAIL}>.", "fr"), Text(NAME, "fr")),
        contact_points=(ContactPoint(name=(Text(NAME),), email=EMAIL, telephone=PHONE), ContactPoint(email="a@b.fr")),
        creators=(Agent(name=(Text("LEFEVRE André"),)), Agent(name=(Text("INSEE"),))),
        publisher=Agent(name=(Text(NAME),)),
        keywords=(Text("andre lefevre"), Text("arbres")),
        landing_pages=(f"https://data.ville.fr/{quote(EMAIL)}/a",),
        extra=f'_:this <http://a.fr/x> "{EMAIL}" .',
    )
    hidden = record_without(record, redactor(NAME, EMAIL, PHONE))
    assert redactor(NAME, EMAIL, PHONE).count(encode(hidden).decode()) == 0
    assert hidden.dataset == Dataset(
        title=(Text("Arbres", "fr"),),
        description=(Text("Suivi par … <…>.", "fr"),),
        contact_points=(ContactPoint(email="a@b.fr"),),
        creators=(Agent(name=(Text("INSEE"),)),),
        keywords=(Text("arbres"),),
        landing_pages=("https://data.ville.fr/…/a",),
        extra='_:this <http://a.fr/x> "…" .',
    )
    assert (hidden.id, hidden.portal, hidden.source_key) == (record.id, "p", "a")


def test_a_record_without_the_value_is_the_very_same() -> None:
    record = a_record(description=(Text("Rien"),))
    assert record_without(record, redactor(NAME)) is record


def test_a_key_that_is_the_value_is_hidden_and_the_id_stays() -> None:
    record = Record(record_id("p", EMAIL), "p", EMAIL, Dataset(title=(Text("Arbres", "fr"),)))
    hidden = record_without(record, redactor(EMAIL))
    assert (hidden.id, hidden.source_key) == (record.id, ("xq" * len(EMAIL))[: len(EMAIL.encode())])
