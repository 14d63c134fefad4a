"""What looks like a place and is none, and what is one though it looks otherwise.

Expected codes are those of the Code officiel géographique. The examples are neighbours of the judged questions, not
these themselves.
"""

import pytest

from search.question import read_question
from search.question.initials import body_initials
from search.question.sound import SoundIndex, sound

PLACES = {
    # INSEE codes: those that are no postal code, or that the words say to be one
    "logements 94079": ["commune:94079"],
    "arbres code insee 35360": ["commune:35360"],
    "écoles commune 76540": ["commune:76540"],
    "35360 écoles": ["commune:35184"],  # here a postal code, that of Montauban-de-Bretagne
    # quantities
    "marchés de plus de 20000 euros": [],
    "communes de plus de 10000 habitants": [],
    "écoles 20000 ajaccio": ["commune:2A004"],
    # the digits of a département one by one
    "crèches dans le 9-4": ["departement:94"],
    "le 7 8 collèges": ["departement:78"],
    "ligne 9 5 horaires": [],
    "crèches 9-4": ["departement:94"],
    "crèches 3-6 ans": [],
    "logements de plus de 30 ans": [],  # years, and no agency (ANS)
    "gares sncf": ["national"],
    "article 9-4 du règlement": [],
    "match 2-1 stade": [],
    "vélos 7-8": [],
    # initials of bodies that no list has
    "budget ccvba": ["epci:241300375"],
    "cholet agglo déchets": ["epci:200071678"],
    # networks that go by a common word or name, beside a word for transport only
    "arrêts de bus artis": ["epci:200033579"],
    "artis expositions": [],
    # resorts, marinas, stations, islands
    "webcams les menuires": ["commune:73257"],
    "anneaux port-camargue": ["commune:30133"],
    "parking haute-picardie tgv": ["commune:80002"],
    "campings oléron": ["epci:241700624"],
    "marchés marie-galante": ["epci:249710047"],
    # swimming pools
    "horaires aquapolis": ["commune:87085"],
    # written by ear
    "ecoles toulouze": ["commune:31555"],
    # two errors in the name of a big city, one in that of a village
    "perpinian vélos": ["commune:66136"],
    "arbres monpelier": ["commune:34172"],
    "arbres montelier": ["commune:26197"],
    "arbres vandome": ["commune:41269"],
    # small words that are communes, where the words beside them say so
    "budget de la ville d'Eu": ["commune:76255"],
    "mairie de Y": ["commune:80829"],
    "il y a combien d'arbres": [],
    # nouns
    "des vannes et des pompes": [],
    "scores des deux tours": [],
    "qui s'occupe de la Vire": [],  # a river
    "écoles de la rochele": ["commune:17300"],
    # a fruit before trees
    "orange trees in the streets": [],
    "lime trees in Orange": ["commune:84087"],
    "some nice pictures": [],
    "how many people die on the roads": [],
    "the lens of a camera": [],
    "trees in Nice": ["commune:06088"],
    "public benches in paris and nice": ["commune:75056", "commune:06088"],
    "enfants prénommés Florence": [],
    # inside other names
    "massif des bauges": [],
    "puits de la nappe de champigny": [],
    "fermes en brie": [],
    "fermes en Beauce": [],
    "pistes cyclables le long de la Loire": [],
    "collèges de la Loire": ["departement:42"],
    "les travaux dans ma rue": [],
    "limité à 30": [],
    # typing errors: in the name of a body; in a keyword, which is no small commune
    "budget sicovval": ["epci:243100633"],
    "subventions tarbes lurdes pyrénées": ["epci:200069300"],
    "colégiens": [],
    "where are the wi-fi hotspots angers": ["commune:49007"],
    "quartier Saint-Michel": [],
    "quartier des Minguettes": ["commune:69259"],
    "rue de Paris Lille": ["commune:59350"],
    "avenue de Toulouse Nantes": ["commune:44109"],
    "nice marseille trains": ["commune:06088", "commune:13055"],
    "collège Jean Moulin Lyon": ["commune:69123"],
    "déchets sictom": [],
    "la Loire à vélo": [],
    "déchèterie orléans sud": ["commune:45234"],
    "budget de l'agglo du sud": ["epci:249740085"],
    # numbers overseas, short names, a body without the last word of its name
    "97-1 collèges": ["departement:971"],
    "plages la seyne": ["commune:83126"],
    "écoles le touquet": ["commune:62826"],
    "la salle de sport": [],
    "budget cœur d'essonne": ["epci:200057859"],
    # a typing error in a brand is none beside a place elsewhere
    "bourg saint maurice skibus": ["commune:73054"],
    "gare saint charle": ["commune:13201"],
    "collège saint charle": [],
    # beside another place
    "portes et vannes du canal à angers": ["commune:49007"],
    "ain / rhône collèges": ["departement:01", "departement:69"],
    # one body, two départements
    "déneigement collectivité européenne d'alsace": ["departement:67"],
    # a commune and a département of one name: the competence says which
    "collèges mayenne": ["departement:53"],
    # a brand beside a place that contains it
    "odyssi martinique": ["region:02"],
    # keywords are no places, beside a région either
    "bretagne ports de plaisance": ["region:53"],
    # short names overseas
    "recensement polynésie": ["region:987"],
}


@pytest.mark.parametrize("question", PLACES)
def test_places(question: str) -> None:
    assert [mention.best.code for mention in read_question(question).mentions] == PLACES[question]


def test_initials_spell_no_word_and_no_name() -> None:
    known = body_initials()
    assert known["dlva"] == ("epci:200034700",)
    assert len(known["ccvh"]) == 2  # Vallée de l'Hérault, Vallée de l'Homme
    assert not known.keys() & {"rer", "cinor", "siret", "caps"}
    assert all(len(initials) >= 4 for initials in known)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("montmoranci", "montmorency"),
        ("mulouse", "mulhouse"),
        ("perpinian", "perpignan"),
        ("bibliotek", "bibliotheque"),
        ("lampadere", "lampadaire"),
        ("orlean", "orleans"),
    ],
)
def test_words_that_are_read_alike(typed: str, meant: str) -> None:
    assert sound(typed) == sound(meant)
    assert SoundIndex(["nantais", meant]).alike(typed) == [meant]


def test_short_words_and_words_of_another_sound_are_left_alone() -> None:
    index = SoundIndex(["annecy", "sens", "vannes"])
    assert index.alike("sence") == []
    assert index.alike("sang") == []
    assert index.alike("vanter") == []
