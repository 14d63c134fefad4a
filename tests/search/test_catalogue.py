"""From records to results, on each engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.event import listen

from dcat.model import Concept, Record
from search.catalogue import Catalogue, DatasetView, Redirect
from search.engines.backend import IndexUnavailable, SearchBackend
from search.engines.embedded import EmbeddedBackend
from search.query import SearchRequest
from tests.search.examples import PORTALS, chain, record

HERE, REGION, NATION = chain()
BUDGET = record("data-gouv-fr", "budget", "Budget de l'État", seat="national", publisher="Ministère")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://")
    yield made
    made.dispose()


@pytest.fixture
def catalogue(engine: Engine, backend: SearchBackend) -> Catalogue:
    made = Catalogue(engine, backend, PORTALS)
    made.create()
    return made


def written(*records: Record) -> list[tuple[str, Record | None]]:
    return [(one.id, one) for one in records]


def only(catalogue: Catalogue, q: str = "arrêts bus") -> str:
    (result,) = catalogue.search(SearchRequest(q=q)).results
    return result.id


def test_an_empty_catalogue_answers(catalogue: Catalogue) -> None:
    page = catalogue.search(SearchRequest(q="bus"))
    assert (page.results, page.total, page.facets) == ((), 0, {})
    assert catalogue.dataset("0" * 16) is None
    assert catalogue.resolve(url="https://data.rennesmetropole.fr/explore/dataset/tco-bus/").dataset == ""
    assert catalogue.counts_by_portal() == {}
    assert catalogue.count() == 0
    assert catalogue.applied_change() == 0


def test_five_portals_one_result(catalogue: Catalogue) -> None:
    applied = catalogue.apply(written(HERE, REGION, NATION, BUDGET))
    assert (applied.written, applied.datasets) == (4, 2)
    page = catalogue.search(SearchRequest(q="arrets de bus rennes", focus=("commune:35238",)))
    (result,) = page.results
    assert (result.title, result.portal, result.level) == ("Arrêts de bus", "rennes-metropole", "commune")
    assert (result.publisher.name, result.publisher.territory) == ("Ville de Rennes", "commune:35238")
    assert result.url == "https://data.rennesmetropole.fr/explore/dataset/tco-bus/"
    assert result.copies[0].portal == "rennes-metropole"
    assert {copy.portal for copy in result.copies} == {"rennes-metropole", "data-bretagne", "data-gouv-fr"}
    steps = {why.step: why.text for why in result.why}
    assert steps["title"] == "Dans le titre : arrets, bus"
    assert steps["publisher"] == "Dans le nom du producteur : rennes"
    assert "3 portails" in steps["copies"]
    assert "Rennes" in steps["territory"]
    assert steps["authority"]


def test_what_is_found_by_other_words_shows_them(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION))
    (french,) = catalogue.search(SearchRequest(q="quais", phrases=("arrêts de bus",))).results
    assert ("otherwise", "Dit autrement : Arrêts, bus") in [(why.step, why.text) for why in french.why]
    (english,) = catalogue.search(SearchRequest(q="platforms", lang="en", phrases=("arrêts de bus",))).results
    assert "In other words: Arrêts, bus" in [why.text for why in english.why]
    (typed,) = catalogue.search(SearchRequest(q="bus", phrases=("arrêts de bus",))).results
    assert "otherwise" not in {why.step for why in typed.why}


def test_reasons_are_told_in_the_language_asked(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION))
    (result,) = catalogue.search(SearchRequest(q="bus", lang="en")).results
    assert result.why[0].text == "In the title: bus"


def test_facets_have_labels_and_know_what_is_selected(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION, NATION, BUDGET))
    facets = catalogue.search(SearchRequest(theme=("TRAN",), format=("CSV",), lang="en")).facets
    (theme,) = facets["theme"]
    assert (theme.value, theme.label, theme.count, theme.selected) == ("TRAN", "Transport", 0, True)
    assert [(value.value, value.count) for value in facets["format"]] == [("CSV", 0)]
    names = {value.value: value.label for value in catalogue.search(SearchRequest()).facets["portal"]}
    assert names == {
        "rennes-metropole": "Rennes Métropole",
        "data-bretagne": "Région Bretagne",
        "data-gouv-fr": "data.gouv.fr",
    }
    levels = catalogue.search(SearchRequest()).facets["level"]
    assert {value.label for value in levels} == {"Commune", "National"}


def test_a_portal_finds_what_it_carries_whichever_copy_is_shown(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION, NATION, BUDGET))
    facets = {value.value: value.count for value in catalogue.search(SearchRequest()).facets["portal"]}
    found = {portal: catalogue.search(SearchRequest(portal=(portal,))) for portal in facets}
    assert {portal: page.total for portal, page in found.items()} == facets
    (shared,) = found["data-bretagne"].results
    assert shared.portal == "rennes-metropole"
    (selected,) = (value for value in found["data-bretagne"].facets["portal"] if value.selected)
    assert (selected.value, selected.label, selected.count) == ("data-bretagne", "Région Bretagne", 1)


def test_a_question_too_narrow_is_relaxed_and_says_so(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE))
    page = catalogue.search(SearchRequest(q="bus supersonique"))
    assert (page.total, page.relaxed) == (1, True)
    assert not catalogue.search(SearchRequest(q="arrêts bus")).relaxed


def test_one_dataset_with_its_copies(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION, NATION))
    view = catalogue.dataset(only(catalogue))
    assert isinstance(view, DatasetView)
    assert (view.copies[0].portal, view.copies[0].elected) == ("rennes-metropole", True)
    assert sum(copy.elected for copy in view.copies) == 1
    assert view.reasons_fr
    assert len(view.reasons_fr) == len(view.reasons_en)


def test_an_ended_id_says_where_it_went(catalogue: Catalogue) -> None:
    shared = "https://id.example.fr/arrets"
    far = record("data-gouv-fr", "loin", iri=shared)
    catalogue.apply(written(far))
    older = only(catalogue)
    catalogue.apply(written(HERE))
    younger = catalogue.resolve(identifier=HERE.id).dataset
    bridge = record("data-bretagne", "pont", iri=shared, origin=REGION.origin)
    catalogue.apply(written(bridge))
    assert catalogue.dataset(younger) == Redirect(older)
    assert catalogue.resolve(identifier=younger).dataset == older
    assert only(catalogue) == older


@pytest.mark.parametrize(
    "asked",
    [
        "https://data.rennesmetropole.fr/explore/dataset/tco-bus/information/",
        "http://rennesmetropole.opendatasoft.com/explore/dataset/tco-bus",
        "https://www.data.gouv.fr/datasets/arrets-de-bus/",
        HERE.id,
        NATION.id,
    ],
)
def test_any_portals_link_leads_to_the_authoritative_copy(catalogue: Catalogue, asked: str) -> None:
    catalogue.apply(written(HERE, REGION, NATION, BUDGET))
    found = catalogue.resolve(url=asked)
    assert found.dataset == only(catalogue)
    assert found.authoritative is not None
    assert found.authoritative.portal == "rennes-metropole"
    assert {copy.portal for copy in found.others} == {"data-bretagne", "data-gouv-fr"}
    assert found.why_fr


@pytest.mark.parametrize("asked", ["", "   ", "TODO", "https://example.org/", "http://[", "inconnu", "\x00"])
def test_an_unknown_link_resolves_to_nothing(catalogue: Catalogue, asked: str) -> None:
    catalogue.apply(written(HERE))
    assert catalogue.resolve(url=asked).dataset == ""


def test_an_identifier_that_several_datasets_share_is_not_chosen_from(catalogue: Catalogue) -> None:
    shared = "0b5c3d1e-1111-4222-8333-944445555666"
    years = [record("roubaix", year, f"Budget {year}", identifiers=(shared,)) for year in ("2023", "2024")]
    catalogue.apply(written(*years))
    found = catalogue.resolve(identifier=shared)
    assert found.dataset == ""
    assert len(found.candidates) == 2


def test_changes_and_removals_reach_the_index(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, NATION, BUDGET))
    catalogue.apply([(BUDGET.id, None), (HERE.id, record("rennes-metropole", HERE.source_key, "Menus des cantines"))])
    assert catalogue.search(SearchRequest(q="budget")).total == 0
    assert catalogue.search(SearchRequest(q="menu cantine")).total == 1
    assert catalogue.check().ok


def test_coverage_counts_datasets_by_authority(catalogue: Catalogue) -> None:
    themed = record(
        "data-bretagne", "ter", "Gares TER", seat="region:53", publisher="Région", themes=(Concept(code="TRAN"),)
    )
    catalogue.apply(written(HERE, REGION, NATION, BUDGET, themed))
    assert catalogue.counts_by_portal() == {"rennes-metropole": 1, "data-gouv-fr": 1, "data-bretagne": 1}
    chain_of_rennes = ("commune:35238", "epci:243500139", "departement:35", "region:53", "national")
    assert catalogue.pertinent(["arrêts bus", "gare"], (), chain_of_rennes) == {
        "rennes-metropole": 1,
        "data-bretagne": 1,
    }
    assert catalogue.pertinent(["budget"], ["TRAN"], ()) == {}


def test_what_another_process_writes_is_counted_at_once(
    catalogue: Catalogue, engine: Engine, backend: SearchBackend
) -> None:
    reader = Catalogue(engine, backend, PORTALS)
    catalogue.apply(written(HERE))
    assert reader.pertinent((), (), ()) == {"rennes-metropole": 1}
    catalogue.apply(written(BUDGET))
    assert reader.pertinent((), (), ()) == {"rennes-metropole": 1, "data-gouv-fr": 1}
    catalogue.apply([(HERE.id, None)])
    assert reader.pertinent((), (), ()) == {"data-gouv-fr": 1}
    catalogue.rebuild([HERE])
    assert reader.pertinent((), (), ()) == {"rennes-metropole": 1}


def test_one_question_looks_up_once_what_has_changed(catalogue: Catalogue, engine: Engine) -> None:
    catalogue.apply(written(HERE))
    asked: list[str] = []
    listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    with catalogue.at_once():
        catalogue.publishers()
        catalogue.pertinent(("bus",), (), ())
        catalogue.search(SearchRequest(q="bus"))
    assert sum("search_state" in statement for statement in asked) == 1
    catalogue.apply(written(BUDGET))
    with catalogue.at_once():
        assert catalogue.pertinent((), (), ()) == {"rennes-metropole": 1, "data-gouv-fr": 1}


def test_an_index_made_by_several_processes_is_the_same(
    catalogue: Catalogue, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ("Piscines", "Menus des cantines", "Arbres", "Budget", "Lignes de bus")
    catalogue.rebuild([record("data-gouv-fr", title, title, publisher="Ville") for title in titles])
    before = [catalogue.search(SearchRequest(q=title)) for title in titles]
    monkeypatch.setattr("search.index.BATCH", 1)
    monkeypatch.setattr("search.index.processors", lambda: 2)
    assert catalogue.fill() == len(titles)
    assert [catalogue.search(SearchRequest(q=title)) for title in titles] == before
    assert catalogue.check().ok


def test_without_an_index_nobody_knows_what_is_pertinent(catalogue: Catalogue) -> None:
    assert catalogue.counts_by_portal() == {}
    with pytest.raises(IndexUnavailable):
        catalogue.pertinent(["bus"], (), ())


def test_rebuilding_gives_the_same_answers_and_cleans_up(catalogue: Catalogue, backend: SearchBackend) -> None:
    catalogue.apply(written(HERE, REGION, NATION, BUDGET))
    before = catalogue.search(SearchRequest(q="bus"))
    rebuilt = catalogue.rebuild([BUDGET, NATION, REGION, HERE])
    assert (rebuilt.records, rebuilt.datasets) == (4, 2)
    assert [one.id for one in catalogue.search(SearchRequest(q="bus")).results] == [one.id for one in before.results]
    assert backend.versions() == (backend.live(),) == (rebuilt.version,)
    check = catalogue.check()
    assert (check.ok, check.clusters, check.indexed, check.records) == (True, 2, 2, 4)


def test_the_archive_number_is_remembered(catalogue: Catalogue, engine: Engine, backend: SearchBackend) -> None:
    catalogue.set_applied_change(41)
    catalogue.set_applied_change(42)
    assert Catalogue(engine, backend, PORTALS).applied_change() == 42


class _Failing(EmbeddedBackend):
    """An engine whose writes can be made to fail."""

    broken = False

    def update(self, *arguments: object, **more: object) -> None:
        if self.broken:
            raise IndexUnavailable("plus de place", "no space left")
        super().update(*arguments, **more)  # type: ignore[arg-type]


def test_what_could_not_be_indexed_is_caught_up_later(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    backend = _Failing(tmp_path_factory.mktemp("index"))
    catalogue = Catalogue(engine, backend, PORTALS)
    catalogue.create()
    catalogue.apply(written(HERE))
    backend.broken = True
    with pytest.raises(IndexUnavailable):
        catalogue.apply(written(BUDGET))
    assert (catalogue.check().ok, catalogue.check().pending) == (False, True)
    assert catalogue.search(SearchRequest(q="budget")).total == 0
    backend.broken = False
    catalogue.apply([])
    assert catalogue.search(SearchRequest(q="budget")).total == 1
    assert catalogue.check().ok
