"""What the store keeps of verdicts: links, and what is doubtful."""

from collections.abc import Iterable

from msgspec import Struct

from search.dedupe.doubt import doubt_of
from search.dedupe.verdict import Verdict


class Kept(Struct, frozen=True, array_like=True):
    """A row of ``search_relations``, in the order of its columns."""

    record: str
    other: str
    relation: str
    score: float
    whole: str
    doubt: float | None


def kept_of(verdicts: Iterable[Verdict]) -> list[Kept]:
    """Of those that link two records or leave a doubt."""
    kept = []
    for said in verdicts:
        doubt = doubt_of(said)
        if said.relation.links or doubt is not None:
            kept.append(Kept(said.one, said.other, said.relation.value, said.score, said.whole, doubt))
    return kept
