"""Access rights: the EU's, and what French law shares under conditions."""

from dcat.authority import table
from dcat.rights import SHARED, access_rights, eu_access_right


def test_shared_stands_beside_the_rights_of_the_eu() -> None:
    assert set(access_rights()) == {*table("access-right"), SHARED}
    assert (access_rights()[SHARED].label("fr"), access_rights()[SHARED].label("en")) == (
        "Partagé sous conditions",
        "Shared under conditions",
    )


def test_every_right_has_one_of_the_eu() -> None:
    assert eu_access_right(SHARED) == "RESTRICTED"
    assert {eu_access_right(code) for code in access_rights()} == set(table("access-right"))
    assert eu_access_right("") == ""
