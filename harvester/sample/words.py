"""Tables of words: how French portals write licences, frequencies, themes, formats."""

from msgspec import Struct


class LicenceWords(Struct, frozen=True):
    """One licence in the four protocols; ``udata`` is data.gouv.fr's id, also used by CKAN."""

    ods: str
    url: str
    udata: str
    title: str


LICENCES = {
    "lov2": LicenceWords(
        "Licence Ouverte v2.0 (Etalab)",
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
        "lov2",
        "Licence Ouverte / Open Licence version 2.0",
    ),
    "fr-lo": LicenceWords(
        "Licence Ouverte (Etalab)",
        "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
        "fr-lo",
        "Licence Ouverte / Open Licence",
    ),
    "odc-odbl": LicenceWords(
        "Open Database License (ODbL)",
        "http://opendatacommons.org/licenses/odbl/",
        "odc-odbl",
        "Open Data Commons Open Database License (ODbL)",
    ),
    "cc-by": LicenceWords(
        "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "cc-by", "Creative Commons Attribution"
    ),
    "notspecified": LicenceWords("", "", "notspecified", "License Not Specified"),
}
LICENCE_WEIGHTS = {"lov2": 62, "fr-lo": 12, "odc-odbl": 18, "cc-by": 3, "notspecified": 5}
"""In hundredths."""

CHANGED_LICENCES = {
    "lov2": ("fr-lo", "notspecified"),
    "fr-lo": ("lov2", "notspecified"),
    "odc-odbl": ("lov2", "notspecified"),
    "cc-by": ("lov2", "notspecified"),
    "notspecified": ("lov2", "fr-lo"),
}
"""What an aggregator makes of a licence that it does not keep."""


class FrequencyWords(Struct, frozen=True):
    """One frequency: as udata writes it, and as CKAN portals write it in French."""

    udata: str
    french: str
    sentence: str


FREQUENCIES = {
    "DAILY": FrequencyWords("daily", "quotidienne", "chaque jour"),
    "WEEKLY": FrequencyWords("weekly", "hebdomadaire", "chaque semaine"),
    "MONTHLY": FrequencyWords("monthly", "mensuelle", "chaque mois"),
    "QUARTERLY": FrequencyWords("quarterly", "trimestrielle", "chaque trimestre"),
    "BIENNIAL": FrequencyWords("biennial", "bisannuelle", "tous les deux ans"),
    "TRIENNIAL": FrequencyWords("triennial", "triennale", "tous les trois ans"),
    "CONT": FrequencyWords("continuous", "continue", "en continu"),
    "NEVER": FrequencyWords("punctual", "ponctuelle", "une seule fois"),
    "ANNUAL": FrequencyWords("annual", "annuelle", "une fois par an"),
    "IRREG": FrequencyWords("irregular", "irrégulière", "selon les besoins du service"),
    "UNKNOWN": FrequencyWords("unknown", "", "sans périodicité fixe"),
}

THEMES = {
    "TRAN": ("Mobilité, Transport", "Transports et déplacements", "Mobilités"),
    "ENVI": ("Environnement", "Environnement, Eau, Déchets", "Cadre de vie"),
    "ENER": ("Énergie", "Énergie, Climat"),
    "REGI": ("Urbanisme, Aménagement", "Territoire et urbanisme", "Aménagement du territoire"),
    "GOVE": (
        "Administration, Gouvernement, Finances publiques, Citoyenneté",
        "Citoyenneté, Institution",
        "Vie publique",
    ),
    "EDUC": ("Culture, Patrimoine, Éducation", "Éducation, Formation", "Culture, Sports et Loisirs"),
    "HEAL": ("Santé", "Santé, Solidarités"),
    "SOCI": ("Population et société", "Logement, Social", "Services, Social"),
    "ECON": ("Économie, Entreprise", "Économie, Emploi", "Développement économique"),
    "JUST": ("Justice, Sécurité, Police, Criminalité", "Sécurité et prévention"),
    "AGRI": ("Agriculture", "Agriculture, Pêche, Forêt et Alimentation"),
    "TECH": ("Sciences et technologies", "Numérique", "Aménagement numérique"),
    "INTR": ("International",),
}
"""EU data theme → the words of portals."""


class FormatWords(Struct, frozen=True):
    """One file format: extension, media type, EU file-type code."""

    extension: str
    media_type: str
    code: str


FORMATS = {
    "CSV": FormatWords("csv", "text/csv", "CSV"),
    "JSON": FormatWords("json", "application/json", "JSON"),
    "GeoJSON": FormatWords("geojson", "application/geo+json", "GEOJSON"),
    "SHP": FormatWords("zip", "application/zip", "SHP"),
    "XLSX": FormatWords("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    "PDF": FormatWords("pdf", "application/pdf", "PDF"),
    "KML": FormatWords("kml", "application/vnd.google-earth.kml+xml", "KML"),
    "GTFS": FormatWords("zip", "application/zip", "GTFS"),
    "GPKG": FormatWords("gpkg", "application/geopackage+sqlite3", "GPKG"),
    "ODS": FormatWords("ods", "application/vnd.oasis.opendocument.spreadsheet", "ODS"),
    "ZIP": FormatWords("zip", "application/zip", "ZIP"),
}

FORMATS_OF_KIND = {
    "points": (("CSV", "GeoJSON", "SHP"), ("CSV", "JSON", "GeoJSON"), ("GeoJSON", "SHP", "KML"), ("CSV", "GeoJSON")),
    "lines": (("GeoJSON", "SHP"), ("SHP", "GPKG"), ("CSV", "GeoJSON", "SHP", "KML")),
    "areas": (("GeoJSON", "SHP"), ("SHP", "GPKG", "GeoJSON"), ("CSV", "GeoJSON", "SHP")),
    "table": (("CSV", "JSON"), ("CSV", "XLSX"), ("CSV",), ("CSV", "JSON", "XLSX")),
    "yearly": (("CSV", "XLSX"), ("CSV",), ("XLSX", "PDF"), ("CSV", "ODS")),
}

SERVICES = {
    "TRAN": ("la direction des mobilités", "le service voirie et déplacements", "la direction des infrastructures"),
    "ENVI": (
        "la direction de l'environnement",
        "le service espaces verts et biodiversité",
        "la direction du cycle de l'eau",
    ),
    "ENER": ("la mission énergie et climat", "la direction de la transition énergétique"),
    "REGI": ("la direction de l'urbanisme", "le service information géographique", "la direction de l'aménagement"),
    "GOVE": (
        "la direction des finances",
        "le secrétariat général",
        "le service des assemblées",
        "la direction de la commande publique",
    ),
    "EDUC": ("la direction de l'éducation", "la direction de la culture", "le service des sports"),
    "HEAL": ("la direction de la santé publique", "le service santé et prévention"),
    "SOCI": ("la direction des solidarités", "le service habitat", "la direction de la population"),
    "ECON": ("la direction du développement économique", "le service commerce et artisanat"),
    "JUST": ("la direction de la tranquillité publique", "le service prévention des risques"),
    "AGRI": ("le service agriculture et forêt", "la mission alimentation"),
    "TECH": ("la direction du numérique", "le service systèmes d'information"),
    "INTR": ("la direction générale",),
}
"""Who keeps the data within a body, by theme."""


class IsoWords(Struct, frozen=True):
    """A theme in the words of geographic catalogues: a topic category of ISO 19115, a theme of INSPIRE and its code."""

    topic: str
    inspire: str
    code: str


ISO_THEMES = {
    "TRAN": IsoWords("transportation", "Réseaux de transport", "tn"),
    "ENVI": IsoWords("environment", "Sites protégés", "ps"),
    "ENER": IsoWords("utilitiesCommunication", "Sources d'énergie", "er"),
    "REGI": IsoWords("planningCadastre", "Usage des sols", "lu"),
    "GOVE": IsoWords("society", "Services d'utilité publique et services publics", "us"),
    "EDUC": IsoWords("society", "Services d'utilité publique et services publics", "us"),
    "HEAL": IsoWords("health", "Santé et sécurité des personnes", "hh"),
    "SOCI": IsoWords("society", "Répartition de la population — démographie", "pd"),
    "ECON": IsoWords("economy", "Lieux de production et sites industriels", "pf"),
    "JUST": IsoWords("intelligenceMilitary", "Zones à risque naturel", "nz"),
    "AGRI": IsoWords("farming", "Installations agricoles et aquacoles", "af"),
    "TECH": IsoWords("utilitiesCommunication", "Services d'utilité publique et services publics", "us"),
    "INTR": IsoWords("boundaries", "Unités administratives", "au"),
}
"""EU data theme → what a catalogue of ISO records says instead."""

ISO_FREQUENCIES = {
    "DAILY": "daily",
    "WEEKLY": "weekly",
    "MONTHLY": "monthly",
    "QUARTERLY": "quarterly",
    "ANNUAL": "annually",
    "CONT": "continual",
    "IRREG": "irregular",
    "NEVER": "notPlanned",
    "UNKNOWN": "unknown",
}
"""EU frequency → ``MD_MaintenanceFrequencyCode``."""

ISO_LANGUAGES = {"fr": "fre", "en": "eng"}

GEOGRAPHIC = frozenset(("SHP", "GeoJSON", "GPKG", "KML"))
"""Formats of data that a catalogue also offers as services."""
