"""Between two records: their names, why one dataset or two, what a person should look at; on each database."""

import pytest
from sqlalchemy import Engine

from dcat.model import Record, Text
from search.arbiter import Arbiter
from search.dedupe.decisions import Decision, Said
from search.dedupe.explanation import Outcome
from search.dedupe.store import ClusterStore
from search.dedupe.tree import ENOUGH
from search.dedupe.verdict import Relation
from search.published.store import PublishedStore
from tests.search.examples import PORTALS, chain, record

HERE, REGION, NATION = chain()
ALONE = record("roubaix", "arbres", "Arbres remarquables")
TEXT = (
    Text("Position, essence et hauteur des arbres remarquables des parcs et des rues de la ville, relevées en 2024"),
)
WORDED = record("mel", "arbres-mel", "Arbres remarquables", description=TEXT, publisher="Ville de Roubaix")
AGAIN = record("data-gouv-fr", "a1", "Arbres remarquables", description=TEXT, publisher="MEL")


@pytest.fixture
def store(database: Engine) -> ClusterStore:
    made = ClusterStore(database, PORTALS)
    made.create()
    PublishedStore(database).create()
    made.apply([(one.id, one) for one in (HERE, REGION, NATION, ALONE, WORDED, AGAIN)])
    return made


@pytest.fixture
def arbiter(database: Engine, store: ClusterStore) -> Arbiter:
    return Arbiter(database, store, PORTALS)


def decide(arbiter: Arbiter, store: ClusterStore, relation: Said, one: Record, other: Record) -> None:
    arbiter.decide([Decision(relation, one.id, other.id, "vu", "camille", "2026-03-01T12:00:00+00:00")])
    store.apply_decisions()


def test_a_page_means_the_record_that_it_is_of_whoever_points_to_it(arbiter: Arbiter) -> None:
    assert arbiter.named("https://data.rennesmetropole.fr/explore/dataset/tco-bus/") == [HERE.id]
    assert arbiter.named(NATION.page) == [NATION.id]
    assert arbiter.named("https://rennesmetropole.opendatasoft.com/explore/dataset/tco-bus/?tab=1") == [HERE.id]


def test_records_and_datasets_go_by_their_ids(arbiter: Arbiter, store: ClusterStore) -> None:
    assert arbiter.named(f" {REGION.id} ") == [REGION.id]
    assert arbiter.named(store.dataset_of(REGION.id)) == [HERE.id], "the elected copy of the dataset"
    assert arbiter.named("") == arbiter.named("tout autre chose") == []


def test_who_only_mentions_a_page_is_not_meant(arbiter: Arbiter, store: ClusterStore) -> None:
    link = "https://opendata.roubaix.fr/explore/dataset/piscines/"
    telling = record("mel", "m1", "Notes", description=(Text(f"Voir {link}"),))
    store.apply([(telling.id, telling)])
    assert arbiter.named(link) == []


def test_a_pointer_is_a_proof_and_is_told(arbiter: Arbiter) -> None:
    found = arbiter.explain(REGION.id, HERE.id)
    assert found is not None
    assert (found.together, found.outcome, found.decision) == (True, Outcome.JOINED, None)
    (step,) = found.steps
    assert (step.clue, step.part, step.total) == ("pointer", "proof", step.weight)
    assert "ref:data.rennesmetropole.fr:tco-bus" in step.one
    assert step.text_fr.startswith("L'une désigne l'autre")
    assert step.text_en.startswith("One names the other")


def test_the_waterfall_adds_up_and_shows_both_sides(arbiter: Arbiter) -> None:
    found = arbiter.explain(AGAIN.id, WORDED.id)
    assert found is not None
    assert found.steps[-1].total == found.verdict.score == pytest.approx(sum(step.weight for step in found.steps))
    title = next(step for step in found.steps if step.clue == "title")
    assert (title.one, title.other) == ("Arbres remarquables", "Arbres remarquables")
    publisher = next(step for step in found.steps if step.clue == "other publisher")
    assert {publisher.one, publisher.other} == {"MEL", "Ville de Roubaix"}
    assert publisher.weight < 0


def test_the_two_stand_as_they_were_asked_for(arbiter: Arbiter) -> None:
    for one, other in ((AGAIN.id, WORDED.id), (WORDED.id, AGAIN.id)):
        found = arbiter.explain(one, other)
        assert found is not None
        assert (found.one.record, found.other.record) == (one, other)
        publisher = next(step for step in found.steps if step.clue == "other publisher")
        assert (publisher.one, publisher.other) == (found.one.publisher, found.other.publisher)


def test_what_joins_two_through_a_third_is_named(arbiter: Arbiter, store: ClusterStore) -> None:
    aside = record("mel", "tout-autre", "Parkings", iri="https://id.example.fr/commun")
    bridge = record(
        "roubaix",
        "pont",
        "Parkings",
        iri="https://id.example.fr/commun",
        other_identifiers=("https://id.example.fr/loin",),
    )
    far = record("data-gouv-fr", "loin", "Parkings", iri="https://id.example.fr/loin")
    store.apply([(one.id, one) for one in (aside, bridge, far)])
    found = arbiter.explain(aside.id, far.id)
    assert found is not None
    assert (found.together, found.outcome, found.through) == (True, Outcome.THROUGH, (bridge.id,))


def test_a_decision_is_told_and_an_undone_one_is_not(arbiter: Arbiter, store: ClusterStore) -> None:
    decide(arbiter, store, Said.DIFFERENT, HERE, NATION)
    found = arbiter.explain(HERE.id, NATION.id)
    assert found is not None
    assert found.decision is not None
    assert (found.together, found.outcome, found.decision.reason) == (False, Outcome.DECIDED, "vu")
    assert found.verdict.relation is Relation.SAME, "what the clues say stays visible"
    arbiter.decide([Decision(Said.UNDO, HERE.id, NATION.id, "non", "camille", "2026-03-02T12:00:00+00:00")])
    store.apply_decisions()
    again = arbiter.explain(HERE.id, NATION.id)
    assert again is not None
    assert (again.together, again.decision) == (True, None)


def test_a_decision_that_the_clusters_have_not_followed_yet_is_told_as_one(arbiter: Arbiter) -> None:
    arbiter.decide([Decision(Said.DIFFERENT, HERE.id, NATION.id, "vu", "camille", "2026-03-02T12:00:00+00:00")])
    found = arbiter.explain(HERE.id, NATION.id)
    assert found is not None
    assert (found.together, found.outcome) == (True, Outcome.WAITING)


def test_a_record_that_is_gone_cannot_be_explained(arbiter: Arbiter) -> None:
    assert arbiter.explain(HERE.id, "mel:" + "0" * 16) is None


def test_the_most_doubtful_come_first_and_what_is_decided_leaves(arbiter: Arbiter, store: ClusterStore) -> None:
    doubts, total = arbiter.doubts(10)
    assert total == len(doubts) > 0
    distances = [one.doubt for one in doubts]
    assert distances == sorted(distances)
    assert all(one.doubt == pytest.approx(abs(one.score - ENOUGH), abs=0.01) for one in doubts)
    pair = doubts[0].one, doubts[0].other
    by_id = {one.id: one for one in (HERE, REGION, NATION, ALONE, WORDED, AGAIN)}
    decide(arbiter, store, Said.DIFFERENT, by_id[pair[0]], by_id[pair[1]])
    assert pair not in [(one.one, one.other) for one in arbiter.doubts(10)[0]]
    assert arbiter.doubts(10)[1] == total - 1


def test_doubts_are_the_same_after_a_rebuild_and_are_no_links(arbiter: Arbiter, store: ClusterStore) -> None:
    before = arbiter.doubts(10)
    store.rebuild([HERE, REGION, NATION, ALONE, WORDED, AGAIN])
    assert arbiter.doubts(10) == before
    assert all(link.relation.links for link in store.relations())
