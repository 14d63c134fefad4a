"""``portals check``: every address tried as a harvest would, private ones refused."""

from collections.abc import Iterator

import pytest

from api.checks.addresses import check_portals
from dcat.portal import Level, Portal, Protocol
from tests.harvester.spiders.source import Answer, Source, serving

AGENT = "Aiguillage-tests"


@pytest.fixture
def site() -> Iterator[Source]:
    with serving() as made:
        made.serve("/", b"<html>Portail</html>")
        made.serve("/api/catalog/datasets", b"{}")
        yield made


def portal(site: Source) -> Portal:
    return Portal(
        id="essai",
        title="Essai",
        level=Level.COMMUNE,
        territories=("commune:35238",),
        url=f"{site.url}/",
        protocol=Protocol.ODS,
        endpoint=f"{site.url}/api",
        search_url=f"{site.url}/gone?q={{query}}",
    )


def test_every_address_is_tried(site: Source) -> None:
    found = check_portals([portal(site)], AGENT, (site.host,))
    assert [(one.what, one.ok, one.detail) for one in found] == [
        ("url", True, "200"),
        ("endpoint", True, "200"),
        ("search_url", False, "404"),
    ]
    assert {headers["User-Agent"] for headers in site.headers} == {AGENT}


def test_a_private_address_is_not_asked(site: Source) -> None:
    found = check_portals([portal(site)], AGENT)
    assert {(one.ok, "private address 127.0.0.1" in one.detail) for one in found} == {(False, True)}
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_not_followed(site: Source) -> None:
    with serving() as inside:
        site.serve("/", Answer(status=302, headers={"Location": f"{inside.url}/secret"}))
        found = check_portals([portal(site)], AGENT, (site.host,))
        assert (found[0].ok, "private" in found[0].detail) == (False, True)
        assert inside.asked == []
