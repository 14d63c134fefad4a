"""DCAT-AP for high-value datasets: what the implementing regulation (EU) 2023/138 adds. Its properties of
distributions and services are in their ``extra``, since the model has no field for them."""

from dcat.model import Dataset
from dcat.validate.check import NOTHING, Checks, Values, missing, share
from dcat.validate.distributions import name_of, services

LEGISLATION = "data.europa.eu/eli/reg_impl/2023/138"
DOCUMENTATION = "<http://xmlns.com/foaf/0.1/page>"
CONTACT = "<http://www.w3.org/ns/dcat#contactPoint>"
CATEGORY = "<http://data.europa.eu/r5r/hvdCategory>"

# As open as CC BY 4.0, or more (article 4 of the regulation).
OPEN_ENOUGH = frozenset(("CC-BY-4.0", "CC0-1.0", "CC-PDM-1.0", "etalab-2.0", "fr-lo", "ODC-By-1.0", "PDDL-1.0"))


def is_high_value(dataset: Dataset) -> bool:
    """Whether the dataset says that it is one, by its category or by the regulation."""
    return bool(dataset.hvd_categories) or any(LEGISLATION in cited for cited in dataset.applicable_legislation)


def category_missing(dataset: Dataset) -> Values:
    return missing(dataset.hvd_categories)


def category_unknown(dataset: Dataset) -> Values:
    return [
        category.iri or next((text.value for text in category.label), "")
        for category in dataset.hvd_categories
        if not category.code
    ]


def legislation_missing(dataset: Dataset) -> Values:
    return missing(any(LEGISLATION in cited for cited in dataset.applicable_legislation))


def distribution_legislation_missing(dataset: Dataset) -> Values:
    every = dataset.distributions
    return share(sum(LEGISLATION not in one.extra for one in every), every)


def service_contact_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if CONTACT not in service.extra]


def service_documentation_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if DOCUMENTATION not in service.extra]


def service_legislation_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if LEGISLATION not in service.extra]


def service_category_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if CATEGORY not in service.extra]


def licence_restrictive(dataset: Dataset) -> Values:
    """A licence that is not recognised is not judged."""
    concepts = (dataset.licence, *(one.licence for one in dataset.distributions))
    codes = dict.fromkeys(concept.code for concept in concepts if concept is not None and concept.code)
    return [code for code in codes if code not in OPEN_ENOUGH]


def service_missing(dataset: Dataset) -> Values:
    return NOTHING if any(one.access_services for one in dataset.distributions) else missing(None)


CHECKS: Checks = {
    "hvd-category-missing": category_missing,
    "hvd-category-unknown": category_unknown,
    "hvd-legislation-missing": legislation_missing,
    "hvd-distribution-legislation-missing": distribution_legislation_missing,
    "hvd-service-contact-missing": service_contact_missing,
    "hvd-service-documentation-missing": service_documentation_missing,
    "hvd-service-legislation-missing": service_legislation_missing,
    "hvd-service-category-missing": service_category_missing,
    "hvd-licence-restrictive": licence_restrictive,
    "hvd-service-missing": service_missing,
}
