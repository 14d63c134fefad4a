"""Access rights: those of the EU, and what is shared under conditions, for which the EU has no code.

French law opens some data to some people or for some purposes only, on conditions (data of general interest,
statistical and tax data through an accredited access, data that an agreement opens to partners): more than
``RESTRICTED`` tells.
"""

from collections.abc import Mapping

from dcat.authority import AuthorityConcept, table

SHARED = "SHARED"
RESTRICTED = "RESTRICTED"


def access_rights() -> Mapping[str, AuthorityConcept]:
    """Every access right by its code; ``SHARED`` has no IRI."""
    shared = AuthorityConcept(SHARED, "", "Partagé sous conditions", "Shared under conditions", ours_fr=True)
    return {**table("access-right"), SHARED: shared}


def eu_access_right(code: str) -> str:
    """The code of the EU table that says the most of what a code says."""
    return RESTRICTED if code == SHARED else code
