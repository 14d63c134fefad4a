"""What a spider knows is either taken along to the process that goes on with its walk, or read anew there."""

import json
from typing import Any

import pytest

from dcat.portal import Level, Portal, Protocol
from harvester.archive import Archive
from harvester.reading.readers import Readers
from harvester.spiders import SPIDERS
from tests.harvester.sources import recorder

READ_ANEW = {
    *("looks_ahead",),  # of the class
    *("_wanted",),  # of the portal's endpoint
    *("name", "portal", "recorder", "readers", "tell", "crawler", "settings", "start_urls"),  # given
    *("_foreseen",),  # of pages under way, which are asked for again
    *("broken", "ending"),  # the end of the walk; the latter has its own place in the checkpoint
    # from the next address, and from the pages of the archive
    *("_asked", "_visited", "_bodies", "_validators", "_mapping", "_at_root"),
}
STATE = (int, str, bool, list, dict, tuple, type(None))


def state_of(spider: object) -> dict[str, Any]:
    """Attributes of the instance, and defaults of its classes that a method may replace by one of the instance."""
    found = dict(vars(spider))
    for kind in type(spider).__mro__:
        if kind.__module__.startswith("harvester.spiders"):
            defaults = {name: value for name, value in vars(kind).items() if not name.startswith("__")}
            found = {**{name: value for name, value in defaults.items() if name.startswith("_")}, **found}
    return {name: value for name, value in found.items() if isinstance(value, STATE)}


@pytest.mark.parametrize("protocol", SPIDERS)
def test_every_attribute_is_remembered_or_read_anew(protocol: Protocol, archive: Archive) -> None:
    portal = Portal("rennes", "Rennes", Level.EPCI, (), "https://data.example.fr", protocol)
    spider = SPIDERS[protocol](portal, recorder(archive), Readers(0))
    state = state_of(spider)
    assert set(state) - READ_ANEW - {"_abc_impl"} <= set(spider.remembered)
    kept = {name: getattr(spider, name) for name in spider.remembered}
    assert json.loads(json.dumps(kept)) == kept
