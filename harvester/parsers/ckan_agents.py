"""Who publishes, makes and answers for a package: three generations of names for it."""

from collections.abc import Iterator

from dcat.iri import is_http
from dcat.model import Agent, ContactPoint, Texts
from harvester.parsers.ckan_package import Package, translated
from harvester.parsers.concepts import concept
from harvester.parsers.fields import Fields

DKAN_GROUP = "group/"


def publisher(package: Package) -> Agent | None:
    """What the package says (``publisher``, ``publisher_name``), else its organisation, else DKAN's group."""
    row = package.row
    if row.holds_objects("publisher"):
        return next(filter(None, map(_agent, row.members("publisher"))), None)
    return _named(package, "publisher") or _organisation(row) or _dkan_group(row)


def creators(package: Package) -> Iterator[Agent]:
    """``creator``, ``creator_name``, else the author."""
    row = package.row
    if row.holds_objects("creator"):
        yield from filter(None, map(_agent, row.members("creator")))
    elif found := _named(package, "creator") or _author(row):
        yield found


def contact_points(package: Package) -> Iterator[ContactPoint]:
    """``contact``, ``contact_name``, else the maintainer, else the author's address."""
    row, meta = package.row, package.meta
    if row.holds_objects("contact"):
        yield from (_contact(one) for one in row.members("contact"))
        return
    name = meta.words("contact_name", "dcat_contact_name")
    email = meta.text("contact_email", "dcat_contact_email")
    if not (name or email):
        name, email = row.words("maintainer"), row.text("maintainer_email")
    if not (name or email):
        email = meta.text("contact-email") or row.text("author_email")
    if name or email:
        yield ContactPoint(name=name, email=email.strip(), url=meta.text("contact_url", "contact_uri").strip())


def is_dkan_group(group: Fields) -> bool:
    """DKAN names its groups, which are organisations, ``group/…``."""
    return group.text("name").startswith(DKAN_GROUP)


def _agent(fields: Fields) -> Agent | None:
    name = translated(fields, "name")
    identifier, iri = fields.text("identifier").strip(), fields.text("uri").strip()
    if is_http(identifier) and not iri:
        identifier, iri = "", identifier
    if not (name or identifier or iri):
        return None
    return Agent(
        name=name,
        iri=iri,
        identifier=identifier,
        type=concept(fields.text("type")),
        email=fields.text("email", "mbox").strip(),
        homepage=fields.text("url").strip(),
    )


def _named(package: Package, role: str) -> Agent | None:
    """``publisher_name``, ``publisher_email`` and so on; ``dcat_publisher_name`` in older packages."""
    meta = package.meta

    def said(what: str) -> tuple[str, str]:
        return f"{role}_{what}", f"dcat_{role}_{what}"

    name: Texts = meta.words(*said("name"), role)
    if not name:
        return None
    return Agent(
        name=name,
        iri=meta.text(*said("uri")).strip(),
        identifier=meta.text(*said("identifier")).strip(),
        type=concept(meta.text(*said("type"))),
        email=meta.text(*said("email")).strip(),
        homepage=meta.text(*said("url")).strip(),
    )


def _organisation(row: Fields) -> Agent | None:
    if not row.holds_objects("organization"):
        return None
    organisation = row.member("organization")
    name = translated(organisation, "title") or organisation.words("display_name", "name")
    if not name:
        return None
    return Agent(name=name, identifier=organisation.text("siret", "siren", "identifier", "name", "id").strip())


def _author(row: Fields) -> Agent | None:
    name = row.words("author")
    return Agent(name=name, email=row.text("author_email").strip()) if name else None


def _dkan_group(row: Fields) -> Agent | None:
    groups = row.members("groups") if row.holds_objects("groups") else ()
    found = next(filter(is_dkan_group, groups), None)
    return Agent(name=found.words("title"), identifier=found.text("name").removeprefix(DKAN_GROUP)) if found else None


def _contact(fields: Fields) -> ContactPoint:
    return ContactPoint(
        name=translated(fields, "name"),
        iri=fields.text("uri").strip(),
        email=fields.text("email").strip(),
        url=fields.text("url").strip(),
        telephone=fields.text("telephone", "phone").strip(),
    )
