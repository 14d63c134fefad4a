"""Persons leave, services stay: contact points, creators, publishers, and what ``extra`` says of any of them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from dcat.model import Agent, ContactPoint, DataService, Dataset, Distribution, Texts
from dcat.normalise.notes import Notes
from dcat.normalise.person_statements import is_individual, without_persons
from dcat.personal import PersonalData, could_be_person, is_person, is_role_mailbox
from dcat.text import fold

RULE = "personal-data-removed"

Speaking = TypeVar("Speaking", Agent, ContactPoint, DataService, Dataset, Distribution)


class Kept(NamedTuple):
    """What stays of a name, a mailbox and a telephone, and the kinds of what left."""

    name: Texts
    email: str
    telephone: str
    gone: tuple[str, ...]


def leave_out_persons(dataset: Dataset, notes: Notes) -> Dataset:
    """As ``notes.personal`` asks; the very same object where nothing leaves."""
    if notes.personal is PersonalData.KEEP:
        return dataset
    new: dict[str, object] = {
        "contact_points": tuple(_contacts(dataset, notes)),
        "creators": tuple(_creators(dataset, notes)),
        "publisher": _publisher(dataset.publisher, notes) if dataset.publisher else None,
        "distributions": tuple(_distribution(one, notes) for one in dataset.distributions),
    }
    changed = {field: value for field, value in new.items() if value != getattr(dataset, field)}
    return _silent(replace(dataset, **changed) if changed else dataset, "dcat:Dataset", notes)


def _contacts(dataset: Dataset, notes: Notes) -> Iterator[ContactPoint]:
    bodies = _words_of_bodies(notes.portal.title, dataset.publisher.name if dataset.publisher else ())
    for contact in dataset.contact_points:
        person = is_individual(contact.extra) or _could_be_person(contact, bodies)
        kept = _kept(contact.name, contact.email, contact.telephone, notes.personal, person=person)
        _say(kept.gone, "dcat:contactPoint", notes)
        if "name" in kept.gone:  # a person: nothing but a service's mailbox stays
            left = ContactPoint(email=kept.email, telephone=kept.telephone)
        else:
            same = replace(contact, name=kept.name, email=kept.email, telephone=kept.telephone)
            left = _silent(same if kept.gone else contact, "dcat:contactPoint", notes)
        if left != ContactPoint(iri=left.iri, extra=left.extra) or not kept.gone:
            yield left


def _could_be_person(contact: ContactPoint, bodies: frozenset[str]) -> bool:
    """Two capitalised words, where they are not the body's own and no mailbox is a service's."""
    if contact.email and is_role_mailbox(contact.email):
        return False
    return any(could_be_person(text.value) and not bodies.issuperset(fold(text.value).split()) for text in contact.name)


@lru_cache(maxsize=1_024)
def _words_of_bodies(portal: str, publisher: Texts) -> frozenset[str]:
    """The words of the names of who publishes."""
    return frozenset(word for text in (portal, *(one.value for one in publisher)) for word in fold(text).split())


def _creators(dataset: Dataset, notes: Notes) -> Iterator[Agent]:
    for agent in dataset.creators:
        kept = _kept(agent.name, agent.email, "", notes.personal, person=is_individual(agent.extra))
        _say(kept.gone, "dct:creator", notes)
        if "name" in kept.gone:
            continue
        same = replace(agent, email=kept.email) if kept.gone else agent
        yield _silent(same, "dct:creator", notes)


def _publisher(agent: Agent, notes: Notes) -> Agent:
    """Who publishes signs for it: the name stays, a person's mailbox does not."""
    kept = _kept(agent.name, agent.email, "", notes.personal, person=False)
    mailbox = tuple(kind for kind in kept.gone if kind == "e-mail")
    _say(mailbox, "dct:publisher", notes)
    return _silent(replace(agent, email=kept.email) if mailbox else agent, "dct:publisher", notes)


def _distribution(distribution: Distribution, notes: Notes) -> Distribution:
    if not distribution.access_services and not distribution.extra:
        return distribution
    services = tuple(_service(service, notes) for service in distribution.access_services)
    changed = services != distribution.access_services
    same = replace(distribution, access_services=services) if changed else distribution
    return _silent(same, "dcat:Distribution", notes)


def _service(service: DataService, notes: Notes) -> DataService:
    publisher = _publisher(service.publisher, notes) if service.publisher else None
    same = replace(service, publisher=publisher) if publisher != service.publisher else service
    return _silent(same, "dcat:DataService", notes)


def _silent(node: Speaking, place: str, notes: Notes) -> Speaking:
    """Without the other statements about persons."""
    extra = without_persons(node.extra, notes.personal)
    if extra == node.extra:
        return node
    _say(("other statements",), place, notes)
    return replace(node, extra=extra)


@lru_cache(maxsize=1_024)
def _kept(name: Texts, email: str, telephone: str, personal: PersonalData, *, person: bool) -> Kept:
    """``person``: that it is one is known already."""
    person = person or any(is_person(text.value, email) for text in name)
    drop = personal is PersonalData.DROP
    nameless = person or any(_is_mailbox(text.value, drop=drop) for text in name)
    service = next((text.value for text in name), "") if not nameless else ""
    role = bool(email) and is_role_mailbox(email, service)
    gone = {
        "name": bool(name) and nameless,
        "e-mail": bool(email) and (drop or not role),
        "telephone": bool(telephone) and (drop or person or not (role or (service and not email))),
    }
    return Kept(
        () if gone["name"] else name,
        "" if gone["e-mail"] else email,
        "" if gone["telephone"] else telephone,
        tuple(kind for kind, left in gone.items() if left),
    )


def _is_mailbox(name: str, *, drop: bool) -> bool:
    """A mailbox in the place of a name."""
    return "@" in name and " " not in name.strip() and (drop or not is_role_mailbox(name))


def _say(gone: tuple[str, ...], place: str, notes: Notes) -> None:
    if gone:
        notes.add(RULE, place, ", ".join(gone))
