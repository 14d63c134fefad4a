"""A dataset as its source describes it → as we publish it: our IRIs, the vocabularies' IRIs, what DCAT lets derive.

Nothing is made up: a licence said of the whole dataset is said of its distributions, the address of a download or of
the landing page is an access URL (DCAT 3 §6.8), a territory that the source names has its official address beside the
source's words (``dcat.publish.coverage``), and that is all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dcat.authority import AUTHORITY, table
from dcat.iri import clean_iri, is_public_http
from dcat.licence import licences
from dcat.model import Agent, Concept, DataService, Dataset, Distribution, Period, Place, Text, Texts
from dcat.namespaces import OWL, SKOS
from dcat.publish.addresses import agent_iri, distribution_key, publisher_key, publisher_type, service_key, siren_of
from dcat.publish.coverage import recognised
from dcat.rights import eu_access_right

SCHEMAS = "https://schema.data.gouv.fr/"
IANA = "https://www.iana.org/assignments/media-types/"


def described(dataset: Dataset, iri: str, base: str, title: Texts = (), description: Texts = ()) -> Dataset:
    """``title`` and ``description`` are another copy's words, for where this one has none."""
    return replace(
        dataset,
        iri=iri,
        identifiers=dataset.identifiers or (iri,),
        other_identifiers=_distinct((*dataset.other_identifiers, dataset.iri)),
        title=_words(dataset.title) or title,
        description=_words(dataset.description) or description,
        publisher=_agent(dataset.publisher, base),
        creators=tuple(filter(None, (_agent(creator, base) for creator in dataset.creators))),
        themes=_themes(dataset.themes),
        type=_coded(dataset.type, "dataset-type"),
        spatial=(*map(_place, dataset.spatial), *recognised(dataset.spatial)),
        temporal=tuple(map(_period, dataset.temporal)),
        frequency=_coded(dataset.frequency, "frequency"),
        languages=_all_coded(dataset.languages, "language"),
        licence=_licence(dataset.licence),
        access_rights=_access_rights(dataset.access_rights),
        conforms_to=tuple(map(_schema, dataset.conforms_to)),
        hvd_categories=_all_coded(dataset.hvd_categories, "high-value-dataset-category"),
        distributions=tuple(_distributions(dataset, iri, base)),
    )


def _words(texts: Texts) -> Texts:
    return tuple(text for text in texts if text.value.strip())


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


# --- values of vocabularies -----------------------------------------------------------------------------------------


def _coded(concept: Concept | None, name: str) -> Concept | None:
    """The vocabulary's own IRI and labels where the concept has a code of it, else the source's words."""
    known = table(name).get(concept.code) if concept and concept.code else None
    if known is None:
        return concept
    return Concept(known.iri, _labels(known.label_fr, known.label_en))


def _all_coded(concepts: tuple[Concept, ...], name: str) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(coded for concept in concepts if (coded := _coded(concept, name))))


def _themes(concepts: tuple[Concept, ...]) -> tuple[Concept, ...]:
    """The EU's themes, then the source's own that led to them."""
    coded = _all_coded(tuple(concept for concept in concepts if concept.code in table("data-theme")), "data-theme")
    own = (replace(concept, code="") for concept in concepts if concept.iri or concept.label)
    return tuple(dict.fromkeys((*coded, *(one for one in own if not one.iri.startswith(AUTHORITY)))))


def _licence(concept: Concept | None) -> Concept | None:
    known = licences().get(concept.code) if concept and concept.code else None
    return Concept(known.iri, _labels(known.label_fr, known.label_en)) if known and known.iri else concept


def _access_rights(concept: Concept | None) -> Concept | None:
    return _coded(replace(concept, code=eu_access_right(concept.code)), "access-right") if concept else None


def _schema(concept: Concept) -> Concept:
    """A schema that was recognised by words is named by its page in the national registry."""
    return replace(concept, iri=concept.iri or f"{SCHEMAS}{concept.code}") if concept.code else concept


def _media_type(concept: Concept | None) -> Concept | None:
    return Concept(IANA + concept.code) if concept and concept.code else concept


def _labels(french: str, english: str) -> Texts:
    return (Text(french, "fr"), Text(english, "en"))


# --- nodes ----------------------------------------------------------------------------------------------------------


def _agent(agent: Agent | None, base: str) -> Agent | None:
    """Under an IRI of ours; one that has no name keeps its own, since nothing but that is known of it."""
    named = _named(agent) if agent else None
    return replace(named, iri=agent_iri(base, publisher_key(named))) if named else agent


def agent_key(agent: Agent) -> str:
    """What the feed calls a publisher (``publisher_key``); ``""`` for one that keeps its own name or has none."""
    return publisher_key(published) if (published := _named(agent)) else ""


def _named(agent: Agent) -> Agent | None:
    """As the feed describes it, its IRI apart; None without a name."""
    if not _words(agent.name):
        return None
    kind = _agent_type(agent, siren_of(agent))
    return replace(agent, iri="", territory="", type=kind, extra=_same_as(agent.iri, agent.extra))


def _agent_type(agent: Agent, siren: str) -> Concept | None:
    """Where the SIREN names the node, only what follows from the SIREN: sources contradict each other."""
    if not siren:
        return _coded(agent.type, "publisher-type")
    code = publisher_type(siren)
    return _coded(Concept(code=code), "publisher-type") if code else None


def _same_as(iri: str, extra: str, property_iri: str = OWL.sameAs) -> str:
    """``extra`` with a statement that the node is the source's."""
    legal, _ = clean_iri(iri)
    if not is_public_http(legal):
        return extra
    return "\n".join(filter(None, (f"_:this <{property_iri}> <{legal}> .", extra)))


def _place(place: Place) -> Place:
    """A place that is drawn is a node of ours: another dataset may draw it otherwise."""
    place = replace(place, territory="")
    if not (place.bbox or place.geometry or place.centroid):
        return place
    same = _same_as(place.iri, place.extra, SKOS.exactMatch)
    return replace(place, iri="", extra=same)


def _period(period: Period) -> Period:
    return replace(period, iri="", extra=_same_as(period.iri, period.extra))


def _distributions(dataset: Dataset, iri: str, base: str) -> Iterator[Distribution]:
    met: Counter[str] = Counter()
    for distribution in dataset.distributions:
        key = distribution_key(distribution)
        met[key] += 1
        name = key if met[key] == 1 else f"{key}-{met[key]}"
        yield _distribution(distribution, dataset, iri, f"{iri}/distributions/{name}", base)


def _distribution(one: Distribution, dataset: Dataset, dataset_iri: str, iri: str, base: str) -> Distribution:
    return replace(
        one,
        iri=iri,
        access_urls=_access_urls(one, dataset),
        format=_coded(one.format, "file-type"),
        media_type=_media_type(one.media_type),
        compress_format=_media_type(one.compress_format),
        package_format=_media_type(one.package_format),
        licence=_licence(one.licence or dataset.licence),
        access_services=tuple(_service(service, dataset_iri, base) for service in one.access_services),
        languages=_all_coded(one.languages, "language"),
        conforms_to=tuple(map(_schema, one.conforms_to)),
        availability=_coded(one.availability, "planned-availability"),
        status=_coded(one.status, "distribution-status"),
        extra=_same_as(one.iri, one.extra),
    )


def _access_urls(one: Distribution, dataset: Dataset) -> tuple[str, ...]:
    endpoints = (url for service in one.access_services for url in service.endpoint_urls)
    return one.access_urls or one.download_urls or tuple(endpoints) or dataset.landing_pages[:1]


def _service(service: DataService, dataset_iri: str, base: str) -> DataService:
    return replace(
        service,
        iri=f"{dataset_iri}/services/{service_key(service)}",
        serves=(dataset_iri,),
        publisher=_agent(service.publisher, base),
        licence=_licence(service.licence),
        access_rights=_access_rights(service.access_rights),
        themes=_themes(service.themes),
        extra=_same_as(service.iri, service.extra),
    )
