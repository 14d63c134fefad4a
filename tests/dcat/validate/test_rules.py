"""Each rule on a dataset that breaks it, and on one that does not."""

from typing import Any

import pytest
from msgspec.structs import replace

from dcat.findings import Finding, Severity, rules
from dcat.model import (
    Agent,
    BoundingBox,
    Checksum,
    Concept,
    ContactPoint,
    DataService,
    Dataset,
    Distribution,
    Period,
    Place,
    Record,
    Text,
)
from dcat.validate import CHECKS, Obligation, is_violation, specifications, validate

EU = "http://publications.europa.eu/resource/authority"
REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
CITED = f"_:this <http://data.europa.eu/r5r/applicableLegislation> <{REGULATION}> .\n"
SERVICE = DataService(
    iri="https://api.example.fr/",
    title=(Text("API des arbres"),),
    endpoint_urls=("https://api.example.fr/v1",),
    extra=CITED
    + "_:this <http://data.europa.eu/r5r/hvdCategory> <http://data.europa.eu/bna/c_dd313021> .\n"
    + "_:this <http://www.w3.org/ns/dcat#contactPoint> <https://example.fr/contact> .\n"
    + "_:this <http://xmlns.com/foaf/0.1/page> <https://example.fr/doc> .\n",
)
FILE = Distribution(
    description=(Text("Un arbre par ligne"),),
    access_urls=("https://data.example.fr/arbres",),
    download_urls=("https://data.example.fr/arbres.csv",),
    format=Concept(f"{EU}/file-type/CSV", code="CSV"),
    media_type=Concept("https://www.iana.org/assignments/media-types/text/csv", code="text/csv"),
    licence=Concept(label=(Text("Licence Ouverte 2.0"),), code="etalab-2.0"),
    access_services=(SERVICE,),
    conforms_to=(Concept("https://schema.data.gouv.fr/scdl/arbres/1.0.2"),),
    byte_size=0,
    checksum=Checksum("sha1", "00ffA1"),
    availability=Concept(f"{EU}/planned-availability/STABLE", code="STABLE"),
    extra=CITED,
)
GOOD = Dataset(
    title=(Text("Arbres"),),
    description=(Text("Les arbres de Rennes"),),
    publisher=Agent((Text("Rennes Métropole"),), identifier="243 500 139", territory="epci:243500139"),
    creators=(Agent((Text("Jardins"),)), Agent(iri="https://example.fr/elsewhere")),
    contact_points=(ContactPoint(email="donnees@example.fr"),),
    keywords=(Text("Données de référence"),),
    themes=(Concept("https://example.fr/nature", code="ENVI"), Concept(f"{EU}/data-theme/ENVI", code="ENVI")),
    spatial=(Place(bbox=BoundingBox(179.0, -10.0, -179.0, 10.0), territory="commune:35238"),),
    temporal=(Period("2020", "2020-06-30"), Period("2021-01-01T10:00:00", "2021-01-01"), Period(end="2019-01-01")),
    frequency=Concept(f"{EU}/frequency/ANNUAL", code="ANNUAL"),
    access_rights=Concept(f"{EU}/access-right/PUBLIC", code="PUBLIC"),
    hvd_categories=(Concept("http://data.europa.eu/bna/c_dd313021", code="c_dd313021"),),
    applicable_legislation=(REGULATION,),
    distributions=(FILE,),
)


def of(dataset: Dataset) -> tuple[Finding, ...]:
    return validate(Record("p:0", "p", "key", dataset))


def with_file(**fields: Any) -> Dataset:
    """A second distribution that differs from the good one."""
    return replace(GOOD, distributions=(FILE, replace(FILE, **fields)))


def with_service(**fields: Any) -> Dataset:
    return replace(GOOD, distributions=(replace(FILE, access_services=(replace(SERVICE, **fields),)),))


API = SERVICE.iri
BROKEN: dict[str, tuple[Dataset, str]] = {
    "description-missing": (replace(GOOD, description=()), ""),
    "agent-name-missing": (
        replace(GOOD, creators=(Agent(iri="https://example.fr/x", email="x@example.fr"),)),
        "https://example.fr/x",
    ),
    "contact-point-missing": (replace(GOOD, contact_points=()), ""),
    "keyword-missing": (replace(GOOD, keywords=()), ""),
    "publisher-missing": (replace(GOOD, publisher=None), ""),
    "spatial-missing": (replace(GOOD, spatial=()), ""),
    "temporal-missing": (replace(GOOD, temporal=()), ""),
    "theme-missing": (replace(GOOD, themes=()), ""),
    "theme-not-eu": (replace(GOOD, themes=GOOD.themes[:1]), "https://example.fr/nature"),
    "frequency-not-eu": (replace(GOOD, frequency=Concept(label=(Text("annuel"),), code="ANNUAL")), "ANNUAL"),
    "access-rights-not-eu": (
        replace(GOOD, access_rights=Concept("http://x.fr/public", code="PUBLIC")),
        "http://x.fr/public",
    ),
    "period-reversed": (replace(GOOD, temporal=(Period("2021-05-02", "2021-05-01"),)), "2021-05-02 / 2021-05-01"),
    "box-impossible": (
        replace(GOOD, spatial=(Place(bbox=BoundingBox(1.0, 48.0, 2.0, 47.0), territory="commune:35238"),)),
        "1.0 48.0 2.0 47.0",
    ),
    "access-url-missing": (with_file(access_urls=()), "https://data.example.fr/arbres.csv"),
    "checksum-invalid": (with_file(checksum=Checksum("sha1", "abc")), "abc"),
    "byte-size-invalid": (with_file(byte_size=-1), "-1"),
    "service-title-missing": (with_service(title=()), API),
    "service-endpoint-missing": (with_service(endpoint_urls=()), API),
    "distribution-description-missing": (with_file(description=()), "1/2"),
    "format-missing": (with_file(format=None), "1/2"),
    "availability-missing": (with_file(availability=None), "1/2"),
    "format-not-eu": (with_file(format=Concept(label=(Text("csv"),), code="CSV")), "1/2"),
    "media-type-not-iana": (with_file(media_type=Concept(label=(Text("csv"),))), "1/2"),
    "hvd-category-missing": (replace(GOOD, hvd_categories=()), ""),
    "hvd-category-unknown": (replace(GOOD, hvd_categories=(Concept(label=(Text("Truc"),)),)), "Truc"),
    "hvd-legislation-missing": (replace(GOOD, applicable_legislation=()), ""),
    "hvd-distribution-legislation-missing": (with_file(extra=""), "1/2"),
    "hvd-service-contact-missing": (with_service(extra=SERVICE.extra.replace("contactPoint", "x")), API),
    "hvd-service-documentation-missing": (with_service(extra=SERVICE.extra.replace("foaf/0.1/page", "x")), API),
    "hvd-service-legislation-missing": (with_service(extra=SERVICE.extra.replace(REGULATION, "x")), API),
    "hvd-service-category-missing": (with_service(extra=SERVICE.extra.replace("hvdCategory", "x")), API),
    "hvd-licence-restrictive": (with_file(licence=Concept(code="ODbL-1.0")), "ODbL-1.0"),
    "hvd-service-missing": (replace(GOOD, distributions=(replace(FILE, access_services=()),)), ""),
    "publisher-siren-missing": (
        replace(GOOD, publisher=Agent((Text("Rennes"),), identifier="rennes-metropole")),
        "",
    ),
    "publisher-siren-invalid": (
        replace(GOOD, publisher=Agent((Text("Rennes"),), identifier="243500138")),
        "243500138",
    ),
    "licence-outside-decree": (with_file(licence=Concept(code="CC-BY-4.0")), "CC-BY-4.0"),
    "reference-data-frequency-missing": (replace(GOOD, frequency=None), ""),
    "schema-version-missing": (
        with_file(conforms_to=(Concept("https://schema.data.gouv.fr/scdl/arbres/"),)),
        "https://schema.data.gouv.fr/scdl/arbres/",
    ),
    "territory-missing": (
        replace(GOOD, spatial=(Place(label=(Text("Ici"),)),), publisher=replace(GOOD.publisher, territory="")),  # type: ignore[type-var]
        "",
    ),
}


def test_a_good_dataset_has_no_finding() -> None:
    assert of(GOOD) == ()


def test_a_format_that_only_normalising_derived_is_missing_all_the_same() -> None:
    assert [found.rule for found in of(with_file(format=Concept(code="CSV")))] == ["format-missing"]


def test_every_check_is_tested() -> None:
    assert set(BROKEN) == set(CHECKS)


@pytest.mark.parametrize("code", BROKEN)
def test_a_dataset_that_breaks_one_rule_has_that_finding_alone(code: str) -> None:
    dataset, value = BROKEN[code]
    assert of(dataset) == (Finding(code, "key", specifications()[code].property, value),)


def test_a_dataset_that_says_nothing_of_high_value_is_not_asked_for_it() -> None:
    plain = replace(GOOD, hvd_categories=(), applicable_legislation=(), distributions=(replace(FILE, extra=""),))
    assert of(plain) == ()


@pytest.mark.parametrize("number", ["356000000", "35600000000048", "35600000049837", "130025265", "13002526500013"])
def test_sound_numbers_pass(number: str) -> None:
    assert of(replace(GOOD, publisher=Agent((Text("X"),), identifier=number, territory="commune:35238"))) == ()


def test_the_table_has_a_row_for_every_check_and_a_text_for_every_row() -> None:
    assert set(CHECKS) <= set(specifications()) <= set(rules())
    assert all("http" in one.source and one.subject and one.property for one in specifications().values())


def test_only_what_is_mandatory_is_a_violation() -> None:
    assert is_violation("description-missing")
    assert is_violation("title-missing")
    assert not is_violation("keyword-missing")
    assert not is_violation("page-unreachable")


def test_what_is_recommended_only_is_worth_knowing_and_no_more() -> None:
    recommended = {one.code for one in specifications().values() if one.obligation is Obligation.RECOMMENDED}
    assert {rules()[code].severity for code in recommended & set(CHECKS)} == {Severity.INFO}
