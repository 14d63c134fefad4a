"""What is kept of titles and descriptions."""

from random import Random
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.text import fold
from search.dedupe.evidence import CLUES, table
from search.dedupe.keys import CAPS, DATA, IDENTITY, cap_of, key_number
from search.dedupe.texts import (
    SKETCH,
    bag_of,
    bands_of,
    dated_of,
    likeness,
    place_words,
    sketch_of,
    unpacked,
    without_appendix,
    words_of,
)
from search.dedupe.waterfall import SAID

WORDS = st.sets(st.integers(0, 400).map(lambda number: b"mot%d" % number), min_size=1, max_size=300)


def alike(one: set[bytes], other: set[bytes]) -> tuple[float, float]:
    return likeness(unpacked(sketch_of(one)), unpacked(sketch_of(other)), (len(one), len(other)))


@given(one=WORDS, other=WORDS)
def test_a_sketch_tells_how_much_two_texts_share(one: set[bytes], other: set[bytes]) -> None:
    jaccard, part = alike(one, other)
    true = len(one & other) / len(one | other)
    exact = max(len(one), len(other)) < SKETCH
    assert abs(jaccard - true) <= (1e-9 if exact else 0.2)
    assert abs(part - len(one & other) / min(len(one), len(other))) <= (1e-9 if exact else 0.4)


def test_a_text_that_was_cut_is_a_part_of_the_whole() -> None:
    whole = {b"mot%d" % number for number in range(100)}
    assert alike(whole, set(sorted(whole)[:20])) == (0.2, 1.0)


def test_order_articles_and_accents_do_not_matter_in_titles() -> None:
    assert bag_of(fold("Les arrêts du bus")) == bag_of(fold("Bus, arrets"))
    assert bag_of(fold("Le De")) != ""


def test_words_are_those_that_folding_gives() -> None:
    text = "L’œuvre & l'été : 3 déchèteries, voir https://example.fr/a-b (ÉTÉ) d&#x27;ici"
    assert words_of(text) == {b"l", b"oeuvre", b"ete", b"3", b"decheteries", b"voir", b"d", b"ici"}
    assert words_of("данные") == {fold("данные").encode()}


def test_the_same_texts_share_every_band_and_others_none() -> None:
    text, other = (frozenset(b"%d" % number for number in numbers) for numbers in (range(60), range(100, 160)))
    first, second, third, empty = bands_of([text, text, other, frozenset()])
    assert first == second
    assert not set(first) & set(third)
    assert empty == ()


def test_places_of_several_words_are_read() -> None:
    assert place_words(fold("Budget de Saint-Malo")) == {"saint", "malo"}
    assert "budget" not in place_words(fold("Budget de Saint-Malo"))


def test_a_key_knows_its_kind() -> None:
    assert cap_of(key_number("uuid:x")) == CAPS[IDENTITY]
    assert cap_of(key_number("url:x")) == CAPS[DATA]


def test_every_clue_has_its_row_and_its_words() -> None:
    assert set(table()) == set(SAID)
    assert set(CLUES) == set(table()) - {"twins"}
    assert all(row.weight == 0 for row in table().values() if row.part == "veto")


@pytest.mark.parametrize("shared", [0, 1, 60, 128, 200])
@pytest.mark.parametrize("alone", [0, 70, 300])
def test_long_texts_are_compared_by_the_smallest_numbers_of_both(shared: int, alone: int) -> None:
    """What is common to the whole of both texts is estimated by what is common in the sample of their union."""
    random = Random(shared + alone)
    common, first, second = (
        {f"{kind}{random.random()}".encode() for _ in range(number)}
        for kind, number in (("c", shared), ("f", SKETCH + alone), ("s", alone))
    )
    one, other = common | first, common | second
    sample = sorted(set(map(crc32, one | other)))[:SKETCH]
    both = set(map(crc32, one)).intersection(map(crc32, other))
    part = len(both.intersection(sample)) / SKETCH
    found, _ = alike(one, other)
    assert found == pytest.approx(part)


def test_texts_that_differ_by_their_dates_alone_are_the_same_without_them() -> None:
    first, second, third = (
        dated_of(words_of(text))
        for text in ("Situation au 31 décembre 2022.", "Situation au 1 août 2023 et 2024", "Situation provisoire, 2022")
    )
    assert first[1] == ("2022",)
    assert second[1] == ("2023", "2024")
    assert dated_of(words_of("au 2 mai 2021, situation"))[0] == first[0] != second[0]
    assert third[0] not in (first[0], second[0])
    assert dated_of(words_of("31 12 2022"))[0] == 0, "nothing else is said"


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        ("Zones.\n__Origine__\nAutre.\n__Organisations partenaires__\nDDT\n__Liens annexes__\n * x", "Zones.\n"),
        ("Zones.\nOrigine\nAutre.\nOrganisations partenaires\nDDT", "Zones.\n"),  # as it is read from Markdown
        ("Zones.\nOrganisations partenaires\nDDT", "Zones.\n"),
        ("Zones.\nOrigine\nRelevé sur place.", "Zones.\nOrigine\nRelevé sur place."),  # anybody's heading
        ("Liste des organisations partenaires", "Liste des organisations partenaires"),
    ],
)
def test_a_gateways_appendix_is_told_by_its_headings(text: str, proper: str) -> None:
    assert without_appendix(text) == proper
