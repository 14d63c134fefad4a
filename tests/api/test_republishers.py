"""Who republishes my datasets, and which copy is shown: on a portal's page and in its JSON."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from api.keeper.indexing import follow
from api.services import Services
from api.settings import read_settings
from dcat.identity import record_id
from dcat.model import Dataset, Origin, Record, Text
from tests.installation import served

REGION, NATION = "data-bretagne", "data-gouv-fr"
HERE, THERE = {"shown": "here"}, {"shown": "there"}


@pytest.fixture
def services(sample: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=sample))
    follow(made)
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> Iterator[Client]:
    with served(services) as made:
        yield made


def test_how_many_are_shared_and_whose_copy_is_shown(client: Client, services: Services) -> None:
    every = [record for some in services.catalogue.shared_records(1_000) for record in some]
    views = services.catalogue.views(set(services.catalogue.datasets_of(every).values()))
    shared: Counter[str] = Counter()
    here: Counter[str] = Counter()
    for view in views.values():
        portals = {copy.portal for copy in view.copies}
        if REGION in portals:
            shared.update(portals - {REGION})
            here.update(portals - {REGION} if view.document.portal == REGION else ())
    told = client.get(f"/api/portals/{REGION}").json()["republishers"]
    assert {one["portal"]: one["shared"] for one in told} == shared
    assert {one["portal"]: one["shown_here"] for one in told if one["shown_here"]} == here
    assert [one["shared"] for one in told] == sorted(shared.values(), reverse=True)
    page = client.get(f"/portals/{REGION}").text
    assert all(f'href="/portals/{name}?lang=fr"' in page for name in shared)
    assert "Montrés d&#39;ici" in page or "Montrés d'ici" in page


def test_which_datasets_are_shared_and_whose_copy_is_shown_of_each(client: Client) -> None:
    told = client.get(f"/api/portals/{REGION}").json()["republishers"]
    every = listed(client)
    assert every
    assert all(REGION in portals(one) and len(portals(one)) > 1 for one in every)
    assert all(one["shown"] == one["copies"][0]["portal"] and one["why"] for one in every)
    for other in told:
        name = other["portal"]
        both, here, there = (listed(client, other=name, **more) for more in ({}, HERE, THERE))
        assert [len(both), len(here), len(there)] == [other["shared"], other["shown_here"], other["shown_there"]]
        assert {one["dataset"] for one in both} == {one["dataset"] for one in every if name in portals(one)}
        assert {one["shown"] for one in here} <= {REGION}
        assert {one["shown"] for one in there} <= {name}
    assert {one["dataset"] for one in listed(client, **THERE)} == {
        one["dataset"] for one in every if one["shown"] != REGION
    }


def test_the_list_is_a_page_that_the_portals_page_leads_to(client: Client) -> None:
    (first, *_) = client.get(f"/api/portals/{REGION}").json()["republishers"]
    address = f"/portals/{REGION}/shared?other={first['portal']}&amp;lang=fr"
    assert f'href="{address}"' in client.get(f"/portals/{REGION}").text
    page = client.get(address.replace("&amp;", "&")).text
    assert all(f'href="/datasets/{one["dataset"]}?lang=fr"' in page for one in listed(client, other=first["portal"]))
    assert client.get(f"/portals/{REGION}/shared?other=nowhere").status_code == 404
    assert client.get("/api/portals/nowhere/shared").status_code == 404
    assert client.get(f"/api/portals/{REGION}/shared?other=nowhere").status_code == 404
    assert client.get(f"/api/portals/{REGION}/shared?shown=elsewhere").status_code == 400


def listed(client: Client, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/portals/{REGION}/shared", params={"page_size": "100", **asked}).json()
    assert answer["total"] == len(answer["results"])
    found: list[dict[str, Any]] = answer["results"]
    return found


def portals(one: dict[str, Any]) -> set[str]:
    return {copy["portal"] for copy in one["copies"]}


def harvested(portal: str, key: str, domain: str = "", remote: str = "") -> Record:
    origin = Origin(domain=domain, remote_id=remote) if domain else None
    dataset = Dataset(title=(Text("Lignes de car", "fr"),))
    return Record(record_id(portal, key), portal, key, dataset, origin=origin)


def test_a_loop_is_told_to_both(client: Client, services: Services) -> None:
    hosts = {name: services.portals[name].hosts[0] for name in (REGION, NATION)}
    assert client.get(f"/api/portals/{REGION}").json()["loops"] == []
    came = [
        harvested(REGION, "lignes"),
        harvested(NATION, "jeu-national", hosts[REGION], "lignes"),
        harvested(REGION, "lignes-revenues", hosts[NATION], "jeu-national"),
    ]
    services.catalogue.apply([(one.id, one) for one in came])
    for name in (REGION, NATION):
        (loop,) = client.get(f"/api/portals/{name}").json()["loops"]
        assert (loop["portals"], loop["datasets"]) == ([REGION, NATION], 1)
        page = client.get(f"/portals/{name}").text
        assert "Moissonnages en boucle" in page
        assert f"/datasets/{loop['example']}" in page
    assert client.get("/api/portals/mel").json()["loops"] == []
    assert "Loops of harvesting" in client.get(f"/portals/{REGION}?lang=en").text
