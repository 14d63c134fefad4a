"""One huge value costs itself: cut or left out, and said; never its record, never the time of the run."""

from time import perf_counter
from typing import Any

import pytest
from msgspec.structs import replace

from dcat.findings import Finding
from dcat.model import (
    Agent,
    Concept,
    ContactPoint,
    DataService,
    Dataset,
    Distribution,
    Origin,
    Period,
    Place,
    Record,
    Text,
)
from dcat.normalise import normalise
from dcat.normalise.bounds import LISTS, LONG, MANY, SHORT, bound
from dcat.normalise.notes import Notes
from tests.dcat.normalise.examples import PORTAL

SOUND = Dataset(
    iri="https://data.example.fr/1",
    identifiers=("a",),
    title=(Text("Arbres", "fr"),),
    description=(Text("Les arbres de la ville", "fr"),),
    publisher=Agent(name=(Text("Ville de Rennes"),), identifier="213502388"),
    keywords=(Text("arbre"),),
    distributions=(Distribution(access_urls=("https://data.example.fr/1.csv",), format=Concept(label=(Text("CSV"),))),),
    issued="2020-01-01",
)


def bounded(**fields: Any) -> tuple[Dataset, list[tuple[str, str]]]:
    """A sound dataset with other fields, bounded; what was noted, as place and value."""
    record = Record("p:1", "p", "k", Dataset(**{**{n: getattr(SOUND, n) for n in SOUND.__struct_fields__}, **fields}))
    notes = Notes(record, PORTAL, None)
    dataset = bound(record.dataset, notes)
    assert {found.rule for found in notes.findings} <= {"value-truncated"}
    return dataset, [(found.place, found.value) for found in notes.findings]


def test_what_is_within_the_limits_is_the_very_same() -> None:
    notes = Notes(Record("p:1", "p", "k", SOUND), PORTAL, None)
    assert bound(SOUND, notes) is SOUND
    large = Dataset(description=(Text("x" * 100_000),), keywords=tuple(Text(f"k{n}") for n in range(MANY)))
    assert bound(large, notes) is large
    assert notes.findings == ()


@pytest.mark.parametrize(
    ("field", "values", "kept"),
    [
        ("keywords", tuple(Text(f"k{n}") for n in range(34_866)), MANY),
        ("themes", tuple(Concept(iri=f"https://themes.example.fr/{n}") for n in range(10_000)), MANY),
        ("distributions", tuple(Distribution(identifier=str(n)) for n in range(8_327)), 8_327),
        ("distributions", tuple(Distribution(identifier=str(n)) for n in range(10_001)), LISTS["distributions"]),
        ("languages", tuple(Concept(iri=f"l{n}") for n in range(2_000)), MANY),
        ("spatial", tuple(Place(iri=f"p{n}") for n in range(2_000)), MANY),
        ("temporal", tuple(Period(start=str(n)) for n in range(2_000)), MANY),
        ("conforms_to", tuple(Concept(iri=f"c{n}") for n in range(2_000)), MANY),
        ("title", tuple(Text(f"Titre {n}") for n in range(2_000)), MANY),
    ],
)
def test_a_long_list_keeps_its_beginning(field: str, values: tuple[object, ...], kept: int) -> None:
    dataset, noted = bounded(**{field: values})
    assert getattr(dataset, field) == values[:kept]
    assert noted == ([(f"dcat:{field}", f"{len(values)} > {kept}")] if len(values) > kept else [])
    assert all(getattr(dataset, name) == getattr(SOUND, name) for name in SOUND.__struct_fields__ if name != field)


def test_a_list_below_the_dataset_is_bounded_too() -> None:
    many = tuple(f"https://x.example.fr/{n}" for n in range(2_000))
    service = DataService(serves=many)
    dataset, noted = bounded(distributions=(Distribution(access_urls=many, access_services=(service,)),))
    (distribution,) = dataset.distributions
    assert distribution.access_urls == many[:MANY]
    assert distribution.access_services[0].serves == many[:MANY]
    assert [place for place, _ in noted] == ["dcat:access_urls", "dcat:serves"]


LONG_TEXT = "x" * 180_001
HUGE = "y" * (1 << 20)


@pytest.mark.parametrize(
    ("fields", "place", "kept"),
    [
        ({"rights": (Text(LONG_TEXT),)}, "dcat:rights", lambda d: len(d.rights[0].value) == LONG["rights"]),
        ({"provenance": (Text(LONG_TEXT),)}, "dcat:provenance", lambda d: len(d.provenance[0].value) == 180_000),
        ({"publisher": Agent(name=(Text(HUGE),))}, "dcat:name", lambda d: len(d.publisher.name[0].value) == SHORT),
        ({"licence": Concept(label=(Text(HUGE),))}, "dcat:label", lambda d: len(d.licence.label[0].value) == SHORT),
        ({"version": HUGE}, "dcat:version", lambda d: len(d.version) == SHORT),
        ({"issued": HUGE}, "dcat:issued", lambda d: len(d.issued) == SHORT),
        # Cut, these would be others: they leave.
        ({"iri": f"https://x.example.fr/{HUGE}"}, "dcat:iri", lambda d: d.iri == ""),
        ({"identifiers": (HUGE, "b")}, "dcat:identifiers", lambda d: d.identifiers == ("b",)),
        ({"landing_pages": (f"https://x.fr/{HUGE}",)}, "dcat:landing_pages", lambda d: d.landing_pages == ()),
        ({"contact_points": (ContactPoint(email=HUGE),)}, "dcat:email", lambda d: d.contact_points[0].email == ""),
        (
            {"spatial": (Place(geometry="POLYGON((" + "1 2," * 300_000),)},
            "dcat:geometry",
            lambda d: d.spatial == (Place(),),
        ),
        (
            {"extra": "\n".join(['_:this <https://x.fr/p> "v" .'] * 60_000)},
            "dcat:extra",
            lambda d: d.extra.endswith(" ."),
        ),
    ],
)
def test_a_long_text_is_cut_or_left_out(fields: dict[str, Any], place: str, kept: Any) -> None:
    dataset, noted = bounded(**fields)
    assert [where for where, _ in noted] == [place]
    assert kept(dataset)


@pytest.mark.parametrize("before", [0, 1, 2_047, 2_048, 4_095, 6_000])
@pytest.mark.parametrize("text", ["x", '"', "\\", "é"], ids=ascii)
def test_a_text_one_character_too_long_is_seen_wherever_it_stands(before: int, text: str) -> None:
    notes = Notes(Record("1", "portal", "1", SOUND), PORTAL, None)
    whole = replace(SOUND, description=(Text("d" * before, "fr"),), version=text * SHORT)
    assert bound(whole, notes) is whole
    assert bound(replace(whole, version=text * (SHORT + 1)), notes).version == text * SHORT


def test_a_title_of_a_megabyte_is_cut_and_the_rest_is_kept() -> None:
    record = Record(
        "p:1", "p", "k", Dataset(**{**{n: getattr(SOUND, n) for n in SOUND.__struct_fields__}, "title": (Text(HUGE),)})
    )
    normal, findings = normalise(record, PORTAL)
    assert normal.dataset.title == (Text("y" * 1_000),)
    assert Finding("value-truncated", "k", "dct:title", "1048576 > 1000") in findings
    assert normal.dataset.distributions[0].format == Concept(label=(Text("CSV"),), code="CSV")
    assert normal.dataset.publisher is not None
    assert normal.dataset.publisher.territory == "commune:35238"


def test_an_address_that_is_too_long_once_encoded_leaves_for_good() -> None:
    address = f"https://x.example.fr/{'[ ' * 2_000}"
    record = Record("p:1", "p", "k", Dataset(title=(Text("Arbres"),), landing_pages=(address,)))
    once, _ = normalise(record, PORTAL)
    assert once.dataset.landing_pages == ()
    assert normalise(once, PORTAL)[0] == once


ATOMS = (
    *(
        " ",
        "\n",
        "\t",
        "a",
        "é ",
        "1.",
        "<",
        "<a ",
        "<p>",
        "&",
        "&lt;",
        "[",
        "[a](",
        "![a](",
        "(",
        "*",
        "_a",
        "__a",
        "`",
    ),
    *("#", " #", ">", "\\", "\\_", "@", "a@", "a.", "http://", "a/", "%", "?", "-", " - ", "|", "</td>", "{", '"', ";"),
    *("R/P1", "POINT(", "1 ", "1,"),
)
STARTS = ("", "[a](", "x\n", "# ", "<p>x</p>", "a@")
LONGEST = 10.0
"""Seconds for what takes one at most: only what never ends takes longer."""


@pytest.mark.parametrize("atom", ATOMS)
def test_no_text_takes_more_than_a_moment(atom: str) -> None:
    """Each of these made some pattern take time in the square of its length, or would."""
    began = perf_counter()
    for start in STARTS:
        text = start + atom * (50_000 // len(atom)) + "x"
        words = (Text(text, "fr"),)
        dataset = Dataset(
            iri=text,
            identifiers=(text,),
            title=words,
            description=words,
            publisher=Agent(name=words, identifier=text, email=text, homepage=text),
            contact_points=(ContactPoint(name=words, email=text, url=text),),
            keywords=words,
            themes=(Concept(label=words),),
            spatial=(Place(label=words, iri=text, geometry=text),),
            temporal=(Period(start=text, end=text),),
            issued=text,
            frequency=Concept(label=words),
            languages=(Concept(label=words),),
            licence=Concept(label=words, iri=text),
            rights=words,
            provenance=words,
            landing_pages=(text,),
            conforms_to=(Concept(iri=text),),
            distributions=(
                Distribution(access_urls=(text,), format=Concept(label=words), media_type=Concept(iri=text)),
            ),
        )
        normalise(Record("p:1", "p", "k", dataset), PORTAL)
    assert perf_counter() - began < LONGEST


def test_what_stands_beside_the_dataset_is_bounded_too() -> None:
    long = "https://x.example.fr/" + "z" * 5_000
    origin = Origin(domain="x.example.fr", remote_id=long, remote_url=long, uri="https://x.example.fr/1")
    record = Record("p:1", "p", "k", SOUND, page=long, origin=origin)
    normal, findings = normalise(record, PORTAL)
    assert normal.page == ""
    assert normal.origin == Origin(domain="x.example.fr", uri="https://x.example.fr/1")
    assert [found.place for found in findings if found.rule == "value-truncated"] == [
        "dcat:page",
        "dcat:remote_id",
        "dcat:remote_url",
    ]
    assert normalise(normal, PORTAL)[0] == normal
