"""Where ISO 19139 and ISO 19115-3 keep what a dataset says: path → field, the second standard after the bar."""

from harvester.parsers.iso.tree import Path

FILE_IDENTIFIER = Path("fileIdentifier|metadataIdentifier/MD_Identifier/code")
PARENT = Path("parentIdentifier|parentMetadata/*/identifier/MD_Identifier/code|parentMetadata/*/title")
SCOPE = Path("hierarchyLevel|metadataScope/MD_MetadataScope/resourceScope")
METADATA_CONTACT = Path("contact/*")
METADATA_DATE = Path("dateStamp")
METADATA_DATES = Path("dateInfo/CI_Date")
METADATA_PAGE = Path("metadataLinkage/CI_OnlineResource/linkage")
DATASET_URI = Path(
    "dataSetURI|dataSet|identificationInfo/*/citation/CI_Citation/onlineResource/CI_OnlineResource/linkage"
)
REFERENCE_SYSTEM = Path("referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/*/code")
CONFORMITY = Path("dataQualityInfo/DQ_DataQuality/report/*/result/DQ_ConformanceResult")
LINEAGE = Path("dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/statement|resourceLineage/LI_Lineage/statement")

IDENTIFICATION = Path("identificationInfo/*")
CITATION = Path("citation/CI_Citation")
TITLE = Path("title")
EDITION = Path("edition")
SERIES = Path("series/CI_Series/name")
IDENTIFIER = Path("identifier/*")
IDENTIFIER_CODE = Path("code")
CODE_SPACE = Path("codeSpace")
DATES = Path("date/CI_Date")
DATE = Path("date")
DATE_TYPE = Path("dateType")
ABSTRACT = Path("abstract")
CONTACT = Path("pointOfContact/*")
CONSTRAINTS = Path("resourceConstraints/*")
EXTENT = Path("extent/EX_Extent")
LANGUAGE = Path("language|defaultLocale/PT_Locale/language|otherLocale/PT_Locale/language")
FREQUENCY = Path(
    "resourceMaintenance/MD_MaintenanceInformation/maintenanceAndUpdateFrequency"
    "|resourceMaintenance/MD_MaintenanceInformation/userDefinedMaintenanceFrequency"
)
TOPIC = Path("topicCategory")
DISTANCE = Path("spatialResolution/MD_Resolution/distance/Distance")
SCALE = Path("spatialResolution/MD_Resolution/equivalentScale/MD_RepresentativeFraction/denominator")
AGGREGATE = Path("aggregationInfo/MD_AggregateInformation|associatedResource/MD_AssociatedResource")
AGGREGATE_CODE = Path("aggregateDataSetIdentifier/*/code|metadataReference/CI_Citation/identifier/*/code")
ASSOCIATION = Path("associationType")
OPERATES_ON = Path("operatesOn")
SERVICE_TYPE = Path("serviceType")
SPECIFICATION = Path("specification/CI_Citation/title")
PASS = Path("pass")
