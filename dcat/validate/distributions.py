"""DCAT-AP 3: the distributions of a dataset and the services that give access to them."""

import re
from collections.abc import Iterator

from dcat.model import Concept, DataService, Dataset
from dcat.validate.check import Checks, Values, in_authority, said, share

HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2})+")
# The top-level types that IANA registers: https://www.iana.org/assignments/media-types/
MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|haptics|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}",
    re.IGNORECASE,
)
IANA = "www.iana.org/assignments/media-types/"


def access_url_missing(dataset: Dataset) -> Values:
    """Where there is no address at all, ``distribution-without-url`` says so."""
    return [one.download_urls[0] for one in dataset.distributions if one.download_urls and not one.access_urls]


def checksum_invalid(dataset: Dataset) -> Values:
    sums = (one.checksum for one in dataset.distributions)
    return [found.value for found in sums if found is not None and not HEXADECIMAL.fullmatch(found.value)]


def byte_size_invalid(dataset: Dataset) -> Values:
    return [str(one.byte_size) for one in dataset.distributions if one.byte_size is not None and one.byte_size < 0]


def service_title_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if not service.title]


def service_endpoint_missing(dataset: Dataset) -> Values:
    return [name_of(service) for service in services(dataset) if not service.endpoint_urls]


def distribution_description_missing(dataset: Dataset) -> Values:
    every = dataset.distributions
    return share(sum(not one.description for one in every), every)


def format_missing(dataset: Dataset) -> Values:
    every = dataset.distributions
    return share(sum(not said(one.format) for one in every), every)


def availability_missing(dataset: Dataset) -> Values:
    every = dataset.distributions
    return share(sum(one.availability is None for one in every), every)


def format_not_eu(dataset: Dataset) -> Values:
    every = [
        one.format for one in dataset.distributions if one.format is not None and one.format.code and said(one.format)
    ]
    return share(sum(not in_authority(one, "file-type") for one in every), every)


def media_type_not_iana(dataset: Dataset) -> Values:
    every = [one.media_type for one in dataset.distributions if one.media_type is not None]
    return share(sum(not _is_media_type(one) for one in every), every)


def services(dataset: Dataset) -> Iterator[DataService]:
    """The services that the distributions name."""
    for distribution in dataset.distributions:
        yield from distribution.access_services


def name_of(service: DataService) -> str:
    """What tells a service from the others."""
    return service.iri or next(iter(service.endpoint_urls), "")


def _is_media_type(concept: Concept) -> bool:
    written = concept.code or concept.iri.partition(IANA)[2] or next((text.value for text in concept.label), "")
    return MEDIA_TYPE.fullmatch(written.partition(";")[0].strip()) is not None


CHECKS: Checks = {
    "access-url-missing": access_url_missing,
    "checksum-invalid": checksum_invalid,
    "byte-size-invalid": byte_size_invalid,
    "service-title-missing": service_title_missing,
    "service-endpoint-missing": service_endpoint_missing,
    "distribution-description-missing": distribution_description_missing,
    "format-missing": format_missing,
    "availability-missing": availability_missing,
    "format-not-eu": format_not_eu,
    "media-type-not-iana": media_type_not_iana,
}
