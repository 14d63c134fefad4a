"""The merged feed as a harvester reads it: every page, every syntax, while it changes, and with wrong questions."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import sqlalchemy as sa
import zstandard
from rdflib.compare import isomorphic

from api.errors import BadRequest, Problem
from api.feed.dumping import Dumper
from api.feed.publishing import publish
from api.feed.whole import DUMPS, dump_folder, export
from dcat.namespaces import DCAT, DCT, FOAF, HYDRA, RDF
from search.published.store import Version
from search.published.tables import snapshots
from tests.feed.shapes import background, violations
from tests.installation import Installation

FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
OXIGRAPH = {
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
}
TYPES = {
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def path_of(address: str) -> str:
    """Links lead to ``PUBLIC_URL``; the test's server is elsewhere."""
    url = httpx.URL(address)
    return f"{url.path}?{url.query.decode()}"


def objects(text: str, name: str) -> list[str]:
    """The values of a property in N-Triples, as tokens."""
    return [str(quad.object) for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES) if quad.predicate.value == name]


def walk(client: httpx.Client, first: str) -> Iterator[str]:
    """Every page in N-Triples, by hydra:next."""
    address = first
    while address:
        answer = client.get(path_of(address))
        assert answer.status_code == 200
        yield answer.text
        following = objects(answer.text, HYDRA.next)
        address = following[0][1:-1] if following else ""


@pytest.mark.reference
def test_every_page_meets_the_official_shapes(client: httpx.Client, installation: Installation) -> None:
    pages = list(walk(client, "/catalog.nt"))
    datasets = [one for page in pages for one in objects(page, DCAT.dataset)]
    assert len(datasets) == len(set(datasets)) == installation.services.catalogue.count()
    for page in pages:
        assert violations("html-shapes.ttl", page) == []
        assert violations("html-deprecateduris.ttl", page) == []
        for shapes in ("html-range.ttl", "html-mdr-vocabularies.shape.ttl"):
            assert violations(shapes, page, background(page)) == []


def test_four_syntaxes_are_one_graph(client: httpx.Client) -> None:
    graphs = {}
    for form, name in FORMS.items():
        answer = client.get(f"/catalog.{form}", params={"page_size": 20, "page": 2})
        assert answer.headers["content-type"] == f"{TYPES[form]}; charset=utf-8"
        graphs[form] = rdflib.Graph().parse(data=answer.content, format=name)
        for view in list(graphs[form].subjects(rdflib.URIRef(HYDRA.next))):
            graphs[form].remove((view, None, None))  # a page's links keep to its syntax
            graphs[form].remove((None, None, view))
        read = ox.parse(answer.content, format=OXIGRAPH[form])
        assert {quad.subject for quad in read if quad.object == ox.NamedNode(DCAT.CatalogRecord)}
    assert len(graphs["nt"]) > 500
    for form in ("ttl", "rdf", "jsonld"):
        assert isomorphic(graphs[form], graphs["nt"]), form


def test_page_says_where_it_stands(client: httpx.Client) -> None:
    answer = client.get("/catalog.nt", params={"page": 2, "page_size": 50})
    text = answer.text
    assert {*objects(text, RDF.type)} >= {f"<{HYDRA.PartialCollectionView}>", f"<{HYDRA.PagedCollection}>"}
    assert objects(text, HYDRA.next) == objects(text, HYDRA.nextPage)
    assert len(objects(text, HYDRA.view)) == 1
    for relation in ("first", "prev", "next", "last", "self"):
        assert f'rel="{relation}"' in answer.headers["link"]
    assert answer.headers["last-modified"].endswith("GMT")


def test_recognised_territories_stand_beside_the_words_of_portals(client: httpx.Client) -> None:
    found = [place for page in walk(client, "/catalog.nt") for place in objects(page, DCT.spatial)]
    ours = [place for place in found if re.search(r"id\.insee\.fr/geo/(?:commune|departement|region)/\w+>$", place)]
    assert ours
    assert len(found) - len(ours) >= len(ours)


def test_sources_are_credited(client: httpx.Client, installation: Installation) -> None:
    text = client.get("/catalog.nt", params={"page_size": 1}).text
    assert len(objects(text, DCT.hasPart)) == len(installation.services.archive.last_runs())
    said = " ".join(objects(text, DCT.description))
    assert "moissonné en entier" in said
    assert re.search(r"\d fiches reçues sur \d+ annoncées", said)
    assert "la source n'annonce pas de total" in said  # one document has no count beside it
    assert "sur ?" not in said


def test_unchanged_page_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/catalog.ttl")
    again = client.get("/catalog.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    dated = client.get("/catalog.ttl", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert dated.status_code == 304
    other = client.get("/catalog.rdf", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/catalog.rdf", "/feed", "/feed/1", "/sitemap.xml"])
def test_heads_are_told_without_the_body(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code == 200
    assert head.headers.get("etag") == whole.headers.get("etag")
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_names_of_the_feed_lead_somewhere(client: httpx.Client) -> None:
    text = client.get("/catalog.nt", params={"page_size": 1}).text
    (dataset,) = objects(text, DCAT.dataset)
    record, file = objects(text, DCAT.record)[0], objects(text, DCAT.distribution)[0]
    for name in (record, file):
        answer = client.get(httpx.URL(name[1:-1]).path)
        assert (answer.status_code, answer.headers["location"]) == (303, httpx.URL(dataset[1:-1]).path)
    assert client.get("/records/nobody:0000000000000000").status_code == 404


def test_every_name_under_the_public_address_leads_to_a_page(client: httpx.Client, installation: Installation) -> None:
    """Creators and the publishers of services are named as publishers are; services as distributions are."""
    base = installation.services.public_url
    names = {
        token.partition("#")[0]
        for page in walk(client, "/catalog.nt")
        for token in re.findall(rf"<{re.escape(base)}(/[^>]*)>", page)
        if not token.startswith(("/catalog.nt?", "/datasets/")) or "/services/" in token
    }
    kinds = {name.split("/")[1] for name in names}
    assert kinds >= {"", "catalog", "datasets", "portals", "publishers", "records"}
    lost = [name for name in sorted(names) if client.get(name, follow_redirects=True).status_code != 200]
    assert lost == []


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip;q=0", False), ("gzip;q=0, *", False), ("", False)],
)
def test_pages_travel_squeezed_where_the_client_takes_it(client: httpx.Client, accepted: str, sent: bool) -> None:
    plain = client.get("/catalog.nt", headers={"Accept-Encoding": "identity"})
    answer = client.get("/catalog.nt", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is sent
    assert answer.content == plain.content  # httpx has opened it
    assert "Accept-Encoding" in answer.headers["vary"]
    assert (answer.headers["etag"] == plain.headers["etag"]) is not sent
    again = client.get("/catalog.nt", headers={"Accept-Encoding": accepted, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    if sent:
        assert int(answer.headers["content-length"]) * 4 < len(plain.content)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/rdf+xml", "rdf"),
        ("text/html,*/*;q=0.8", "ttl"),
        ("application/json", "jsonld"),
        ("application/ld+json, text/turtle;q=.5", "jsonld"),
    ],
)
def test_catalogue_negotiates(client: httpx.Client, accept: str, expected: str) -> None:
    answer = client.get("/catalog?page=2", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/catalog.{expected}?page=2")


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ("/catalog.xml", "ttl, rdf, jsonld, nt"),
        ("/catalog.ttl?page=0", "1"),
        ("/catalog.ttl?page=99999", "only"),
        ("/catalog.ttl?page=x", "integer"),
        ("/catalog.ttl?page_size=101", "100"),
        ("/catalog.ttl?modified_since=hier", "ISO 8601"),
        ("/catalog.ttl?pgae=2", "page_size"),
        ("/catalog.ttl?territory=region:99", "region:53"),
        ("/catalog.ttl?theme=TRANSPORTS", "TRAN"),
        ("/catalog.ttl?portal=renne", "rennes-metropole"),
    ],
)
def test_wrong_question_is_told_what_is_allowed(client: httpx.Client, question: str, allowed: str) -> None:
    answer = client.get(question, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert allowed in answer.json()["detail"]


def test_filters(client: httpx.Client, installation: Installation) -> None:
    store = installation.services.published
    everything = int(objects(client.get("/catalog.nt").text, HYDRA.totalItems)[0].split('"')[1])
    portals = {portal: _total(client, portal=portal) for portal in installation.services.portals}
    assert sum(portals.values()) == everything
    assert 0 < _total(client, territory="region:53") < everything
    assert _total(client, territory="commune:01001") == 0
    assert _total(client, territory="fr:region:53") == _total(client, territory="Bretagne") > 0
    assert 0 < _total(client, theme="TRAN") == _total(client, theme="tran") < everything
    assert _total(client, modified_since="2001-01-01") == everything
    assert _total(client, modified_since="2999-01-01T00:00:00+01:00") == 0
    assert store.count(10**6) == everything


def _total(client: httpx.Client, **filters: str) -> int:
    text = client.get("/catalog.nt", params={**filters, "page_size": 1}).text
    return int(objects(text, HYDRA.totalItems)[0].split('"')[1])


def test_walk_sees_one_snapshot_while_the_feed_changes(client: httpx.Client, installation: Installation) -> None:
    services = installation.services
    pages = walk(client, "/catalog.nt?page_size=100")
    first = objects(next(pages), DCAT.dataset)
    store = services.published
    newest = store.snapshot()
    assert newest is not None
    everything = store.count(newest.number)
    gone = [identity for identity, _ in store.identities(newest.number, 0, 30)]
    store.write(gone, (), (), newest.moment, store.head(newest.number))
    try:
        rest = [one for page in pages for one in objects(page, DCAT.dataset)]
        assert len(first) + len(rest) == len({*first, *rest}) == everything
        assert _total(client) == everything - len(gone)
        assert client.get(f"/datasets/{gone[0]}.ttl").status_code == 410
    finally:
        store.publish_anew()
        publish(services)
    assert _total(client) == everything


def test_old_snapshot_is_gone_and_says_what_to_do(client: httpx.Client, installation: Installation) -> None:
    services = installation.services
    engine = services.archive.engine
    newest = services.published.snapshot()
    assert newest is not None
    with engine.begin() as connection:
        old = {"number": -2, "moment": "2001-01-01T00:00:00Z", "digest": "", "head": b""}
        replaced = {"number": -1, "moment": "2001-01-02T00:00:00Z", "digest": "", "head": b""}
        connection.execute(snapshots.insert(), [old, replaced])
        connection.execute(snapshots.update().where(snapshots.c.number == 1).values(moment="2001-01-02T00:00:00Z"))
        connection.execute(snapshots.update().where(snapshots.c.number == 2).values(moment="2001-01-03T00:00:00Z"))
    answer = client.get("/catalog.ttl?snapshot=1", headers={"Accept-Language": "en"})
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/catalog.ttl" in answer.json()["detail"]
    assert client.get("/catalog.ttl?snapshot=999999").status_code == 410
    with engine.begin() as connection:
        connection.execute(sa.delete(snapshots).where(snapshots.c.number < 0))


def test_one_dataset_in_every_syntax(client: httpx.Client, installation: Installation) -> None:
    services = installation.services
    newest = services.published.snapshot()
    assert newest is not None
    ((identity, _),) = services.published.identities(newest.number, 3, 1)
    text = client.get(f"/datasets/{identity}.nt").text
    assert objects(text, FOAF.primaryTopic)
    for form, media_type in TYPES.items():
        by_name = client.get(f"/datasets/{identity}.{form}")
        negotiated = client.get(f"/datasets/{identity}", headers={"Accept": media_type})
        assert by_name.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert by_name.content == negotiated.content
    assert client.get(f"/datasets/{identity}", headers={"Accept": "text/html"}).text.startswith("<!doctype html>")
    assert client.get("/datasets/0000000000000000.ttl").status_code == 404


def test_what_was_published_and_is_no_longer_is_gone(client: httpx.Client, installation: Installation) -> None:
    """An id that nobody ever gave is not found; one of a tombstone answers 410, in every syntax and as a page."""
    store, services = installation.services.published, installation.services
    newest = store.snapshot()
    assert newest is not None
    store.write(["f" * 16], [Version("f" * 16, "1", "")], (), newest.moment, store.head(newest.number))
    store.write(["f" * 16], (), (), newest.moment, store.head(newest.number))
    for path in ("/datasets/ffffffffffffffff.ttl", "/datasets/ffffffffffffffff", "/api/datasets/ffffffffffffffff"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json"), path
        assert "ffffffffffffffff" in answer.json()["detail"]
        assert client.get(path.replace("ffffffffffffffff", "eeeeeeeeeeeeeeee")).status_code == 404
    publish(services)


def test_dumps_are_the_whole_feed(client: httpx.Client, installation: Installation) -> None:
    assert client.get("/catalog/dump.rdf.gz").status_code == 404
    services = installation.services
    dumper = Dumper(services)
    dumper.turn()
    dumper.wait()
    read = {}
    for name in DUMPS:
        data = client.get(f"/catalog/{name}").content
        plain = (
            gzip.decompress(data) if name.endswith("gz") else zstandard.ZstdDecompressor().stream_reader(data).read()
        )
        read[name] = set(map(str, ox.parse(plain, format=OXIGRAPH[name.split(".")[1]])))
    assert len({frozenset(found) for found in read.values()}) == 1
    first = client.head("/catalog/dump.nt.gz").headers
    for condition in ({"If-None-Match": first["etag"]}, {"If-Modified-Since": first["last-modified"]}):
        again = client.get("/catalog/dump.nt.gz", headers=condition)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first["etag"])
    assert client.get("/catalog/dump.nt.gz", headers={"If-None-Match": '"another"'}).status_code == 200
    members = [line for line in read["dump.nt.gz"] if f" <{DCAT.dataset}> " in line]
    assert len(members) == services.catalogue.count()
    assert not [path for path in dump_folder(services).iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("name", ["c.ttl", "c.rdf.gz", "c.jsonld.zst", "c.nt"])
def test_export(installation: Installation, tmp_path: Path, name: str) -> None:
    services = installation.services
    assert export(services, tmp_path / name) == services.catalogue.count()
    data = (tmp_path / name).read_bytes()
    if name.endswith("gz"):
        data = gzip.decompress(data)
    if name.endswith("zst"):
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    found = ox.parse(data, format=OXIGRAPH[name.split(".")[1]])
    assert sum(1 for quad in found if quad.predicate.value == DCAT.dataset) == services.catalogue.count()


def test_export_says_which_formats_there_are(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="ttl, rdf, jsonld, nt"):
        export(installation.services, tmp_path / "c.csv.gz")
    assert list(tmp_path.iterdir()) == []


def test_export_says_that_it_cannot_write(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="No such file or directory"):
        export(installation.services, tmp_path / "absent" / "c.ttl")
