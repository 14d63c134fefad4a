"""The copy that is shown, against the truth of the sample federation."""

import csv
from collections import defaultdict

from dcat.identity import record_id
from search.dedupe.clues import Clues
from search.dedupe.elect import elect
from search.document import Copy, copy_of
from tests.installation import Installation

RIGHT = 0.97  # of the datasets that several portals describe (issue 6)


def test_the_copy_of_the_authority_is_elected(installation: Installation) -> None:
    """Each dataset with all its copies, as the truth joins them: the election alone is judged."""
    portals = installation.services.portals
    with installation.truth.open(encoding="utf-8", newline="") as file:
        truth = {record_id(row["portal"], row["source_id"]): row for row in csv.DictReader(file)}
    clues = Clues(portals)
    copies: dict[str, list[Copy]] = defaultdict(list)
    for record in installation.services.archive.records():
        copies[truth[record.id]["dataset"]].append(copy_of(record, portals[record.portal], clues.of(record)))
    authority = {row["dataset"]: row["authority_portal"] for row in truth.values()}
    several = {dataset: found for dataset, found in copies.items() if len(found) > 1}
    right = [elect(found, portals).copies[0].portal == authority[dataset] for dataset, found in several.items()]
    assert len(right) > 100
    assert sum(right) / len(right) >= RIGHT
