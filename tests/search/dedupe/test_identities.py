"""Which id a dataset bears after its records changed."""

from search.dedupe.identities import Known, mint, name_clusters

OLD, YOUNG = Known("o" * 16, 1), Known("y" * 16, 2)
BOTH = {OLD.dataset: OLD, YOUNG.dataset: YOUNG}


def test_a_cluster_that_grows_keeps_its_id() -> None:
    naming = name_clusters([("a", "b", "c")], {"a": OLD.dataset, "b": OLD.dataset}, {OLD.dataset: OLD})
    assert (naming.names, naming.redirects, naming.ended) == ((OLD.dataset,), {}, ())


def test_a_merge_keeps_the_older_id_whichever_is_larger() -> None:
    before = {"a": OLD.dataset, "b": YOUNG.dataset, "c": YOUNG.dataset}
    naming = name_clusters([("a", "b", "c")], before, BOTH)
    assert (naming.names, naming.redirects) == ((OLD.dataset,), {YOUNG.dataset: OLD.dataset})


def test_of_equally_old_ids_the_smallest_stays() -> None:
    twins = {name: Known(name, 1) for name in ("b" * 16, "a" * 16)}
    naming = name_clusters([("x", "y")], {"x": "b" * 16, "y": "a" * 16}, twins)
    assert naming.names == ("a" * 16,)


def test_after_a_split_the_id_follows_most_of_the_records() -> None:
    before = dict.fromkeys("abc", OLD.dataset)
    naming = name_clusters([("a",), ("b", "c")], before, {OLD.dataset: OLD})
    assert naming.names == ("", OLD.dataset)


def test_of_equal_halves_the_one_with_the_first_record_keeps_the_id() -> None:
    first = Known(mint("z", lambda _: False), 1)
    naming = name_clusters([("a",), ("z",)], dict.fromkeys("az", first.dataset), {first.dataset: first})
    assert naming.names == ("", first.dataset)


def test_an_id_without_records_ends() -> None:
    assert name_clusters([], {"a": OLD.dataset}, {OLD.dataset: OLD}).ended == (OLD.dataset,)


def test_ids_have_sixteen_characters_and_are_minted_from_the_record() -> None:
    first = mint("rennes:1", lambda _: False)
    assert len(first) == 16
    assert first == mint("rennes:1", lambda _: False)
    assert mint("rennes:1", lambda name: name == first) != first
