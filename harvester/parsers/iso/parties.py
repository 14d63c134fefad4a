"""Responsible parties → publisher, creators, contact points; every role as a qualified attribution (GeoDCAT-AP)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from dcat.iri import clean_iri
from dcat.model import Agent, ContactPoint, Texts
from dcat.namespaces import DCAT, FOAF
from dcat.rdf.term import literal
from harvester.parsers.iso.repeated import Repeated
from harvester.parsers.iso.statements import CODELIST, PROV, Statement, iri, typed
from harvester.parsers.iso.tree import Element, Path, Words, code, said

_ORGANISATION = Path("organisationName|party/CI_Organisation/name")
_INDIVIDUAL = Path(
    "individualName|positionName|party/CI_Individual/name|party/CI_Organisation/individual/CI_Individual/name"
    "|party/CI_Organisation/individual/CI_Individual/positionName"
)
_CONTACT = Path(
    "contactInfo/CI_Contact|party/*/contactInfo/CI_Contact"
    "|party/CI_Organisation/individual/CI_Individual/contactInfo/CI_Contact"
)
_EMAIL = Path("address/CI_Address/electronicMailAddress")
_TELEPHONE = Path("phone/CI_Telephone/voice|phone/CI_Telephone/number")
_SITE = Path("onlineResource/CI_OnlineResource/linkage")
_ROLE = Path("role")

# Who publishes, best first (protocols.md §m); the other roles of ISO 19115 never do.
PUBLISHING = ("publisher", "owner", "pointOfContact", "custodian", "resourceProvider", "originator", "author")
CREATING = ("author", "originator", "principalInvestigator")
ASKED = ("pointOfContact", "distributor", "custodian", "owner", "publisher")


class Party(Struct, frozen=True):
    """One responsible party in one role, as ``CI_RoleCode`` names it."""

    role: str
    organisation: Texts
    individual: Texts
    email: str = ""
    telephone: str = ""
    site: str = ""


def read_parties(elements: Iterable[Element], words: Words) -> tuple[Party, ...]:
    """The parties that have a name or an e-mail address."""
    found = (_party(element, words) for element in elements)
    return tuple(dict.fromkeys(party for party in found if party.organisation or party.individual or party.email))


@Repeated
def _party(element: Element, words: Words) -> Party:
    contacts = _CONTACT.all(element)
    return Party(
        role=code(_ROLE.first(element)),
        organisation=words.texts(_ORGANISATION.first(element)),
        individual=words.texts(_INDIVIDUAL.first(element)),
        email=_first(_EMAIL, contacts),
        telephone=_first(_TELEPHONE, contacts),
        site=clean_iri(_first(_SITE, contacts))[0],
    )


def _first(path: Path, elements: Iterable[Element]) -> str:
    return next(filter(None, (said(path.first(element)) for element in elements)), "")


def publisher(parties: Sequence[Party], of_metadata: Sequence[Party]) -> Agent | None:
    """The organisation of the best role; of the metadata's own contact where the resource names nobody."""
    named = [party for party in _by_role(parties, PUBLISHING) if party.organisation]
    named += [party for party in _by_role(of_metadata, PUBLISHING) if party.organisation]
    return _agent(named[0]) if named else None


def creators(parties: Sequence[Party]) -> tuple[Agent, ...]:
    """Authors and originators, each once."""
    found = (_agent(party) for party in parties if party.role in CREATING and party.organisation)
    return tuple({agent.name: agent for agent in found}.values())


def contact_points(parties: Sequence[Party], of_metadata: Sequence[Party]) -> tuple[ContactPoint, ...]:
    """Every point of contact; where there is none, the first other that can be asked."""
    asked = [party for party in parties if party.role == "pointOfContact"]
    if not asked:
        reachable = (party for party in (*_by_role(parties, ASKED), *of_metadata) if party.email or party.telephone)
        asked = [party for party in (next(reachable, None),) if party]
    return tuple(dict.fromkeys(map(_contact, asked)))


def attributions(parties: Sequence[Party]) -> Iterator[Statement]:
    """``prov:qualifiedAttribution`` of each organisation in each role; no person, no address."""
    return (_attribution(party.organisation, party.role) for party in parties if party.organisation and party.role)


@lru_cache(maxsize=1_024)
def _attribution(organisation: Texts, role: str) -> Statement:
    names = tuple((FOAF.name, literal(text.value, text.language)) for text in organisation)
    had = (DCAT.hadRole, iri(f"{CODELIST}ResponsiblePartyRole/{role}"))
    agent = (f"{PROV}agent", (typed(FOAF.Organization), *names))
    return f"{PROV}qualifiedAttribution", (typed(f"{PROV}Attribution"), had, agent)


def _by_role(parties: Sequence[Party], roles: Sequence[str]) -> list[Party]:
    return [party for role in roles for party in parties if party.role == role]


def _agent(party: Party) -> Agent:
    return Agent(name=party.organisation, email=party.email, homepage=party.site)


def _contact(party: Party) -> ContactPoint:
    name = party.organisation or party.individual
    return ContactPoint(name=name, email=party.email, url=party.site, telephone=party.telephone)
