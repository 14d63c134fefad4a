"""Sentences from which titles and descriptions are made; two varieties that share none."""

from msgspec import Struct


class Style(Struct, frozen=True):
    """One variety of wording, and how heavily republishers change what they take. Nothing is ever tuned on ``HARD``.

    ``kept`` gives, per field, the share of datasets whose copies all have the same value; ``lost`` the share of copies
    that keep neither identifier nor pointer; ``rehosted`` the share whose files moved. The standard variety has the
    shares measured on a real national catalogue.
    """

    titles: tuple[str, ...]
    openings: dict[str, tuple[str, ...]]
    contents: tuple[str, ...]
    updates: tuple[str, ...]
    origins: tuple[str, ...]
    remarks: tuple[str, ...]
    kept: dict[str, float]
    lost: float
    rehosted: float


ANY_OPENING = (
    "Ce jeu de données a pour objet : {subject} {of}.",
    "{Subject} {of}, situation au {day}.",
    "Retrouvez ici les données « {Subject} » {of} : {count} enregistrements à la date du {day}.",
)

STANDARD = Style(
    titles=(
        "{Subject} {of}",
        "{Subject} {of}",
        "{Subject} - {name}",
        "{Subject} ({name})",
        "{name} : {subject}",
        "{Subject} sur le territoire {of}",
    ),
    openings={
        "points": (
            *ANY_OPENING,
            "{Subject} {of}, positions relevées au mètre près (WGS 84).",
            "Localisation des {count} objets du thème « {subject} » recensés sur le territoire {of}.",
        ),
        "lines": (*ANY_OPENING, "Tracé des objets du thème « {subject} » {of}, soit {count} tronçons."),
        "areas": (*ANY_OPENING, "Délimitation des {count} secteurs du thème « {subject} » {of}."),
        "table": (*ANY_OPENING, "Tableau de suivi du thème « {subject} » {of}, {count} lignes au {day}."),
        "yearly": (*ANY_OPENING, "Données annuelles du thème « {subject} » {of}."),
    },
    contents=(
        "Chaque enregistrement indique : {contents}.",
        "Les champs suivants sont renseignés : {contents}.",
        "Principales informations :\n{items}",
        "Le fichier comporte {fields} champs, dont : {contents}.",
    ),
    updates=(
        "La mise à jour est faite {frequency} par {service}.",
        "Données actualisées {frequency}.",
        "{Service} met à jour ces informations {frequency}.",
    ),
    origins=(
        "Ces données proviennent du système d'information du producteur ({publisher}).",
        "Source : {publisher} ({service}).",
        "Producteur : {publisher}. Les données ont été extraites de l'application métier utilisée par {service}.",
        "",
    ),
    remarks=(
        "Certaines valeurs anciennes peuvent manquer.",
        "L'exhaustivité n'est pas garantie ; merci de signaler toute erreur au producteur.",
        "Les données personnelles ont été retirées avant publication.",
        "Le format suit le schéma national lorsqu'il existe.",
        "",
        "",
    ),
    kept={
        "title": 0.97,
        "description": 0.60,
        "licence": 0.59,
        "publisher": 0.58,
        "granularity": 0.62,
        "formats": 0.26,
        "keywords": 0.21,
    },
    lost=0.08,
    rehosted=0.15,
)

HARD = Style(
    titles=(
        "{SUBJECT} / {name}",
        "[{name}] {subject} – données ouvertes",
        "Données relatives au thème {subject} ({name}, {count} entrées)",
        "opendata_{name}_{subject}",
        "{Subject}",
    ),
    openings=dict.fromkeys(
        ("points", "lines", "areas", "table", "yearly"),
        (
            "Export brut issu du référentiel interne, thème {subject}, périmètre : {name}.",
            "Inventaire ({subject}) constitué à partir de relevés de terrain {of}; {count} éléments.",
            "Publication au titre de la loi pour une République numérique. Objet : {subject} {of}.",
        ),
    ),
    contents=(
        "Structure du fichier\n{items}",
        "Attributs livrés ({fields}) : {contents} ; voir le dictionnaire joint.",
        "Dictionnaire : {contents}.",
    ),
    updates=("Rafraîchissement : {frequency}.", "Versement assuré {frequency}, contact : {service}.", ""),
    origins=("Maîtrise d'ouvrage : {publisher}.", "{publisher} – {service}", ""),
    remarks=(
        "Extraction du {day}, sans garantie de continuité de service.",
        "Projection légale Lambert 93 (EPSG:2154).",
        "Voir la notice méthodologique.",
        "",
    ),
    kept={
        "title": 0.72,
        "description": 0.35,
        "licence": 0.45,
        "publisher": 0.40,
        "granularity": 0.50,
        "formats": 0.12,
        "keywords": 0.08,
    },
    lost=0.55,
    rehosted=0.70,
)

BARE_TITLE = "{Subject}"
EXTRACT_TITLES = ("{title} - commune {of_place}", "{title} ({place})", "Extrait {of_place} : {title}")
EXTRACT_REMARK = "Extrait limité au territoire {of_place} ; le jeu complet est publié séparément."
VERSION_TITLES = ("{title} - version {version}", "{title} (v{version})", "{title} - nouvelle édition {version}")
VERSION_REMARK = "Cette version {version} remplace la précédente : le modèle de données a été revu."
SIBLING_TITLES = ("{Subject} - {place}", "{Subject} : {place}")
SECTOR_TITLE = "{title} - secteur {sector}"
SECTORS = ("nord", "sud", "est", "ouest", "centre", "nord-est", "nord-ouest", "sud-est", "sud-ouest")
