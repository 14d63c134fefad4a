"""What only Elasticsearch has: a network, a cluster shared with others."""

from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from search.engines.backend import IndexUnavailable
from search.engines.elastic import ElasticsearchBackend
from search.fields import entry_of
from search.query import SearchRequest, index_query
from tests.search.examples import document


def test_a_server_that_does_not_answer_says_what_to_do() -> None:
    backend = ElasticsearchBackend("http://127.0.0.1:9", timeout=1)
    with pytest.raises(IndexUnavailable, match="AIGUILLAGE_ELASTICSEARCH_URL") as raised:
        backend.search(index_query(SearchRequest(q="bus")))
    assert "vérifiez qu'il tourne" in raised.value.text_fr
    assert not backend.health().ok
    backend.close()


def test_two_installations_share_a_cluster(elasticsearch_url: str) -> None:
    prefix = f"test-{uuid4().hex[:12]}"
    one, other = ElasticsearchBackend(elasticsearch_url, prefix), ElasticsearchBackend(elasticsearch_url, f"{prefix}-b")
    try:
        for backend, number in ((one, 1), (other, 2)):
            version = backend.create_version()
            backend.write(version, [entry_of(document(number))])
            backend.publish(version)
        assert len(one.versions()) == len(other.versions()) == 1
        hits = one.search(index_query(SearchRequest(q="bus"))).hits
        assert [hit.id for hit in hits] == [document(1).id]
    finally:
        names = [*one.versions(), *other.versions()]
        one.close()
        other.close()
        with Elasticsearch(elasticsearch_url) as client:
            for name in names:
                client.indices.delete(index=name)
