"""What every index engine does. One suite, run on each."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat.model import Text
from search.document import Document
from search.engines.backend import Hits, IndexUnavailable, SearchBackend, Sort
from search.fields import document_of, entry_of
from search.query import SearchRequest, evidence_query, index_query
from tests.search.examples import document


def publish(backend: SearchBackend, documents: Iterable[Document]) -> str:
    version = backend.create_version()
    backend.write(version, map(entry_of, documents))
    backend.publish(version)
    return version


def ask(backend: SearchBackend, q: str = "", **more: Any) -> Hits:
    return backend.search(index_query(SearchRequest(q=q, **more)))


def found(hits: Hits) -> list[str]:
    return [hit.id.lstrip("0") for hit in hits.hits]


def test_nothing_published_is_an_empty_index(backend: SearchBackend) -> None:
    assert backend.live() == ""
    assert backend.versions() == ()
    assert backend.count() == 0
    assert ask(backend, "bus").total == 0
    assert backend.get(["0000000000000001"]) == {}
    assert backend.health().ok


def test_several_questions_are_answered_in_one_go_as_each_alone(backend: SearchBackend) -> None:
    asked = [index_query(SearchRequest(q=q, page_size=size)) for q, size in (("bus", 20), ("eau", 0), ("", 1))]
    assert [hits.total for hits in backend.search_each(asked)] == [0, 0, 0]
    publish(backend, [document(1), document(2, "Qualité de l'eau", themes=("ENVI",))])
    together = backend.search_each(asked)
    assert together == tuple(map(backend.search, asked))
    assert [hits.total for hits in together] == [1, 1, 2]
    assert [len(hits.hits) for hits in together] == [1, 0, 1]
    assert dict(together[1].facets)["theme"] == (("ENVI", 1),)


def test_an_update_without_an_index_says_what_to_do(backend: SearchBackend) -> None:
    with pytest.raises(IndexUnavailable, match="index --rebuild") as raised:
        backend.update([entry_of(document(1))])
    assert "index --rebuild" in raised.value.text_fr


def test_what_is_written_is_found_again_whole(backend: SearchBackend) -> None:
    written = document(1, "Qualité de l'eau", themes=("ENVI", "HEAL"), formats=("CSV",), views=12)
    publish(backend, [written])
    (hit,) = ask(backend, "eaux").hits
    assert document_of(hit.payload) == written
    assert document_of(backend.get([written.id, "ffffffffffffffff"])[written.id]) == written


def test_a_version_is_seen_when_it_is_published_and_not_before(backend: SearchBackend) -> None:
    first = publish(backend, [document(1)])
    second = backend.create_version()
    backend.write(second, map(entry_of, [document(2), document(3)]))
    assert found(ask(backend, "bus")) == ["1"]
    assert (backend.live(), backend.versions(), backend.count(second)) == (first, (first, second), 2)
    backend.publish(second)
    assert sorted(found(ask(backend, "bus"))) == ["2", "3"]
    backend.discard(first)
    assert backend.versions() == (second,)


def test_the_live_version_is_never_discarded(backend: SearchBackend) -> None:
    live = publish(backend, [document(1)])
    backend.discard(live)
    assert backend.count() == 1


def test_versions_never_reuse_a_name(backend: SearchBackend) -> None:
    names = [backend.create_version() for _ in range(3)]
    backend.discard(names[0])
    assert len({*names, backend.create_version()}) == 4


def test_updates_replace_add_and_remove(backend: SearchBackend) -> None:
    publish(backend, [document(1), document(2), document(3)])
    changed = [entry_of(document(2, "Menus des cantines")), entry_of(document(4))]
    backend.update(changed, ["0000000000000003", "not there"])
    assert sorted(found(ask(backend, "bus"))) == ["1", "4"]
    assert found(ask(backend, "cantine")) == ["2"]
    assert backend.count() == 3


def test_a_word_weighs_more_in_the_title_than_elsewhere(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1, "Stations", description=(Text("Les arbres de la place, les arbres du parc", "fr"),)),
            document(2, "Arbres de la ville"),
            document(3, "Stations", keywords=("arbres",)),
        ],
    )
    assert found(ask(backend, "arbres")) == ["2", "3", "1"]


def test_english_texts_are_found_in_english(backend: SearchBackend) -> None:
    both = Document(
        id="0000000000000001",
        record="gouv:1",
        portal="data-gouv-fr",
        title=(Text("Horaires des cars", "fr"), Text("Coach timetables", "en")),
    )
    publish(backend, [both, document(2)])
    assert found(ask(backend, "timetable for coaches", lang="en")) == ["1"]


def test_two_words_are_both_needed_and_half_of_more(backend: SearchBackend) -> None:
    publish(backend, [document(1, "Arrêts bus"), document(2, "Arrêts piscine"), document(3, "Arrêts bus nuit")])
    assert sorted(found(ask(backend, "arrêts bus"))) == ["1", "3"]
    assert found(ask(backend, "arrêts bus nuit")) == ["3", "1"]
    assert found(ask(backend, "arrêts bus nuit fuchsia")) == ["3", "1"]


def test_what_is_asked_of_any_subject_is_not_counted(backend: SearchBackend) -> None:
    publish(backend, [document(1, "Piscines"), document(2, "Horaires des bus")])
    assert found(ask(backend, "horaires piscines")) == ["1"]


def test_where_a_place_is_named_all_the_words_together_count_again(backend: SearchBackend) -> None:
    here, elsewhere = ("commune:35238",), ("commune:29019",)
    publish(
        backend,
        [
            document(1, "Sentiers de randonnée", territories=elsewhere),
            document(2, "Sentiers de randonnée", territories=here),
            document(3, "Sentiers", territories=here),
        ],
    )
    assert found(ask(backend, "sentiers randonnée", places=("rennes",), focus=here)) == ["2", "1", "3"]


def test_stop_words_alone_are_still_a_question(backend: SearchBackend) -> None:
    publish(backend, [document(1)])
    assert ask(backend, "le la les").total == 0
    assert ask(backend, "  ").total == 1


@pytest.mark.parametrize(
    "text",
    ['"', "l'eau \"non fermé", "AND OR NOT", "title:bus^9 ~*?", "a:b", "(((", "\\", "{!x}", "\x00", "x" * 70_000],
)
def test_any_text_is_an_ordinary_question(backend: SearchBackend, text: str) -> None:
    publish(backend, [document(1)])
    assert ask(backend, text).total in (0, 1)


def test_filters_agree_between_fields_and_add_up_within_one(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1, themes=("TRAN",), formats=("CSV",), licence="LOV2"),
            document(2, themes=("ENVI",), formats=("CSV", "JSON")),
            document(3, themes=("GOVE",), formats=("PDF",), access="PUBLIC"),
        ],
    )
    assert sorted(found(ask(backend, theme=("TRAN", "ENVI")))) == ["1", "2"]
    assert found(ask(backend, theme=("TRAN", "ENVI"), format=("JSON",))) == ["2"]
    assert found(ask(backend, licence=("LOV2",))) == ["1"]
    assert found(ask(backend, access=("PUBLIC",))) == ["3"]
    assert ask(backend, theme=("tran' OR 1",)).total == 0


def test_publishers_are_compared_without_case_and_accents(backend: SearchBackend) -> None:
    publish(backend, [document(1, publisher="Département de l'Hérault"), document(2)])
    assert found(ask(backend, publisher=("departement de l herault",))) == ["1"]


def test_a_territory_covers_narrower_ones(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1),
            document(2, territories=("epci:243500139",)),
            document(3, territories=("region:53",)),
            document(4, territories=("commune:59512",)),
        ],
    )
    assert found(ask(backend, territory=("commune:35238",))) == ["1"]
    assert sorted(found(ask(backend, territory=("fr:epci:243500139",)))) == ["1", "2"]
    assert sorted(found(ask(backend, territory=("region:53",)))) == ["1", "2", "3"]
    assert ask(backend, territory=("national",)).total == 4


def test_modified_since_a_day(backend: SearchBackend) -> None:
    dates = ["2026-01-31", "2026-02-01T00:00:00+01:00", "", "pas une date"]
    publish(backend, [document(number, modified=text) for number, text in enumerate(dates, 1)])
    assert found(ask(backend, since_day=date(2026, 2, 1).toordinal())) == ["2"]


def test_each_facet_is_counted_without_itself(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1, themes=("TRAN",), formats=("CSV",)),
            document(2, themes=("TRAN", "ENVI"), formats=("JSON",)),
            document(3, themes=("ENVI",), formats=("JSON",)),
        ],
    )
    facets = ask(backend, "bus", theme=("TRAN",)).facets
    assert facets["theme"] == (("ENVI", 2), ("TRAN", 2))
    assert facets["format"] == (("CSV", 1), ("JSON", 1))
    both = ask(backend, "bus", theme=("TRAN",), format=("JSON",))
    assert found(both) == ["2"]
    assert both.facets["theme"] == (("ENVI", 2), ("TRAN", 1))
    assert both.facets["format"] == (("CSV", 1), ("JSON", 1))
    assert both.facets["level"] == (("commune", 1),)


def test_archived_comes_after_and_stays(backend: SearchBackend) -> None:
    publish(backend, [document(1, archived=True), document(2)])
    assert found(ask(backend, "bus")) == ["2", "1"]


def test_popularity_is_light(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1, "Arrêts de bus", views=3, followers=0),
            document(2, "Arrêts de bus", views=90_000, followers=40),
            document(3, "Arrêts de bus du réseau scolaire et des lignes de nuit", views=900_000, followers=900),
            document(4, "Arrêts de bus"),
        ],
    )
    assert found(ask(backend, "arrêts de bus"))[0] == "2"
    assert found(ask(backend, "arrêts bus")).index("4") < found(ask(backend, "arrêts bus")).index("1")


def test_downloads_stand_for_views_that_nobody_counts(backend: SearchBackend) -> None:
    counts: tuple[dict[str, Any], ...] = (
        {"downloads": 2},
        {"downloads": 90_000},
        {"views": 3, "downloads": 90_000},
        {},
    )
    publish(backend, [document(number, **told) for number, told in enumerate(counts, 1)])

    order = found(ask(backend, "horaires bus"))
    assert order == ["2", "4", "3", "1"]
    assert found(ask(backend, "horaires bus", sort=Sort.POPULARITY)) == ["2", "3", "1", "4"]


def test_the_place_asked_for_comes_first_then_what_contains_it(backend: SearchBackend) -> None:
    elsewhere, nation, region, epci, here = "commune:29019", "national", "region:32", "epci:200093201", "commune:59512"
    places = (elsewhere, nation, region, epci, here)
    publish(backend, [document(number, territories=(place,)) for number, place in enumerate(places, 1)])
    asked = ask(backend, "bus", focus=(here,))
    assert found(asked) == ["5", "4", "3", "2", "1"]
    assert asked.hits[0].score > 1.4 * asked.hits[2].score


def test_a_body_named_after_the_place_comes_first_where_its_territory_is_unknown(backend: SearchBackend) -> None:
    nowhere: dict[str, Any] = {"territory": "", "territories": (), "level": ""}
    firms = ("Bus de Pau", "Transports de Riom", "Transports de Pau")
    publish(backend, [document(number, publisher=name, **nowhere) for number, name in enumerate(firms, 1)])
    asked = ask(backend, "horaires", focus=("commune:63300",), places=("Riom",))
    assert found(asked)[0] == "2"
    assert asked.hits[0].score > 1.4 * asked.hits[1].score


def test_a_region_asked_for_raises_its_towns_too(backend: SearchBackend) -> None:
    places = ("commune:35238", "national", "commune:59512", "region:32")
    publish(backend, [document(number, territories=(place,)) for number, place in enumerate(places, 1)])
    assert found(ask(backend, "bus", focus=("region:32",))) == ["4", "3", "2", "1"]


def test_where_no_place_is_asked_for_the_nation_comes_before_extracts(backend: SearchBackend) -> None:
    publish(backend, [document(1, territories=("commune:59512",)), document(2, territories=("national",))])
    assert found(ask(backend, "bus")) == ["2", "1"]


OTHERS = [document(number, "Cadastre") for number in range(10, 60)]  # so that no word is in half of all titles


def test_who_asks_for_the_whole_country_gets_it_before_a_town_that_says_it_better(backend: SearchBackend) -> None:
    town = document(1, "Lignes et arrêts des bus, trams et vélos", territories=("commune:59512",))
    nation = document(2, "Bus, trams et vélos : arrêts", territories=("national",))
    publish(backend, [town, nation, *OTHERS])
    assert found(ask(backend, "lignes arrêts bus trams vélos")) == ["1", "2"]
    assert found(ask(backend, "lignes arrêts bus trams vélos", national=True)) == ["2", "1"]


def test_the_edition_of_the_year_asked_for_comes_before_closer_words(backend: SearchBackend) -> None:
    publish(backend, [document(1, "Vote par bureau et canton, 2017"), document(2, "Vote de 2024"), *OTHERS])
    assert found(ask(backend, "vote bureau canton 2024")) == ["1", "2"]
    assert found(ask(backend, "vote bureau canton 2024", years=("2024",))) == ["2", "1"]


def test_what_the_nation_publishes_of_another_place_is_about_that_place(backend: SearchBackend) -> None:
    about_a_town = document(
        1, territory="national", coverage=("commune:41018",), territories=("national", "commune:41018")
    )
    publish(backend, [about_a_town, document(2, territory="national", territories=("national",))])
    assert found(ask(backend, "bus", focus=("commune:59512",))) == ["2", "1"]


def test_equal_scores_keep_one_order(backend: SearchBackend) -> None:
    documents = [document(number) for number in range(1, 40)]
    publish(backend, documents)
    first = found(ask(backend, "bus", page_size=100))
    publish(backend, reversed(documents))
    assert found(ask(backend, "bus", page_size=100)) == first


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.MODIFIED, ["3", "1", "4", "2"]),
        (Sort.TITLE, ["2", "3", "1", "4"]),
        (Sort.POPULARITY, ["1", "2", "4", "3"]),  # no counts come last
    ],
)
def test_sorts(backend: SearchBackend, sort: Sort, order: list[str]) -> None:
    publish(
        backend,
        [
            document(1, "Vélos", modified="2025-05-01", views=900),
            document(2, "Arbres", views=70),
            document(3, "écoles", modified="2026-01-01T10:00:00"),
            document(4, "Zones", modified="2024-12-31", followers=0),
        ],
    )
    assert found(ask(backend, sort=sort)) == order


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_cover_everything_once(backend: SearchBackend, sort: Sort) -> None:
    publish(backend, [document(number, modified="2026-01-01") for number in range(1, 48)])
    pages = [found(ask(backend, sort=sort, page=page, page_size=10)) for page in range(1, 7)]
    assert [len(page) for page in pages] == [10, 10, 10, 10, 7, 0]
    assert len({identity for page in pages for identity in page}) == 47
    assert ask(backend, sort=sort, page=5_000, page_size=100).hits == ()


def test_evidence_counts_by_authority_and_by_what_the_data_cover(backend: SearchBackend) -> None:
    publish(
        backend,
        [
            document(1, "Horaires des bus", themes=("TRAN",)),
            document(2, "Arrêts du tramway", portal="data-bretagne", themes=("TRAN",), territories=("region:53",)),
            document(3, "Menus des cantines", themes=("EDUC",)),
            # published by the region, about another town
            document(
                4,
                "Bus",
                portal="data-bretagne",
                territories=("region:53", "commune:29019"),
                coverage=("commune:29019",),
            ),
            # names the bus in passing
            document(5, "Parkings", portal="mel", description=(Text("À deux pas des bus", "fr"),)),
        ],
    )
    chain = ["commune:35238", "region:53"]
    asked = backend.search(evidence_query(["bus", "arrêts de tramway"], [], chain, 100))
    assert dict(asked.facets["portal"]) == {"rennes-metropole": 1, "data-bretagne": 1}
    assert (asked.total, asked.hits) == (2, ())
    only = backend.search(evidence_query(["bus", "tramway", "cantine"], ["TRAN"], ["commune:35238"], 100))
    assert dict(only.facets["portal"]) == {"rennes-metropole": 1}


VOCABULARY = ["bus", "vélo", "école", "l'eau", "de", "2024", "naïf", ";", '"', "*", "é"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(WORDS, min_size=1, max_size=5), question=WORDS)
def test_facet_counts_are_what_the_filter_finds(backend: SearchBackend, titles: list[str], question: str) -> None:
    old = backend.live()
    themes = ("TRAN", "ENVI", "GOVE")
    publish(backend, [document(n, title, themes=(themes[n % 3],)) for n, title in enumerate(titles, 1)])
    backend.discard(old)
    for theme, count in ask(backend, question).facets["theme"]:
        assert ask(backend, question, theme=(theme,)).total == count
