"""What the made-up country holds: the same for a seed, spread over all portals, with copies, chains and decoys."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from dcat.identity import record_id
from dcat.portal import Portal, Protocol
from dcat.territory import gazetteer
from harvester.registry import SPOKEN
from harvester.sample.identifiers import source_key
from harvester.sample.population import Population
from harvester.sample.record import Relation, SampleRecord, TruthRow

from .conftest import DATASETS, every_record

Field = Callable[[SampleRecord], object]

FIELDS: dict[str, Field] = {
    "title": lambda record: record.title,
    "description": lambda record: record.description,
    "licence": lambda record: record.licence,
    "publisher": lambda record: record.publisher.name,
    "granularity": lambda record: record.granularity,
    "formats": lambda record: frozenset(file.format for file in record.files),
    "keywords": lambda record: frozenset(record.keywords),
}

MEASURED = {
    "title": 0.97,
    "description": 0.60,
    "licence": 0.59,
    "publisher": 0.58,
    "granularity": 0.62,
    "formats": 0.26,
    "keywords": 0.21,
}
"""Share of clusters in which a field is equal, counted on the data.gouv.fr catalogue of January 2026."""


def clusters(population: Population) -> dict[str, list[SampleRecord]]:
    found: dict[str, list[SampleRecord]] = defaultdict(list)
    for record in every_record(population):
        found[record.dataset].append(record)
    return found


def agreement(population: Population) -> dict[str, float]:
    copied = [records for records in clusters(population).values() if len(records) > 1]
    return {
        name: sum(len({field(record) for record in records}) == 1 for records in copied) / len(copied)
        for name, field in FIELDS.items()
    }


def test_a_seed_gives_the_same_records_and_another_seed_others(registry: tuple[Portal, ...]) -> None:
    first, again, other = (Population(registry, 150, seed) for seed in (3, 3, 4))
    assert list(every_record(first)) == list(every_record(again))
    assert list(first.truth()) == list(again.truth())
    assert not {record.title for record in every_record(first)} <= {record.title for record in every_record(other)}


def test_a_larger_federation_begins_with_the_smaller_one(registry: tuple[Portal, ...]) -> None:
    small, large = Population(registry, 120, 3), Population(registry, 240, 3)
    known = {row.dataset: row for row in large.truth() if row.relation is not Relation.SAME}
    for row in small.truth():
        if row.relation is Relation.NONE:
            assert known[row.dataset].source_id.partition("-0")[0] == row.source_id.partition("-0")[0]


def test_every_portal_has_datasets_of_its_own_and_all_protocols_are_spoken(
    population: Population, truth: tuple[TruthRow, ...]
) -> None:
    assert len(population.portals) == 45
    origins = {row.authority_portal for row in truth}
    assert origins == set(population.portals)
    assert len({row.dataset for row in truth}) == DATASETS
    spoken = Counter(sample.protocol for sample in population.portals.values())
    assert set(spoken) == set(SPOKEN)
    assert spoken[Protocol.ODS] > 20
    dcat = [sample for sample in population.portals.values() if sample.protocol is Protocol.DCAT]
    assert {(sample.syntax, sample.hydra) for sample in dcat} >= {("ttl", "partial"), ("rdf", "paged")}
    assert {sample.syntax for sample in dcat} == {"ttl", "rdf", "jsonld", "nt"}


def test_portals_keep_their_real_protocol_where_the_sample_speaks_it(population: Population) -> None:
    for sample in population.portals.values():
        if sample.portal.protocol in SPOKEN:
            assert sample.protocol is sample.portal.protocol


def test_copies_agree_on_each_field_as_often_as_on_a_real_catalogue(registry: tuple[Portal, ...]) -> None:
    shares = agreement(Population(registry, 3_000, seed=11, poison=0))
    for name, measured in MEASURED.items():
        assert shares[name] == pytest.approx(measured, abs=0.05), name


def test_the_hard_variety_changes_more_and_loses_pointers(registry: tuple[Portal, ...]) -> None:
    hard, usual = (Population(registry, 800, seed=11, poison=0, hard=hard) for hard in (True, False))
    assert agreement(hard)["title"] < 0.8
    pointing = [sum(record.origin is not None for record in every_record(one)) for one in (hard, usual)]
    assert pointing[0] < 0.6 * pointing[1]
    shared = {record.title for record in every_record(hard)} & {record.title for record in every_record(usual)}
    assert len(shared) < 0.2 * len({record.title for record in every_record(usual)})


def test_the_truth_has_one_row_for_each_served_record(population: Population, truth: tuple[TruthRow, ...]) -> None:
    rows = Counter((row.portal, row.source_id) for row in truth)
    served = Counter((record.portal, key_of(population, record)) for record in every_record(population))
    assert rows == served
    assert max(rows.values()) == 1
    assert {row.authority_portal for row in truth} <= set(population.portals)


def test_a_row_of_the_truth_joins_a_record_id(population: Population, truth: tuple[TruthRow, ...]) -> None:
    ids = {record_id(row.portal, row.source_id) for row in truth}
    assert ids == {record_id(record.portal, key_of(population, record)) for record in every_record(population)}


def key_of(population: Population, record: SampleRecord) -> str:
    return source_key(population.portals[record.portal], record.source_id)


def test_a_dataset_lives_where_its_origin_is_and_its_copies_point_down_to_it(
    population: Population, truth: tuple[TruthRow, ...]
) -> None:
    rows = {(row.portal, row.source_id): row for row in truth}
    hosts = {sample.host: sample.id for sample in population.portals.values()}
    for record in every_record(population):
        row = rows[record.portal, key_of(population, record)]
        if row.relation is not Relation.SAME:
            assert row.authority_portal == record.portal
            assert record.origin is None
        elif record.origin:
            assert record.origin.domain in hosts
            assert record.origin.remote_url.startswith(f"https://{record.origin.domain}/")
    copies = [row for row in truth if row.relation is Relation.SAME]
    assert all(row.target == row.dataset for row in copies)
    assert len(copies) > 0.8 * DATASETS


def test_a_pointer_leads_to_a_record_that_is_served(population: Population) -> None:
    pages = {record.page: record for record in every_record(population)}
    for record in every_record(population):
        if record.origin:
            assert pages[record.origin.remote_url].dataset == record.dataset
            assert pages[record.origin.remote_url].iri == record.origin.uri


def test_chains_of_three_levels_and_harvest_loops_exist(population: Population, truth: tuple[TruthRow, ...]) -> None:
    chained = [record for record in every_record(population) if record.origin and record.origin.chain]
    assert len(chained) > 20
    held = Counter((row.portal, row.dataset) for row in truth)
    looped = [record for record in chained if record.origin and "data.gouv.fr" in record.origin.domain]
    assert looped
    assert any(portal == "data-gouv-fr" and times > 1 for (portal, _), times in held.items())


def test_decoys_of_every_kind_are_there(population: Population, truth: tuple[TruthRow, ...]) -> None:
    found = Counter(row.relation for row in truth)
    assert all(found[relation] >= 5 for relation in Relation)
    origins = {row.dataset: row for row in truth if row.relation is not Relation.SAME}
    records = {record.dataset: record for record in every_record(population) if record.origin is None}
    for row in origins.values():
        assert row.target in {"", *origins}
        record = records[row.dataset]
        other = records.get(row.target)
        if row.relation is Relation.HOMONYM and other:
            assert record.publisher != other.publisher
        if row.relation is Relation.SERIES:
            assert re.search(r"\b20\d\d\b", record.title)
        if row.relation is Relation.PART and other:
            assert row.territory.startswith("commune:")
            assert gazetteer().covers(origins[row.target].territory, row.territory)


def test_homonyms_share_a_title_and_siblings_a_text(population: Population) -> None:
    originals = [record for record in every_record(population) if record.origin is None]
    publishers: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, set[str]] = defaultdict(set)
    for record in originals:
        publishers[record.title].add(record.publisher.name)
        titles[record.description].add(record.title)
    assert sum(len(found) > 1 for found in publishers.values()) >= 10
    assert sum(len(found) > 1 for found in titles.values()) >= 10


def test_records_keep_the_real_hosts(population: Population) -> None:
    for record in every_record(population):
        host = population.portals[record.portal].host
        assert urlsplit(record.page).netloc == host
        assert urlsplit(record.iri).netloc == host or (record.origin and record.iri == record.origin.uri)
        assert not any("127.0.0.1" in file.url for file in record.files)


def test_a_record_is_found_by_the_id_that_the_portal_serves(population: Population) -> None:
    for portal in population.portals:
        record = population.record(portal, population.size(portal) - 1)
        assert population.find(portal, record.source_id) == record
        assert population.find(portal, record.slug) == record
    assert population.find("rennes-metropole", "inconnu") is None


def test_poison_is_rare_seeded_and_leaves_title_and_id(registry: tuple[Portal, ...], population: Population) -> None:
    spoiled = Population(registry, DATASETS, seed=7, poison=0.05)
    kinds = Counter(record.poison for record in every_record(spoiled))
    share = 1 - kinds[""] / sum(kinds.values())
    assert share == pytest.approx(0.05, abs=0.02)
    assert len(kinds) == 8
    for dirty, clean in zip(every_record(spoiled), every_record(population), strict=True):
        assert (dirty.title, dirty.source_id, dirty.iri) == (clean.title, clean.source_id, clean.iri)


def test_more_datasets_than_one_publisher_has_subjects_for_are_still_all_different(
    registry: tuple[Portal, ...],
) -> None:
    large = Population(registry, 9_000, seed=2)
    paris = [large.record("paris", position) for position in range(large.size("paris"))]
    assert len(paris) > 120
    assert len({record.title for record in paris}) > 0.97 * len(paris)
