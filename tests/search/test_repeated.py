"""An index as large as wanted, of records that are told again."""

from benchmarks.repeated import again, as_many, drawn_from
from dcat.model import Text
from search.document import Copy

HERE = Copy(
    record="rennes-metropole:0123456789abcdef",
    portal="rennes-metropole",
    title=(Text("Arbres des rues et des parcs de la ville", "fr"),),
    description=(Text("Les arbres que la ville de Rennes plante et soigne.", "fr"),),
    keywords=("arbres", "parcs", "rues", "nature"),
    publisher="Ville de Rennes",
    publisher_territory="commune:35238",
    coverage=("commune:35238",),
)
THERE = Copy(record="data-gouv-fr:fedcba9876543210", portal="data-gouv-fr", title=HERE.title, publisher="Rennes")
DRAWN = drawn_from((HERE, THERE))


def test_a_dataset_that_is_told_again_is_another_one_with_as_many_copies_on_the_same_portals() -> None:
    (dataset, copies), (other, _) = (again(("a" * 16, (HERE, THERE)), turn, DRAWN) for turn in (1, 2))
    assert len({dataset, other, "a" * 16}) == 3
    assert {len(dataset), len(other)} == {16}
    assert [copy.portal for copy in copies] == [HERE.portal, THERE.portal]
    assert {copy.record for copy in copies}.isdisjoint((HERE.record, THERE.record))
    assert all(copy.record.startswith(f"{copy.portal}:") for copy in copies)
    assert len({(copy.publisher, copy.publisher_territory) for copy in copies}) == 1


def test_as_long_as_it_was_and_every_time_the_same() -> None:
    cluster = ("b" * 16, (HERE,))
    told = again(cluster, 1, DRAWN)
    assert told == again(cluster, 1, DRAWN)
    (copy,) = told[1]
    assert len(copy.title[0].value.split()) == len(HERE.title[0].value.split())
    assert len(copy.keywords) == len(HERE.keywords)


def test_other_turns_have_other_words_and_other_bodies() -> None:
    told = [again(("c" * 16, (HERE,)), turn, DRAWN)[1][0] for turn in range(1, 20)]
    assert len({copy.title[0].value for copy in told}) > 10
    assert {copy.publisher for copy in told} & {"Ville de Rennes", "Rennes"}
    assert any(copy.publisher.startswith("Commune de ") for copy in told)


def test_whole_datasets_until_there_are_enough_records() -> None:
    clusters = [(name * 16, (HERE, THERE)) for name in "abc"]
    assert [dataset[0] for dataset, _ in as_many(clusters, 3)] == ["a", "b"]
    assert [dataset[0] for dataset, _ in as_many(clusters, 2)] == ["a"]
