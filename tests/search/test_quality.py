"""The quality of a result is that of the copy which is shown."""

from dcat.model import ContactPoint, Dataset, Record, Text
from search.document import copy_of, document_of_copies

BARE = Record("a:1", "a", "1", Dataset(title=(Text("Arbres"),), description=(Text("D"),)))
BETTER = Record(
    "b:1",
    "b",
    "1",
    Dataset(
        title=(Text("Arbres"),),
        description=(Text("D"),),
        keywords=(Text("arbre"),),
        contact_points=(ContactPoint(email="donnees@example.fr"),),
    ),
)


def test_the_elected_copy_gives_its_share_of_the_points() -> None:
    """30 points for DCAT-AP; with keywords (30) and a contact point (20) 80 of 405."""
    bare, better = copy_of(BARE, None, {}), copy_of(BETTER, None, {})
    assert (bare.quality, better.quality) == (0.074, 0.198)
    assert document_of_copies("x", (better, bare), {}).quality == 0.198
