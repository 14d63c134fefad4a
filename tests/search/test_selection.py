"""The baselines of routing, on collections small enough to reckon by hand."""

import pytest

from benchmarks.selection import Documents, best_document, bootstrap, cori, crcs, redde

TRANSPORT = [("metropole", "lignes de bus")] * 2 + [("metropole", "arbres")] * 2
NATIONAL = [("nation", "bus scolaires")] * 2 + [("nation", "population")] * 998


@pytest.fixture
def documents() -> Documents:
    return Documents([*TRANSPORT, *NATIONAL])


def test_the_best_document_is_the_shortest_that_has_the_words() -> None:
    documents = Documents([("one", "bus"), ("other", "bus tramway metro navette bateau")])

    assert best_document(documents)("horaires des bus") == ["one", "other"]


def test_stems_and_small_words(documents: Documents) -> None:
    assert documents.stems("les lignes de bus") == documents.stems("ligne bus")


def test_cori_prefers_the_small_collection_with_the_same_frequency(documents: Documents) -> None:
    """Two documents of each have the word; the métropole has 6 words, the nation 1,002."""
    mean = (6 + 1002) / 2
    shares = [2 / (2 + 50 + 150 * words / mean) for words in (6, 1002)]

    assert shares[0] > shares[1]
    assert cori(documents)("bus") == ["metropole", "nation"]
    assert cori(documents)("population") == ["nation"]


def test_redde_finds_both_where_both_are_relevant(documents: Documents) -> None:
    """300 of the nation's 1,000 are sampled, all four of the métropole's."""
    assert redde(documents)("population")[0] == "nation"
    assert redde(documents)("arbres") == ["metropole"]


def test_crcs_counts_by_rank(documents: Documents) -> None:
    assert crcs(documents)("arbres") == ["metropole"]
    assert crcs(documents)("rien de tel") == []


def test_bootstrap_tells_a_clear_gap_from_none() -> None:
    assert bootstrap([True] * 100, [False] * 100, rounds=200) == 0.0
    assert bootstrap([True, False] * 50, [False, True] * 50, rounds=200) > 0.3
    assert bootstrap([True] * 10, [True] * 10, rounds=200) == 1.0
