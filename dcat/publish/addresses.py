"""The IRIs that are ours (design §6): one for each dataset, distribution, record, publisher and portal."""

import hashlib
import re
from urllib.parse import quote

from msgspec import msgpack

from dcat.model import Agent, DataService, Distribution, text_in
from dcat.territory import gazetteer
from dcat.text import fold

OURSELVES = "aiguillage"
"""The key of who publishes the merged catalogue."""
_SIREN = re.compile(r"\d{9}(?:\d{5})?")


def dataset_iri(base: str, dataset: str) -> str:
    return f"{base}/datasets/{quote(dataset, safe='')}"


def record_iri(base: str, record: str) -> str:
    return f"{base}/records/{quote(record, safe=':')}"


def portal_iri(base: str, portal: str) -> str:
    return f"{base}/portals/{quote(portal, safe='')}"


def agent_iri(base: str, key: str) -> str:
    return f"{base}/publishers/{key}"


def distribution_key(distribution: Distribution) -> str:
    """What stays the same while a distribution is described better: its own IRI, else identifier, else addresses."""
    named = distribution.iri or distribution.identifier
    addresses = (*distribution.download_urls, *distribution.access_urls)
    return short_hash(named or "\n".join(addresses) or _packed(distribution.title).decode("latin-1"))


def service_key(service: DataService) -> str:
    return short_hash(service.iri or "\n".join(service.endpoint_urls))


def publisher_key(agent: Agent) -> str:
    """The SIREN, where the source or the territory tells it; else a hash of all that is said of the publisher, so that
    two descriptions under one IRI never contradict each other."""
    found = siren_of(agent)
    return found or hashlib.sha256(_packed(agent)).hexdigest()[:16]


def body_key(agent: Agent) -> str:
    """What its descriptions have in common, whoever wrote them: the SIREN, else a hash of the folded name; ``""`` where
    it has neither."""
    name = fold(text_in(agent.name))
    return siren_of(agent) or (short_hash(name) if name else "")


def siren_of(agent: Agent) -> str:
    """Nine digits that the source gives as a SIREN or SIRET and that pass its check; ``""`` otherwise."""
    digits = re.sub(r"\s", "", agent.identifier)
    if _SIREN.fullmatch(digits) and _passes(digits[:9]):
        return digits[:9]
    return ""


def publisher_type(siren: str) -> str:
    """The ADMS publisher type of a territorial body, by its SIREN alone; ``""`` for others."""
    territory = gazetteer().by_siren(siren) if siren else None
    return _TYPES.get(territory.level, "") if territory else ""


_TYPES = {
    "commune": "LocalAuthority",
    "epci": "LocalAuthority",
    "departement": "RegionalAuthority",
    "region": "RegionalAuthority",
}


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _packed(value: object) -> bytes:
    """What tells one value from another, whatever characters are in it."""
    try:
        return msgpack.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return repr(value).encode("utf-8", "surrogatepass")


def _passes(siren: str) -> bool:
    """Luhn's check, as INSEE computes it."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(siren)]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
