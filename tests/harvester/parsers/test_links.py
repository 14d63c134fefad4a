"""Whether a link leads to data, to a service or to words about them."""

import pytest

from harvester.parsers.links import Link

WMS = "https://sextant.ifremer.fr/services/wms/gm_bathy"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (Link(WMS, protocol="OGC:WMS", function="browsing"), False),
        (Link("https://geo.exemple.fr/carte", protocol="WWW:LINK", function="browsing"), True),
        (Link(WMS, protocol="OGC:WMS", function="information"), True),
        (Link("https://geo.exemple.fr/a.zip"), False),
        (Link("https://geo.exemple.fr/a"), True),
        (Link("https://geo.exemple.fr/a", function="download"), False),
    ],
)
def test_a_page_is_told_from_data(link: Link, *, page: bool) -> None:
    assert link.is_page() is page
