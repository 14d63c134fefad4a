"""Records as CSW gives them: ISO 19139, ISO 19115-3, Dublin Core."""

from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.harvester.poison.described import Described

PROTOCOL = "WWW:DOWNLOAD-1.0-http--download"
OAI = "http://www.openarchives.org/OAI/2.0/"
INSPIRE = "GEMET - INSPIRE themes, version 1.0"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{iri}"'
    for prefix, iri in {
        "csw": "http://www.opengis.net/cat/csw/2.0.2",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dct": "http://purl.org/dc/terms/",
        "gmd": "http://www.isotc211.org/2005/gmd",
        "gco": "http://www.isotc211.org/2005/gco",
        "mdb": "http://standards.iso.org/iso/19115/-3/mdb/2.0",
        "mcc": "http://standards.iso.org/iso/19115/-3/mcc/1.0",
        "lan": "http://standards.iso.org/iso/19115/-3/lan/1.0",
        "mri": "http://standards.iso.org/iso/19115/-3/mri/1.0",
        "mrd": "http://standards.iso.org/iso/19115/-3/mrd/1.0",
        "mco": "http://standards.iso.org/iso/19115/-3/mco/1.0",
        "cit": "http://standards.iso.org/iso/19115/-3/cit/2.0",
    }.items()
)


def tree(path: str, inside: str) -> str:
    """``a/b`` → ``<a><b>…</b></a>``."""
    for tag in reversed(path.split("/")):
        inside = f"<{tag}>{inside}</{tag}>"
    return inside


def word(text: str) -> str:
    return f"<gco:CharacterString>{escape(text)}</gco:CharacterString>"


def code(tag: str, value: str) -> str:
    return f"<{tag} codeListValue={quoteattr(value)}/>"


def each(path: str, inside: Callable[[str], str], values: Iterable[str]) -> str:
    return "".join(tree(path, inside(value)) for value in values)


def language(one: Described) -> str:
    return "fre" if one.language == "fr" else one.language


def iso19139(one: Described) -> str:
    date = tree(
        "gmd:date/gmd:CI_Date",
        tree("gmd:date/gco:Date", escape(one.issued))
        + tree("gmd:dateType", code("gmd:CI_DateTypeCode", "publication")),
    )
    party = tree("gmd:organisationName", word(one.publisher)) + tree("gmd:role", code("gmd:CI_RoleCode", "publisher"))
    licence = tree("gmd:useConstraints", code("gmd:MD_RestrictionCode", "license")) + tree(
        "gmd:otherConstraints", word(one.licence)
    )
    thesaurus = tree("gmd:thesaurusName/gmd:CI_Citation/gmd:title", word(INSPIRE))
    keywords = "gmd:descriptiveKeywords/gmd:MD_Keywords"
    identification = (
        tree("gmd:citation/gmd:CI_Citation", tree("gmd:title", word(one.title)) + date)
        + tree("gmd:abstract", word(one.description))
        + tree("gmd:pointOfContact/gmd:CI_ResponsibleParty", party)
        + tree(keywords, each("gmd:keyword", word, one.keywords))
        + tree(keywords, each("gmd:keyword", word, one.themes) + thesaurus)
        + tree("gmd:resourceConstraints/gmd:MD_LegalConstraints", licence)
    )

    def link(url: str) -> str:
        return tree("gmd:linkage/gmd:URL", escape(url)) + tree("gmd:protocol", word(PROTOCOL))

    online = each("gmd:onLine/gmd:CI_OnlineResource", link, one.urls)
    return tree(
        "gmd:MD_Metadata",
        tree("gmd:fileIdentifier", word(one.identifier))
        + tree("gmd:language", code("gmd:LanguageCode", language(one)))
        + tree("gmd:identificationInfo/gmd:MD_DataIdentification", identification)
        + "<a>" * one.deep
        + "</a>" * one.deep
        + tree("gmd:distributionInfo/gmd:MD_Distribution/gmd:transferOptions/gmd:MD_DigitalTransferOptions", online),
    )


def iso19115(one: Described) -> str:
    date = tree(
        "cit:date/cit:CI_Date",
        tree("cit:date/gco:Date", escape(one.issued))
        + tree("cit:dateType", code("cit:CI_DateTypeCode", "publication")),
    )
    party = tree("cit:role", code("cit:CI_RoleCode", "publisher")) + tree(
        "cit:party/cit:CI_Organisation/cit:name", word(one.publisher)
    )
    licence = tree("mco:useConstraints", code("mco:MD_RestrictionCode", "license")) + tree(
        "mco:otherConstraints", word(one.licence)
    )
    thesaurus = tree("mri:thesaurusName/cit:CI_Citation/cit:title", word(INSPIRE))
    keywords = "mri:descriptiveKeywords/mri:MD_Keywords"
    identification = (
        tree("mri:citation/cit:CI_Citation", tree("cit:title", word(one.title)) + date)
        + tree("mri:abstract", word(one.description))
        + tree("mri:pointOfContact/cit:CI_Responsibility", party)
        + tree(keywords, each("mri:keyword", word, one.keywords))
        + tree(keywords, each("mri:keyword", word, one.themes) + thesaurus)
        + tree("mri:resourceConstraints/mco:MD_LegalConstraints", licence)
    )

    def link(url: str) -> str:
        return tree("cit:linkage", word(url)) + tree("cit:protocol", word(PROTOCOL))

    online = each("mrd:onLine/cit:CI_OnlineResource", link, one.urls)
    return tree(
        "mdb:MD_Metadata",
        tree("mdb:metadataIdentifier/mcc:MD_Identifier/mcc:code", word(one.identifier))
        + tree("mdb:defaultLocale/lan:PT_Locale/lan:language", code("lan:LanguageCode", language(one)))
        + tree("mdb:identificationInfo/mri:MD_DataIdentification", identification)
        + "<a>" * one.deep
        + "</a>" * one.deep
        + tree("mdb:distributionInfo/mrd:MD_Distribution/mrd:transferOptions/mrd:MD_DigitalTransferOptions", online),
    )


def dublin_core(one: Described) -> str:
    links = "".join(f'<dct:references scheme="WWW:DOWNLOAD">{escape(url)}</dct:references>' for url in one.urls)
    said = {
        "dc:identifier": one.identifier,
        "dc:type": "dataset",
        "dc:title": one.title,
        "dct:abstract": one.description,
        "dc:publisher": one.publisher,
        "dct:license": one.licence,
        "dct:issued": one.issued,
    }
    properties = "".join(tree(tag, escape(text)) for tag, text in said.items())
    deep = "<a>" * one.deep + "</a>" * one.deep
    return tree("csw:Record", properties + each("dc:subject", escape, one.keywords) + deep + links)


def oai_dc(one: Described) -> str:
    said = {
        "dc:identifier": one.identifier,
        "dc:type": "dataset",
        "dc:title": one.title,
        "dc:description": one.description,
        "dc:publisher": one.publisher,
        "dc:rights": one.licence,
    }
    links = each("dc:relation", escape, one.urls)
    properties = "".join(tree(tag, escape(text)) for tag, text in said.items())
    deep = "<a>" * one.deep + "</a>" * one.deep
    inside = properties + each("dc:subject", escape, one.keywords) + deep + links
    return tree("oai_dc:dc", inside)


def oai_pmh(record: Callable[[Described], str]) -> Callable[[Sequence[Described]], bytes]:
    """A page of ``ListRecords``."""

    def item(one: Described) -> str:
        header = tree("identifier", f"oai:{escape(one.identifier)}") + tree("datestamp", "2020-02-03")
        return tree("record", tree("header", header) + tree("metadata", record(one)))

    def write(described: Sequence[Described]) -> bytes:
        page = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="{OAI}" xmlns:oai_dc="{OAI}oai_dc/" {NAMESPACES}>
<request verb="ListRecords"/><ListRecords>{"".join(map(item, described))}</ListRecords></OAI-PMH>"""
        return page.encode("utf-8", "surrogatepass")

    return write


def csw(record: Callable[[Described], str]) -> Callable[[Sequence[Described]], bytes]:
    """A page of ``GetRecords``."""

    def write(described: Sequence[Described]) -> bytes:
        number = len(described)
        head = f'numberOfRecordsMatched="{number}" numberOfRecordsReturned="{number}" nextRecord="0"'
        records = "\n".join(map(record, described))
        page = f"""<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecordsResponse {NAMESPACES}><csw:SearchResults {head}>
{records}
</csw:SearchResults></csw:GetRecordsResponse>"""
        return page.encode("utf-8", "surrogatepass")

    return write
