"""A package's resource → a distribution."""

from collections.abc import Iterator

from dcat.model import Checksum, DataService, Distribution
from harvester.parsers.ckan_package import translated
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.fields import Fields

# ``http://spdx.org/rdf/terms#checksumAlgorithm_sha1`` and ``SHA-1`` are one algorithm.
ALGORITHM_PREFIX = "checksumalgorithm_"
FILES = ("file", "file.upload", "upload")


def distribution(resource: Fields) -> Distribution:
    """``access_url`` and ``download_url`` where a schema has them, else ``url`` for both where it is a file."""
    access, download = _addresses(resource)
    return Distribution(
        iri=resource.text("uri").strip(),
        identifier=resource.text("id").strip(),
        title=translated(resource, "name", "title"),
        description=translated(resource, "description"),
        access_urls=access,
        download_urls=download,
        format=concept(resource.text("format")),
        media_type=concept(resource.text("mimetype", "mediaType")),
        compress_format=concept(resource.text("compress_format")),
        package_format=concept(resource.text("package_format")),
        licence=concept(resource.text("license", "license_url"), resource.text("license_id")),
        rights=resource.words("rights"),
        access_services=tuple(_services(resource)),
        conforms_to=concepts(resource.texts("conforms_to")),
        languages=concepts(resource.listed("language")),
        byte_size=resource.integer("size", "byteSize"),
        checksum=_checksum(resource),
        issued=resource.text("issued", "created"),
        modified=resource.text("modified", "last_modified", "metadata_modified"),
        availability=concept(resource.text("availability")),
        status=concept(resource.text("status")),
    )


def _addresses(resource: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    url = resource.text("url").strip()
    access = resource.text("access_url", "accessURL").strip() or url
    download = resource.text("download_url", "downloadURL").strip()
    kept = resource.text("url_type") in FILES or resource.text("resource_type") in FILES
    if not download and kept:
        download = url
    return (access,) if access else (), (download,) if download else ()


def _checksum(resource: Fields) -> Checksum | None:
    value = resource.text("hash").strip()
    algorithm = resource.text("hash_algorithm").strip().lower().rpartition("#")[2].replace("-", "")
    return Checksum(algorithm=algorithm.removeprefix(ALGORITHM_PREFIX), value=value) if value else None


def _services(resource: Fields) -> Iterator[DataService]:
    for service in resource.members("access_services"):
        yield DataService(
            iri=service.text("uri").strip(),
            title=translated(service, "title"),
            description=translated(service, "description"),
            endpoint_urls=service.texts("endpoint_url"),
            endpoint_descriptions=service.texts("endpoint_description"),
            serves=service.texts("serves_dataset"),
            licence=concept(service.text("license")),
            access_rights=concept(service.text("access_rights")),
        )
