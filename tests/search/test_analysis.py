"""French and English words to terms, alike in Python and in Elasticsearch."""

from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyser, clean, elasticsearch_analysis

LINES = (
    *("Qualité de l'eau potable distribuée par commune", "Arrêts, horaires et parcours théoriques des bus (GTFS)"),
    *(
        "Déchèteries et points d'apport volontaire",
        "Liste des déchetteries de l’agglomération",
        "Vélos en libre-service",
    ),
    *("Aménagements cyclables : pistes, bandes, voies vertes", "Œuvres d'art dans l'espace public", "PACS et PACA"),
    *("Publicité extérieure — règlement local", "Marchés publics, données essentielles (DECP)", "Travaux de voirie"),
    *("Recensement de la population 2021", "Élections législatives des 30 juin et 7 juillet 2024", "Cœur de ville"),
    *("Zones inondables (PPRI) au 1/25 000", "Plan local d'urbanisme intercommunal (PLUi-H)", "Surface en km² et m³"),
    *("Menus des cantines scolaires", "Écoles maternelles, élémentaires et primaires", "Lycées d'Île-de-France"),
    *(
        "Budget primitif 2023 - nomenclature M57",
        "Subventions versées aux associations",
        "Prénoms déclarés à l'état civil",
    ),
    *("Jeu de données data.gouv.fr / export_csv", "Température : 12,5 °C à 3.14 m", "Qu'est-ce qu'un SCoT ?"),
    *(
        "Aujourd'hui, jusqu'à demain, lorsqu'il pleut",
        "L'ÉTAT D’URGENCE",
        "Rock'n'roll à Saint-Malo",
        "Calais et Beauvais",
    ),
    *(
        "Falaises et palais de mauvaise réputation",
        "Cuisine française, lyonnaise et bordelaise",
        "Bijoux, cailloux, choux",
    ),
    *(
        "Époux et houx",
        "Poteaux d’incendie (DECI)",
        "Comptages routiers / trafic moyen journalier",
        "Îlots de fraîcheur",
    ),
    *("Arbres remarquables du département du Finistère", "Bornes de recharge IRVE", "Adresses (BAN) et lieux-dits"),
    *(
        "Cadastre : parcelles, sections, feuilles",
        "Bruit dans l'environnement (CBS)",
        "Équipements sportifs & culturels",
    ),
    *("Sentiers de randonnée PDIPR", "Crèches municipales, micro-crèches", "Accidents corporels de la circulation"),
    *(
        "Consommation d'électricité et de gaz",
        "Émissions de CO2 et NOx",
        "Prix de l'immobilier (DVF)",
        "Qualité de l'air",
    ),
    *(
        "Établissements recevant du public",
        "Monuments historiques classés ou inscrits",
        "Musées de France : fréquentation",
    ),
    *(
        "Délibérations du conseil municipal",
        "Ordures ménagères : jours de collecte",
        "Stationnement payant, places PMR",
    ),
    *(
        "Bibliothèques et médiathèques",
        "Réseau d'assainissement collectif",
        "Hydrants ; bouches à incendie",
        "n°5 - 1ᵉʳ juin",
    ),
    *(
        "Haltes nautiques, ports & mouillages",
        "Orientations d’aménagement",
        "Trait de côte, érosion",
        "Jardins partagés",
    ),
    *("Mots clés: eau,air,bruit", "Straße, Łódź, smørrebrød", "Aéroports ; héliports", "SIRENE ® et FINESS ©"),
)


def test_there_are_enough_lines() -> None:
    assert len(LINES) >= 60


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Qualité de l'eau", ["qualit", "eau"]),
        ("L’ÉTAT d'urgence", ["etat", "urgenc"]),
        ("data.gouv.fr", ["dat", "gouv", "fr"]),
        ("pistes_cyclables", ["pist", "cyclabl"]),
        ("km²", ["km2"]),
        ("le la les des", []),
        ("Œuvres", ["oeuvre"]),
        ("", []),
        ("\x00 \ud800 \u200b", []),
    ],
)
def test_words_become_terms(text: str, terms: list[str]) -> None:
    assert analyser("fr").terms(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vélo", "vélos"),
        ("déchèterie", "déchetteries"),
        ("decheterie", "déchèteries"),
        ("école", "ecoles"),
        ("œuvre", "oeuvres"),
        ("travaux", "travail"),
        ("lyonnais", "lyonnaises"),
        ("inondable", "inondables"),
    ],
)
def test_words_that_belong_together_share_a_term(one: str, other: str) -> None:
    assert analyser("fr").terms(one) == analyser("fr").terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("publicité", "public"), ("PACA", "PACS"), ("publicités", "publique")),
        *(("stationnement", "stations"), ("garer", "gare")),
    ],
)
def test_words_that_snowball_mixes_up_stay_apart(one: str, other: str) -> None:
    assert analyser("fr").terms(one) != analyser("fr").terms(other)


def test_english_has_its_own_chain() -> None:
    assert analyser("en").terms("The schools of the cities") == ["school", "citi"]


@given(st.text(max_size=200))
def test_any_text_has_terms(text: str) -> None:
    for language in ("fr", "en"):
        assert all(analyser(language).terms(text))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_elasticsearch_gives_the_same_terms(elasticsearch_url: str, language: str) -> None:
    name = f"test-analysis-{uuid4().hex}"
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=name, settings={"number_of_shards": 1, "analysis": elasticsearch_analysis()})
        try:
            for line in LINES:
                answer = client.indices.analyze(index=name, analyzer=f"text_{language}", text=clean(line))
                assert [token["token"] for token in answer["tokens"]] == analyser(language).terms(line), line
        finally:
            client.indices.delete(index=name)
