"""Which verdicts a person should look at: words alone spoke, and they nearly said the contrary."""

from search.dedupe.evidence import PROOFS
from search.dedupe.tree import ENOUGH
from search.dedupe.verdict import Verdict

NEAR = 3.0  # a score farther from what is enough leaves no doubt


def doubt_of(verdict: Verdict) -> float | None:
    """None where an identifier or a hard difference has settled it, or the words are clear."""
    if verdict.veto or not verdict.clues or any(clue.clue in PROOFS for clue in verdict.clues):
        return None
    distance = round(abs(verdict.score - ENOUGH), 2)
    return distance if distance <= NEAR else None
