"""The stream of changes as a client of LDES replicates it, and what search engines are given."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

import httpx
import pyoxigraph as ox
import pytest

from api.feed.publishing import publish
from api.feed.schema_org import script
from api.feed.stream import AS, FORMS, SIZE, TREE
from dcat.model import Dataset, Text
from dcat.namespaces import DCAT, DCT, RDF
from search.published.store import Version
from tests.installation import Installation

NQUADS = {"Accept": "application/n-quads"}


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def values(found: list[ox.Quad], name: str) -> list[str]:
    return [one.object.value for one in found if one.predicate.value == name and isinstance(one.object, ox.NamedNode)]


def nodes(client: httpx.Client) -> Iterator[tuple[httpx.Response, list[ox.Quad]]]:
    """From the view, by relation, as long as there are any."""
    (address,) = values(quads(client.get("/feed", headers=NQUADS).text), f"{TREE}view")
    while address:
        answer = client.get(httpx.URL(address).path, headers=NQUADS)
        assert answer.status_code == 200
        found = quads(answer.text)
        yield answer, found
        address = next(iter(values(found, f"{TREE}node")), "")


def replicated(client: httpx.Client) -> dict[str, set[str]]:
    """Dataset → its description, after all activities."""
    known: dict[str, set[str]] = {}
    for _, found in nodes(client):
        objects = {one.subject: one.object for one in found if one.predicate.value == f"{AS}object"}
        for one in found:
            if one.predicate.value != RDF.type or one.subject not in objects:
                continue
            dataset = str(objects[one.subject])
            payload = {str(other.triple) for other in found if other.graph_name == one.subject}
            known[dataset] = payload
            if str(one.object) == f"<{AS}Delete>":
                del known[dataset]
                assert payload == set()
    return known


def test_replica_is_the_feed(client: httpx.Client, installation: Installation) -> None:
    store, services = installation.services.published, installation.services
    newest = store.snapshot()
    assert newest is not None
    ids = [identity for identity, _ in store.identities(newest.number, 0, 3)]
    store.write(ids, (), (), newest.moment, store.head(newest.number))
    after = replicated(client)
    assert len(after) == services.catalogue.count() - len(ids)
    assert not any(identity in dataset for dataset in after for identity in ids)
    store.publish_anew()
    publish(services)
    known = replicated(client)
    assert len(known) == services.catalogue.count()
    text = client.get(f"/datasets/{ids[0]}.nt").text
    (mine,) = (payload for dataset, payload in known.items() if ids[0] in dataset)
    assert len(mine) == len(list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES)))


def test_full_nodes_may_be_kept_for_ever(client: httpx.Client) -> None:
    answers = list(nodes(client))
    assert len(answers) > 2
    for answer, found in answers[:-1]:
        assert "immutable" in answer.headers["cache-control"]
        assert len(values(found, f"{TREE}member")) == SIZE
    last, _ = answers[-1]
    assert "immutable" not in last.headers["cache-control"]
    path = answers[0][0].url.path
    again = client.get(path, headers={**NQUADS, "If-None-Match": answers[0][0].headers["etag"]})
    assert again.status_code == 304
    for media_type, form in (("application/trig", ox.RdfFormat.TRIG), ("application/ld+json", ox.RdfFormat.JSON_LD)):
        other = client.get(path, headers={"Accept": media_type})
        assert other.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert len(list(ox.parse(other.content, format=form))) == len(set(answers[0][1]))


@pytest.mark.parametrize("media_type", ["application/trig", "application/n-quads", "application/ld+json"])
def test_no_sign_in_a_text_ends_its_statement(
    client: httpx.Client, installation: Installation, media_type: str
) -> None:
    """Python takes more for the end of a line than RDF does: a line separator that came from a text processor."""
    store, services = installation.services.published, installation.services
    newest, identity = store.snapshot(), "d" * 16
    assert newest is not None
    text = "a\u2028b\u2029c\u0085d\u000be"
    body = f'<https://a.example/d> <{DCT.title}> "{text}" .\n'
    store.write([identity], [Version(identity, media_type, body)], (), newest.moment, store.head(newest.number))
    number = -(-store.last_event() // SIZE)
    answer = client.get(f"/feed/{number}", headers={"Accept": media_type})
    assert answer.status_code == 200
    form = next(form.oxigraph for form in FORMS.values() if form.media_type == media_type)
    assert ox.Literal(text) in {quad.object for quad in ox.parse(answer.content, format=form)}
    store.write([identity], (), (), newest.moment, store.head(newest.number))
    publish(services)


@pytest.mark.parametrize("path", ["/feed", "/feed/1"])
def test_nodes_travel_squeezed_and_are_not_sent_again(client: httpx.Client, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("content-encoding"), answer.headers["content-encoding"]) == (None, "gzip")
    assert answer.content == plain.content  # httpx has opened it
    assert {"Accept", "Accept-Encoding"} <= {one.strip() for one in answer.headers["vary"].split(",")}
    assert answer.headers["etag"] != plain.headers["etag"]
    for condition in ({"If-None-Match": answer.headers["etag"]}, {"If-None-Match": "*"}):
        again = client.get(path, headers={"Accept-Encoding": "gzip"} | condition)
        assert (again.status_code, again.content) == (304, b"")
    other = client.get(path, headers={"If-None-Match": answer.headers["etag"], "Accept-Encoding": "identity"})
    assert other.status_code == 200


def test_a_node_says_when_it_last_changed(client: httpx.Client) -> None:
    answer, found = next(nodes(client))
    moments = (one.object for one in found if one.predicate.value == f"{AS}published")
    published = max(moment.value for moment in moments if isinstance(moment, ox.Literal))
    assert answer.headers["last-modified"] == format_datetime(datetime.fromisoformat(published), usegmt=True)
    dated = {"If-Modified-Since": answer.headers["last-modified"]}
    assert client.get("/feed/1", headers=dated).status_code == 304


@pytest.mark.parametrize("node", ["9999", "0", "abc", "9" * 40])
def test_node_that_does_not_exist_says_which_do(client: httpx.Client, node: str) -> None:
    answer = client.get(f"/feed/{node}")
    assert answer.status_code == 404
    assert "/feed/1" in answer.json()["detail"]


def test_sitemap_has_every_dataset(client: httpx.Client, installation: Installation) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314 - our own document
    parts = [str(one.text) for one in index.iter(f"{space}loc")]
    found = [
        str(one.text)
        for part in parts
        for one in ET.fromstring(client.get(httpx.URL(part).path).text).iter(f"{space}loc")  # noqa: S314 - as above
    ]
    assert len(set(found)) == installation.services.catalogue.count()
    assert "/sitemap.xml" in client.get("/robots.txt").text
    assert client.get("/sitemap-99.xml").status_code == 404


def test_page_of_a_dataset_speaks_to_search_engines(client: httpx.Client, installation: Installation) -> None:
    newest = installation.services.published.snapshot()
    assert newest is not None
    ((identity, _),) = installation.services.published.identities(newest.number, 7, 1)
    page = client.get(f"/datasets/{identity}", headers={"Accept": "text/html"}).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    told = json.loads(found[1])
    assert told["@type"] == "Dataset"
    assert told["name"]
    assert told["description"]
    assert f'href="/datasets/{identity}.ttl"' in page


def test_nothing_closes_the_script() -> None:
    described = Dataset(title=(Text("</script><script>alert(1)</script>\ud800"),), description=(Text("d"),))
    text = script(described, "https://aiguillage.example/datasets/a", "fr")
    assert "<" not in text
    assert json.loads(text)["name"].startswith("</script>")


def test_members_are_datasets(client: httpx.Client) -> None:
    _, found = next(nodes(client))
    typed = {
        one.subject for one in found if one.object == ox.NamedNode(DCAT.Dataset) and one.graph_name == ox.DefaultGraph()
    }
    assert {str(one) for one in typed} == {f"<{value}>" for value in values(found, f"{AS}object")}


def test_a_node_that_was_emptied_is_another(client: httpx.Client, installation: Installation) -> None:
    """Where a person is forgotten: whoever asks whether it changed must not be told that it did not. The last test
    here, since it empties what others wrote."""
    store, identity = installation.services.published, "c" * 16
    newest = store.snapshot()
    assert newest is not None
    for digest in ("1", "2"):
        body = f'<https://a.example/d> <{DCT.title}> "{digest}" .\n'
        store.write([identity], [Version(identity, digest, body)], (), newest.moment, store.head(newest.number))
    path = f"/feed/{-(-(store.last_event() - 1) // SIZE)}"
    before = client.get(path).headers
    store.drop_superseded()
    known = {"If-None-Match": before["etag"]}, {"If-Modified-Since": before["date"]}
    assert [client.get(path, headers=condition).status_code for condition in known] == [200, 200]
    assert client.get(path, headers={"If-None-Match": client.head(path).headers["etag"]}).status_code == 304
    store.write([identity], (), (), newest.moment, store.head(newest.number))
    publish(installation.services)
