"""Poison by protocol: what one bad value or one bad byte costs, and what it must not.

Each poison is done to the dataset between two others, on a page of each form. It costs the fields that it touches, and
nothing else of its record; its neighbours stay as they were; and what was done about it is a finding.
"""

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding
from dcat.normalise import normalise
from dcat.rdf.nesting import DEEPEST
from harvester.parsers import PARSERS
from harvester.parsers.identity import LONGEST_KEY
from harvester.parsers.page import Fetched
from tests.harvester.parsers.answers import PORTAL
from tests.harvester.poison.described import AFTER, BEFORE, FIELDS, Described, Facts, facts
from tests.harvester.poison.forms import FORMS, Form

SOUND = Described()
RDF = ("dcat-ttl", "dcat-nt", "dcat-rdf", "dcat-jsonld")
TAGGED = (*RDF, "csw-iso19139", "csw-iso19115-3", "oai-pmh-iso19139")
"""Forms whose texts, or whose records, say their language."""

ISO = ("csw-iso19139", "csw-iso19115-3", "oai-pmh-iso19139")
VOTING = ("udata", "csw-dc", "schema-org", "oai-pmh-dc")
"""Forms without themes: keywords tell them."""


class Poison(Struct, frozen=True):
    """``change``: the values that a source holds. ``touched``: the fields that may differ, by form where it matters.
    ``rule``: what must be told."""

    change: Mapping[str, Any]
    touched: frozenset[str]
    rule: str
    forms: tuple[str, ...] = tuple(FORMS)


def poison(rule: str, *touched: str, forms: tuple[str, ...] = tuple(FORMS), **change: Any) -> Poison:
    return Poison(change, frozenset(touched), rule, forms)


MEGABYTE = 1 << 20
POISONS: Mapping[str, Poison] = {
    "8,000 distributions": poison(
        "", "addresses", urls=tuple(f"https://data.exemple.fr/{n}.csv" for n in range(8_000))
    ),
    "30,000 keywords": poison("value-truncated", "keywords", keywords=tuple(f"mot {n}" for n in range(30_000))),
    "10,000 themes": poison(
        "value-truncated",
        forms=tuple(name for name, form in FORMS.items() if "themes" not in form.absent),
        themes=("Environnement", *(f"thème {n}" for n in range(10_000))),
    ),
    "description of 180,001 characters": poison("value-truncated", "description", description="é" * 180_001),
    "title of 1 MB": poison("value-truncated", "title", title="t" * MEGABYTE),
    "publisher of 1 MB": poison("value-truncated", "publisher", "territory", publisher="p" * MEGABYTE),
    "identifier of 1 MB": poison(
        "value-truncated",
        "identifiers",
        forms=tuple(name for name in FORMS if name != "arcgis-hub"),  # whose key is a number in it
        identifier="i" * MEGABYTE,
    ),
    "address of 1 MB": poison("value-truncated", "addresses", urls=(f"https://data.exemple.fr/{'a' * MEGABYTE}",)),
    "control character": poison("page-control-character", "title", title="Les ar\x0bbres"),
    "surrogate": poison("", "title", forms=("ckan", "ods", "udata", "data-json"), title="Les ar\ud800bres"),
    "HTML": poison("html-cleaned", "description", description="<p>Où <b>sont</b> les <script>x</script>arbres</p>"),
    "language in words": poison("language-tag-invalid", forms=TAGGED, language="français"),
    "language with an underscore": poison("language-tag-invalid", forms=TAGGED, language="fr_FR"),
    "blank in an address": poison("iri-invalid", "addresses", urls=("https://data.exemple.fr/a b.csv",)),
    "two addresses joined": poison(
        "iri-invalid", "addresses", urls=("https://data.exemple.fr/a.csv https://data.exemple.fr/b.csv",)
    ),
    "relative address": poison(
        "iri-relative",
        "addresses",
        forms=(*RDF, "ods", "geonetwork-4", "geonetwork-3", "ogc-records", *ISO),
        urls=("fichiers/arbres.csv",),
    ),
    "no scheme": poison(
        "url-scheme-repaired",
        "addresses",
        forms=tuple(name for name in FORMS if name != "schema-org"),  # whose addresses are relative to their page
        urls=("www.exemple.fr/arbres.csv",),
    ),
    "impossible date": poison(
        "date-invalid",
        "issued",
        forms=tuple(name for name, form in FORMS.items() if "issued" not in form.absent),
        issued="2020-13-45",
    ),
    "deep nesting": poison("value-truncated", deep=2_000),
    "deeper nesting": poison("value-truncated", deep=20_000),
}


class Harvest(Struct, frozen=True):
    """What came of a page: the facts by key, every finding."""

    records: Mapping[str, Facts]
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> set[str]:
        return {found.rule for found in self.findings}


def harvest(form: Form, body: bytes, content_type: str = "") -> Harvest:
    """Parsed and normalised; every record of the page must be there."""
    headers = {"content-type": content_type or form.content_type}
    page = PARSERS[form.protocol](Fetched(form.url, body, headers=headers), PORTAL)
    findings, records = list(page.findings), {}
    for parsed in page.records:
        findings += parsed.findings
        assert parsed.record is not None, parsed.findings
        record, found = normalise(parsed.record, PORTAL)
        findings += found
        records[parsed.source_key] = facts(record)
    return Harvest(records, tuple(findings))


def page_of(form: Form, one: Described) -> bytes:
    return form.write((BEFORE, one, AFTER))


@cache
def unspoilt(form_name: str) -> Harvest:
    return harvest(FORMS[form_name], page_of(FORMS[form_name], SOUND))


@cache
def poisoned(name: str, form_name: str) -> Harvest:
    form = FORMS[form_name]
    return harvest(form, page_of(form, replace(SOUND, **POISONS[name].change)))


CASES = [pytest.param(name, found, id=f"{found}-{name}") for name, one in POISONS.items() for found in one.forms]


@pytest.mark.parametrize(("name", "form_name"), CASES)
def test_a_value_costs_itself(name: str, form_name: str) -> None:
    one = POISONS[name]
    sound, bad = unspoilt(form_name), poisoned(name, form_name)
    before, middle, after = sound.records
    assert len(bad.records) == 3
    changed = next(key for key in (*bad.records, middle) if key not in (before, after))
    assert changed == middle or "identifier" in one.change
    assert len(changed) <= LONGEST_KEY
    assert {key: bad.records[key] for key in (before, after)} == {key: sound.records[key] for key in (before, after)}
    assert differing(sound.records[middle], bad.records[changed]) <= allowed(one, form_name)
    if one.rule:
        assert one.rule in bad.rules - sound.rules
        assert all(found.value for found in bad.findings if found.rule == one.rule)


def differing(sound: Facts, bad: Facts) -> set[str]:
    return {name for name in FIELDS if getattr(sound, name) != getattr(bad, name)}


def allowed(one: Poison, form_name: str) -> set[str]:
    """The fields touched, and those that are read in them: ISO has themes among its keywords, and where there are no
    themes keywords tell them."""
    fields = set(one.touched)
    if "keywords" in one.change and form_name in VOTING:
        fields.add("themes")
    if "themes" in one.change and form_name in ISO:
        fields.add("keywords")
    return fields


def kept(name: str, form_name: str) -> Facts:
    """The facts of the poisoned record."""
    return tuple(poisoned(name, form_name).records.values())[1]


@pytest.mark.parametrize("form_name", FORMS)
def test_what_is_left_of_a_value_is_its_beginning_or_its_repair(form_name: str) -> None:
    assert kept("8,000 distributions", form_name).addresses[:1] == ("https://data.exemple.fr/0.csv",)
    assert len(kept("8,000 distributions", form_name).addresses) == 8_000
    assert len(kept("30,000 keywords", form_name).keywords) == 1_000
    assert kept("description of 180,001 characters", form_name).description == "é" * 180_000
    assert kept("title of 1 MB", form_name).title == "t" * 1_000
    assert kept("control character", form_name).title == "Les arbres"
    assert kept("HTML", form_name).description == "Où sont les arbres"
    assert kept("two addresses joined", form_name).addresses == ("https://data.exemple.fr/a.csv",)
    assert kept("blank in an address", form_name).addresses == ("https://data.exemple.fr/a%20b.csv",)
    if form_name in POISONS["no scheme"].forms:
        assert kept("no scheme", form_name).addresses == ("https://www.exemple.fr/arbres.csv",)


@pytest.mark.parametrize("form_name", FORMS)
def test_a_value_beyond_what_readers_take_is_cut(form_name: str) -> None:
    """pyoxigraph gives up tokens of 16 MiB, libxml2 texts of 10 MB."""
    form, sound = FORMS[form_name], unspoilt(form_name)
    bad = harvest(form, page_of(form, replace(SOUND, description="é mot " * 2_800_000)))
    assert bad.records.keys() == sound.records.keys()
    differences = [differing(one, bad.records[key]) for key, one in sound.records.items()]
    assert differences == [set(), {"description"}, set()]
    assert tuple(bad.records.values())[1].description.startswith("é mot é mot")
    assert bad.rules == {"value-truncated"}


# --- bytes ------------------------------------------------------------------------------------------------------------


def declared(body: bytes, charset: str) -> bytes:
    """The bytes of another charset, which the prolog of XML names too."""
    text = body.decode().replace('encoding="UTF-8"', f'encoding="{charset}"')
    return text.encode(charset)


def controls(body: bytes) -> bytes:
    return body.replace(b"arbres", b"arb\x0bres").replace("métropole".encode(), "métro\x00pole".encode())


class Spoilt(Struct, frozen=True):
    """What is done to the bytes of a page, and what must be told of it: never does it cost a field."""

    spoil: Callable[[bytes], bytes]
    rule: str = ""
    content_type: str = ""
    kinds: tuple[str, ...] = ("xml", "json", "text")


BYTES: Mapping[str, Spoilt] = {
    "byte order mark": Spoilt(lambda body: b"\xef\xbb\xbf" + body, "page-bom-removed"),
    "gzip without a header": Spoilt(gzip.compress),
    "latin-1 that says it is UTF-8": Spoilt(lambda body: body.decode().encode("latin-1"), "page-charset-repaired"),
    "latin-1 that its header declares": Spoilt(
        lambda body: body.decode().encode("latin-1"), content_type="{}; charset=iso-8859-1", kinds=("json", "text")
    ),
    "latin-1 that its prolog declares": Spoilt(lambda body: declared(body, "iso-8859-1"), kinds=("xml",)),
    "UTF-16": Spoilt(lambda body: declared(body, "utf-16")),
    "control characters": Spoilt(controls, "page-control-character"),
    "a wrong type": Spoilt(lambda body: body, content_type="text/plain"),
    "a type of binary data": Spoilt(lambda body: body, content_type="application/octet-stream"),
    "blanks around": Spoilt(lambda body: b"\n \r\n" + body + b"\n\n", kinds=("json", "text")),
}
BYTE_CASES = [
    pytest.param(name, found, id=f"{found}-{name}")
    for name, one in BYTES.items()
    for found, form in FORMS.items()
    if form.kind in one.kinds
]


@pytest.mark.parametrize(("name", "form_name"), BYTE_CASES)
def test_bad_bytes_cost_no_field(name: str, form_name: str) -> None:
    one, form = BYTES[name], FORMS[form_name]
    sound = unspoilt(form_name)
    body = one.spoil(page_of(form, SOUND))
    bad = harvest(form, body, one.content_type.format(form.content_type.partition(";")[0]))
    assert bad.records == sound.records
    assert not one.rule or one.rule in bad.rules


@pytest.mark.parametrize("form_name", [name for name, form in FORMS.items() if form.kind == "xml"])
def test_a_character_reference_that_xml_forbids_costs_no_field(form_name: str) -> None:
    form = FORMS[form_name]
    sound = unspoilt(form_name)
    bad = harvest(form, page_of(form, SOUND).replace("métropole".encode(), "métro&#x1F;pole".encode()))
    assert bad.records == sound.records
    assert "page-control-character" in bad.rules


@pytest.mark.parametrize("form_name", [name for name, form in FORMS.items() if form.kind == "xml"])
def test_an_entity_of_html_costs_no_field(form_name: str) -> None:
    form = FORMS[form_name]
    sound = unspoilt(form_name)
    bad = harvest(form, page_of(form, SOUND).replace("métropole".encode(), b"m&eacute;tropole"))
    assert bad.records == sound.records
    assert "page-entity-undefined" in bad.rules


def test_every_protocol_is_poisoned() -> None:
    assert {form.protocol for form in FORMS.values()} == set(PARSERS)


@pytest.mark.parametrize("form_name", FORMS)
def test_the_sound_page_says_everything_and_finds_nothing(form_name: str) -> None:
    """Else nothing above could fail."""
    form = FORMS[form_name]
    found = harvest(form, page_of(form, SOUND))
    middle = tuple(found.records.values())[1]
    assert SOUND.identifier in middle.identifiers or form_name == "arcgis-hub"
    assert middle.title == SOUND.title
    assert middle.description == SOUND.description
    assert set(middle.keywords) >= set(SOUND.keywords)
    assert (middle.publisher, middle.territory, middle.licence) == (SOUND.publisher, "commune:35238", "etalab-2.0")
    assert middle.issued == ("" if "issued" in form.absent else SOUND.issued)
    assert (middle.addresses, middle.themes) == (SOUND.urls, ("ENVI",))
    assert found.rules == set()
    assert POISONS["deep nesting"].change["deep"] > DEEPEST
