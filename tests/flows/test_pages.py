"""The pages that people see of the harvested sample federation, and what browsers and crawlers look for."""

import re
from html import unescape

import httpx
import pytest


def test_the_search_page_shows_what_was_understood_and_found(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "horaires bus rennes", "lang": "fr"}).text
    assert re.search(r"<mark[^>]*>rennes</mark>", page)
    assert "Transports en commun urbains" in page
    assert 'href="https://data.rennesmetropole.fr/explore/?q=horaires+bus"' in page


def test_what_was_read_can_be_removed(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "horaires bus à rennes 2023 csv", "lang": "fr"}).text
    links = [unescape(url) for url in re.findall(r'class="remove" href="([^"]+)"', page)]

    assert [httpx.URL(link).params["q"] for link in links] == [
        "horaires bus 2023 csv",
        "rennes 2023 csv",
        "horaires bus à rennes csv",
        "horaires bus à rennes 2023",
    ]


@pytest.mark.parametrize(
    ("lang", "kind", "remove"),
    [("fr", "éditeur", "Chercher sans « ONF »"), ("en", "publisher", "Search without “ONF”")],
)
def test_a_publisher_is_shown_and_can_be_removed(client: httpx.Client, lang: str, kind: str, remove: str) -> None:
    page = client.get("/search", params={"q": "forêts publiées par l'ONF en 2023", "lang": lang}).text
    chip = re.search(rf'<span class="chip">{kind} <strong>ONF</strong> <a class="remove" href="([^"]+)"', page)

    assert chip
    assert httpx.URL(unescape(chip[1])).params["q"] == "forêts en 2023"
    assert remove in page


def test_a_place_that_is_a_publisher_goes_with_what_announces_it(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "arbres publiés par la ville de Rennes", "lang": "fr"}).text
    links = [unescape(url) for url in re.findall(r'class="remove" href="([^"]+)"', page)]

    assert [httpx.URL(link).params["q"] for link in links] == ["arbres", "publiés par la ville de Rennes", "arbres"]
    assert "arbres publiés par la <mark>ville de Rennes</mark>" in page


def test_a_publisher_of_the_index_is_told_with_what_its_filter_takes(client: httpx.Client) -> None:
    held = client.get("/api/search", params={"q": "rennes"}).json()["facets"]["publisher"][0]["value"]
    answer = client.get("/api/search", params={"q": f"publié par {held}"}).json()
    (read,) = answer["route"]["publishers"]

    assert (read["kind"], read["value"], read["announced"]) == ("publisher", held, True)
    filtered = client.get("/api/search", params={"publisher": read["value"]}).json()
    assert 0 < filtered["total"] <= answer["total"]
    assert held in {result["publisher"]["name"] for result in answer["results"]}


def test_a_place_that_is_a_parameter_can_be_removed(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "arbres", "territory": "Rennes", "lang": "fr"}).text
    link = next(unescape(url) for url in re.findall(r'class="remove" href="([^"]+)"', page))

    assert dict(httpx.URL(link).params) == {"q": "arbres", "lang": "fr"}


def test_the_portal_is_opened_by_a_link_that_is_counted(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "horaires bus rennes", "lang": "fr"}).text
    link = next(unescape(url) for url in re.findall(r'href="(/go[^"]+)"', page))

    assert client.get(link).headers["location"] == "https://data.rennesmetropole.fr/explore/?q=horaires+bus"


def test_namesakes_are_offered_as_a_choice(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "saint-denis piscine", "lang": "fr"}).text
    chosen = re.findall(r'href="([^"]+)">(Saint-Denis \([^)]+\))<', page)
    assert {label for _, label in chosen} == {"Saint-Denis (La Réunion)", "Saint-Denis (Seine-Saint-Denis)"}
    address = next(unescape(url) for url, label in chosen if "Réunion" in label)
    assert "Plusieurs lieux" not in client.get(address).text


def test_what_strangers_write_is_shown_as_text(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": '<script>alert(1)</script>"onfocus="x'}).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_search_without_anything_leads_home(client: httpx.Client) -> None:
    answer = client.get("/search?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")


def test_the_page_takes_several_values_of_a_filter_as_the_api_does(client: httpx.Client) -> None:
    several = [("q", "bus"), ("level", "region"), ("level", "national"), ("theme", "")]
    page = client.get("/search", params=[*several, ("lang", "fr")]).text
    total = client.get("/api/search", params=several).json()["total"]  # type: ignore[arg-type]

    assert f">{total} jeux de données<" in page
    by_title = next(unescape(url) for url in re.findall(r'href="([^"]+)" rel="nofollow">titre', page))
    assert httpx.URL(by_title).params.get_list("level") == ["region", "national"]


@pytest.mark.parametrize("path", ["/", "/search?q=bus", "/portals", "/portals/paris", "/runs", "/review", "/rules"])
def test_a_page_can_be_looked_for_without_being_fetched(client: httpx.Client, path: str) -> None:
    looked = client.head(path)
    assert (looked.status_code, looked.content) == (200, b"")
    assert looked.headers["content-type"] == "text/html; charset=utf-8"


def test_browsers_and_crawlers_find_what_they_expect(client: httpx.Client) -> None:
    description = client.get("/opensearch.xml")
    assert description.headers["content-type"] == "application/opensearchdescription+xml"
    assert f'template="{client.base_url}/search?q={{searchTerms}}"' in description.text
    robots = client.get("/robots.txt").text
    assert "Disallow: /search" in robots
    assert f"{client.base_url}/exclusion" in robots
    assert client.get("/static/aiguillage.css").status_code == 200


def test_words_of_the_question_are_marked_in_results(client: httpx.Client) -> None:
    answer = client.get("/api/search", params={"q": "places de stationnement rennes", "page_size": 5}).json()
    first = answer["results"][0]
    marked = {first["title"][start:end].casefold() for start, end in first["marked"]["title"]}
    assert {"places", "stationnement", "rennes"} <= marked
    page = client.get("/search", params={"q": "places de stationnement rennes", "lang": "fr"}).text
    assert re.search(r"<h3><a [^>]+><mark>Places</mark> de <mark>stationnement</mark>", page)


def test_small_words_are_not_marked_whatever_the_language_of_the_page(client: httpx.Client) -> None:
    for lang in ("fr", "en"):
        found = client.get("/api/search", params={"q": "places de stationnement à Rennes", "lang": lang}).json()
        for one in found["results"]:
            marked = {one["title"][start:end].casefold() for start, end in one["marked"]["title"]}
            assert marked.isdisjoint({"de", "à"})
            assert not any(", de" in why["text"] or ": de" in why["text"] for why in one["why"])


def test_results_are_grouped_by_level_on_request(client: httpx.Client) -> None:
    answer = client.get("/api/search", params={"q": "bus", "group": "level"}).json()
    levels = {value["value"]: value["count"] for value in answer["facets"]["level"]}
    assert {group["level"]: group["total"] for group in answer["groups"]} == levels
    assert all(result["level"] == group["level"] for group in answer["groups"] for result in group["results"])
    page = client.get("/search", params={"q": "bus", "group": "level", "lang": "fr"}).text
    assert page.count('class="group"') == len(levels)


def test_nothing_found_tells_which_filter_hides_something(client: httpx.Client) -> None:
    asked = {"q": "horaires bus", "format": "GTFS_RT_NONE", "lang": "fr"}
    answer = client.get("/api/search", params=asked).json()
    assert answer["total"] == 0
    assert [one["parameter"] for one in answer["loosened"]] == ["format"]
    assert f"Sans le filtre Format (GTFS_RT_NONE) : {answer['loosened'][0]['total']}" in unescape(
        client.get("/search", params=asked).text
    )


def test_what_is_being_typed_is_completed(client: httpx.Client) -> None:
    found = client.get("/api/suggest", params={"q": "horaires b"}).json()
    assert any("bus" in dataset["title"].casefold() for dataset in found["datasets"])
    typed, completions = client.get("/suggest.json", params={"q": "renn"}).json()
    assert typed == "renn"
    assert "Rennes" in completions
