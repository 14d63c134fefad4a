"""One example of each answer, for OpenAPI; a test reads them with the schemas that they illustrate."""

from typing import Any

Json = dict[str, Any]

ROUTE: Json = {
    "query": "horaires bus rennes",
    "language": "fr",
    "answer_type": "single",
    "territories": [
        {"code": "commune:35238", "label": "Rennes", "level": "commune", "matched": "rennes", "probability": 0.99}
    ],
    "competences": [
        {"id": "transports-urbains", "label": "Transports en commun urbains (bus, métro, tram)", "probability": 1.0}
    ],
    "routes": [
        {
            "portal": "rennes-metropole",
            "title": "Rennes Métropole",
            "level": "epci",
            "territory": "epci:243500139",
            "url": "https://data.rennesmetropole.fr",
            "search_url": "https://data.rennesmetropole.fr/explore/?q=horaires+bus",
            "confidence": 0.985,
            "datasets": 5,
            "coverage": "known",
            "reasons": [
                {"step": "level", "text": "Rennes Métropole (intercommunalité) détient cette compétence."},
                {"step": "evidence", "text": "5 jeux de données pertinents y sont connus."},
            ],
            "skipped": [],
        }
    ],
}
ROUTE_BATCH: Json = {"questions": [{"q": "horaires bus rennes"}, {"q": "budget", "territory": "departement:38"}]}
ROUTES: Json = {"results": [ROUTE]}

COPIES: list[Json] = [
    {
        "record": "mel:985d2887128a76c3",
        "portal": "mel",
        "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    },
    {
        "record": "data-gouv-fr:0c42293be2a54f7d",
        "portal": "data-gouv-fr",
        "url": "https://www.data.gouv.fr/datasets/horaires-bus-lille",
    },
]
RESULT: Json = {
    "id": "c30a09456d230eaa",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "description": "Horaires théoriques du réseau de bus de la Métropole Européenne de Lille.",
    "publisher": {"name": "Métropole Européenne de Lille", "territory": "epci:200093201"},
    "portal": "mel",
    "level": "epci",
    "territory": "epci:200093201",
    "themes": ["TRAN"],
    "licence": "etalab-2.0",
    "access": "PUBLIC",
    "formats": ["GTFS", "ZIP"],
    "modified": "2025-03-13T08:06:54+00:00",
    "archived": False,
    "quality": None,
    "score": 56.38,
    "why": [{"step": "title", "text": "Dans le titre : horaires, bus"}],
    "copies": COPIES,
    "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    "marked": {"title": [[0, 8], [31, 34]], "description": [[0, 8], [31, 34]]},
}
SUGGESTIONS: Json = {
    "datasets": [
        {
            "id": "c30a09456d230eaa",
            "title": "Horaires théoriques du réseau de bus (GTFS)",
            "publisher": "Métropole Européenne de Lille",
        }
    ],
    "territories": [{"code": "commune:62119", "label": "Béthune", "level": "commune"}],
    "themes": [{"code": "TRAN", "label": "Transports"}],
    "publishers": [{"name": "Métropole Européenne de Lille", "count": 583}],
}
SEARCH: Json = {
    "route": ROUTE,
    "results": [RESULT],
    "facets": {"theme": [{"value": "TRAN", "label": "Transports", "count": 26, "selected": False}]},
    "total": 26,
    "page": 1,
    "page_size": 1,
    "next": "https://aiguillage.example/api/search?q=horaires+bus&page_size=1&page=2",
    "suggestion": None,
    "relaxed": False,
    "groups": [],
    "loosened": [],
}
RESOLUTION: Json = {
    "asked": "https://www.data.gouv.fr/datasets/horaires-bus-lille",
    "dataset": "c30a09456d230eaa",
    "authoritative": COPIES[0],
    "others": COPIES[1:],
    "copies": COPIES,
    "why": ["Le portail Métropole européenne de Lille est le plus proche du territoire de l'éditeur."],
    "candidates": [],
}
QUALITY: Json = {
    "datasets": 583,
    "points": 231.4,
    "known": 325,
    "rating": "good",
    "dimensions": {
        "findability": 78.1,
        "accessibility": 19.2,
        "interoperability": 84.6,
        "reusability": 39.5,
        "contextuality": 10.0,
    },
    "met": {"keywords": 0.93, "access-url-answers": None},
}
DATASET: Json = {
    "id": "c30a09456d230eaa",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "text": "Horaires théoriques du réseau de bus de la Métropole Européenne de Lille.",
    "publisher": "Métropole Européenne de Lille",
    "publisher_id": "200093201",
    "territory": "epci:200093201",
    "territory_label": "Métropole Européenne de Lille",
    "level": "epci",
    "portal": "mel",
    "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    "themes": ["TRAN"],
    "licence": "etalab-2.0",
    "access": "PUBLIC",
    "formats": ["GTFS", "ZIP"],
    "modified": "2025-03-13T08:06:54+00:00",
    "archived": False,
    "copies": [
        {**copy, "title": "Horaires théoriques du réseau de bus (GTFS)", "elected": copy is COPIES[0]}
        for copy in COPIES
    ],
    "why": ["Le portail Métropole européenne de Lille est le plus proche du territoire de l'éditeur."],
    "related": [{"relation": "has-version", "dataset": "9f0f5e1d7a2c4b36", "title": "Horaires 2024", "portal": "mel"}],
    "offered": [{"field": "licence", "value": "etalab-2.0", "record": COPIES[1]["record"], "portal": "data-gouv-fr"}],
    "description": {"title": [["Horaires théoriques du réseau de bus (GTFS)", "fr"]]},
    "quality": QUALITY | {"datasets": 1},
}
PORTAL: Json = {
    "id": "rennes-metropole",
    "title": "Rennes Métropole",
    "level": "epci",
    "territories": ["epci:243500139"],
    "url": "https://data.rennesmetropole.fr",
    "search_url": "https://data.rennesmetropole.fr/explore/?q={query}",
    "protocol": "ods",
    "software": "opendatasoft",
    "mutualised": True,
    "verified": False,
    "harvestable": True,
    "schedule": "0 3 * * *",
    "language": "fr",
    "records": 583,
    "last_run": 42,
    "last_status": "ok",
    "last_success": "2025-03-13T03:04:05+00:00",
    "next_run": "2025-03-14T03:00:00+01:00",
    "quality": QUALITY,
    "withheld": {"dct:description": 3},
}
PORTAL_DETAIL: Json = PORTAL | {
    "republishers": [{"portal": "data-gouv-fr", "shared": 412, "shown_here": 405, "shown_there": 2}],
    "loops": [{"portals": ["data-bretagne", "data-gouv-fr"], "datasets": 3, "example": "c30a09456d230eaa"}],
}
PUBLISHER: Json = {
    "id": "243500139",
    "name": "Rennes Métropole",
    "siren": "243500139",
    "territory": "epci:243500139",
    "territory_label": "Rennes Métropole",
    "quality": QUALITY,
    "portals": {"rennes-metropole": QUALITY, "data-bretagne": QUALITY},
}
RUN: Json = {
    "run": 42,
    "portal": "rennes-metropole",
    "status": "ok",
    "complete": True,
    "mode": "full",
    "started": "2025-03-13T03:00:00Z",
    "finished": "2025-03-13T03:04:05Z",
    "counts": {
        "declared": 583,
        "received": 583,
        "accepted": 581,
        "repaired": 12,
        "rejected": 2,
        "merged": 0,
        "added": 3,
        "updated": 9,
        "unchanged": 569,
        "deleted": 0,
        "held": 0,
    },
    "findings": [{"rule": "licence-unknown", "severity": "warning", "count": 14}],
    "previous": 41,
    "difference": {
        "run": 41,
        "comparable": True,
        "counts": {"declared": 3, "received": 3, "accepted": 3, "added": 2, "updated": -4},
        "records": {"added": 3, "updated": 9, "deleted": 0, "back": 0},
        "findings": [
            {
                "rule": "licence-unknown",
                "severity": "warning",
                "count": 14,
                "before": 20,
                "new": 1,
                "gone": 7,
                "same": 13,
            }
        ],
    },
    "gap": 0,
}
FINDING: Json = {
    "rule": "licence-missing",
    "severity": "warning",
    "record": "horaires-bus",
    "record_title": "Horaires théoriques du réseau de bus (GTFS)",
    "record_url": "https://data.rennesmetropole.fr/explore/dataset/horaires-bus/",
    "dataset_url": "https://aiguillage.example/datasets/c30a09456d230eaa",
    "place": "dct:license",
    "value": "notspecified",
    "label": "La licence n'est pas indiquée",
    "remedy": "Indiquez la licence, par exemple la Licence Ouverte 2.0",
    "rule_url": "https://aiguillage.example/rules/licence-missing",
}
CHANGE: Json = {
    "kind": "added",
    "record": "horaires-bus",
    "record_id": "rennes-metropole:985d2887128a76c3",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "record_url": "https://data.rennesmetropole.fr/explore/dataset/horaires-bus/",
    "dataset_url": "https://aiguillage.example/datasets/c30a09456d230eaa",
}
HEALTH: Json = {"status": "ok", "checks": {"archive": "ok", "index": "ok"}}
PROBLEM: Json = {
    "type": "about:blank",
    "title": "not-found",
    "status": 404,
    "detail": "Aucun jeu de données n'a l'identifiant « c30a09456d230eaa »",
    "instance": "/api/datasets/c30a09456d230eaa",
    "code": "not-found",
}


def list_of(result: Json) -> Json:
    """A list of one (design §5)."""
    return {"results": [result], "total": 1, "page": 1, "page_size": 20, "next": None}


def shown(example: Json) -> dict[int | str, Json]:
    """What FastAPI is told of an answer: the ``responses`` of one operation."""
    return {200: {"content": {"application/json": {"example": example}}}}
