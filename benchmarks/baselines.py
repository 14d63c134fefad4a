"""What plain full-text search finds among the same records, on the same Elasticsearch."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from benchmarks.corpus import rows

FIELDS = {"title": "title", "description": "description", "organization": "organization", "tags": "tags"}
FRENCH = [f"{field}.french" for field in FIELDS]
WEIGHTED = ["title.french^4", "tags.french^2", "organization.french^2", "description.french"]

# name → the query: (a) and (b) as in the issue, and (b) with the weights of our own fields
BASELINES: Mapping[str, dict[str, Any]] = {
    "standard": {"fields": list(FIELDS)},
    "french": {"fields": FRENCH, "type": "best_fields"},
    "french_weighted": {"fields": WEIGHTED, "type": "best_fields"},
}
DEPTH = 100  # records, so that ten datasets are left when copies are folded
BATCH = 1_000


class Baseline:
    """One index with a document a record, each field analysed twice."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client
        self._index = index

    def fill(self, exports: Sequence[Path], number: int) -> None:
        """Unless it holds so many records already."""
        if self._client.indices.exists(index=self._index):
            if self._client.count(index=self._index)["count"] == number:
                return
            self._client.indices.delete(index=self._index)
        text = {"type": "text", "fields": {"french": {"type": "text", "analyzer": "french"}}}
        mappings = {"properties": dict.fromkeys(FIELDS, text)}
        self._client.indices.create(
            index=self._index, mappings=mappings, settings={"number_of_shards": 1, "refresh_interval": "-1"}
        )
        for _ in streaming_bulk(self._client, self._documents(exports), chunk_size=BATCH, request_timeout=120):
            pass
        self._client.indices.refresh(index=self._index)

    def ask(self, name: str, question: str) -> list[str]:
        """Row ids, the best first."""
        query = {"multi_match": {"query": question, **BASELINES[name]}}
        answer = self._client.search(index=self._index, query=query, size=DEPTH, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def remove(self) -> None:
        self._client.indices.delete(index=self._index, ignore_unavailable=True)

    def _documents(self, exports: Sequence[Path]) -> Iterator[dict[str, Any]]:
        for export in exports:
            for row in rows(export):
                source = {field: row[column] for field, column in FIELDS.items()}
                yield {"_index": self._index, "_id": row["id"], "_source": source}
