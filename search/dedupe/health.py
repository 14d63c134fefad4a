"""What is wrong with a copy, as measured: reasons to show another one although it has no authority."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from search.document import Copy

POORER = 0.5  # of the best copy's share of the points of quality: a copy with less says too little ...
WELL_DESCRIBED = 0.5  # ... beside one that has so many


class Ailment(StrEnum):
    """The first two are measured after the harvest and kept beside the copy; the others stand in it."""

    DEAD_LINKS = "dead-links"  # every address that was asked refuses
    UNSEEN = "unseen"  # its portal has not shown it for long
    EXPIRED = "expired"
    POOR = "poor"


class Symptom(Struct, frozen=True):
    """How an ailment is seen in a copy among the others, and what is said of it."""

    shows: Callable[[Copy, Sequence[Copy]], bool]
    text_fr: str
    text_en: str


def poor(copy: Copy, copies: Sequence[Copy]) -> bool:
    best = max((other.quality for other in copies if other.quality is not None), default=0.0)
    return best >= WELL_DESCRIBED and copy.quality is not None and copy.quality < POORER * best


SYMPTOMS: Mapping[Ailment, Symptom] = {
    Ailment.DEAD_LINKS: Symptom(
        lambda copy, _: Ailment.DEAD_LINKS in copy.ailments,
        "aucun de ses liens ne répond",
        "none of its links answers",
    ),
    Ailment.UNSEEN: Symptom(
        lambda copy, _: Ailment.UNSEEN in copy.ailments,
        "son portail ne l'a plus montrée depuis longtemps",
        "its portal has not shown it for a long time",
    ),
    Ailment.EXPIRED: Symptom(lambda copy, _: copy.archived, "elle est archivée", "it is archived"),
    Ailment.POOR: Symptom(poor, "elle est bien moins décrite que les autres", "it says much less than the others"),
}


def ailments_of(copy: Copy, copies: Sequence[Copy]) -> tuple[Ailment, ...]:
    """Those that a copy shows, the gravest first."""
    return tuple(ailment for ailment, symptom in SYMPTOMS.items() if symptom.shows(copy, copies))
