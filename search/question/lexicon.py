"""Small words of French and English questions, in tables: what they tell of the words beside them.

All words are folded. The closed classes (articles, prepositions, words for a level of government) are the whole class,
not a choice; the open class of common words is built by ``scripts/build_common_words.py``.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from dcat.portal import Level


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRENCH_STOP_WORDS = _words(
    """
    a afin ai ainsi alors apres au aucun aussi autre autres aux avant avec avoir c ca ce ceci cela ces cet
    cette ceux chaque chez combien comme comment contre d dans de depuis des deux devant dois dont du durant
    elle elles en encore entre es est et etait etc ete etre eu fait faut il ils j je jusqu jusque l la le les
    leur leurs lors m ma mais me meme mes moi moins mon n ne ni nos notre nous occupe occupent on ont ou par
    parmi pas pendant plus pour pourquoi pres puis qu quand que quel quelle quelles quels qui quoi s sa sans
    sauf se selon sera ses si son sont sous suis sur t ta te tes toi ton tous tout toute toutes tres trop tu
    un une vers via voici voila vos votre vous y
    """
)
ENGLISH_STOP_WORDS = _words(
    """
    a about after all also am an and any are as at be been before between but by can did do does each for from
    get had has have how i if in into is it its just list map me more most my near no not of off on only or our
    out over own per same she so some such than that the their them then there these they this those through to
    too under until up us very was we were what when where which while who why will with would you your
    """
)
ASKING_WORDS = _words(
    """
    trouver trouve cherche chercher recherche voir connaitre savoir obtenir telecharger liste carte donnees donnee
    cartographie cartographies infos info information informations localiser
    jeu jeux fichier fichiers dataset datasets svp bonjour merci find show want need looking download file files
    data please
    """
)
"""Words of any question to a catalogue: they may be part of a keyword, alone they say nothing."""

ASPECT_WORDS = _words(
    """
    horaire horaires ouverture ouvertures fermeture frequentation frequentations effectif effectifs nombre tarif
    tarifs prix localisation
    emplacement emplacements adresse adresses annuaire inventaire catalogue acces resultats statistiques
    opening hours timetable number prices location locations address addresses directory statistics visitors
    """
)
"""What may be asked of any subject; alone they may be one, beside another they are an aspect of it."""

GRAIN_OPENERS = _words("par chaque by per each")
GRAINS = _words(
    """
    bureau bureaux commune communes ville villes departement departements region regions epci iris canton cantons
    circonscription circonscriptions quartier quartiers pays habitant habitants an annee annees mois semaine jour
    municipality town city county country year month week day inhabitant
    """
)
"""How finely the figures are cut: *naissances par département*. It stands in columns, seldom in titles."""

STOP_WORDS = FRENCH_STOP_WORDS | ENGLISH_STOP_WORDS | ASKING_WORDS

FRENCH_FUNCTION_WORDS = _words(
    """
    a au aux avec ce ces cette dans de des du en est et la le les leur mon nos ou par pour quel quelle quels qui
    sur une un d l ma
    """
)
ENGLISH_FUNCTION_WORDS = _words("and any are at by for from how in is near of on the to what where which who with my")

ARTICLES = _words("la le les l")
CONTRACTED_ARTICLES = _words("du des")
DETERMINERS = CONTRACTED_ARTICLES | _words(
    """
    un une ce cet cette ces mes tes ses nos vos leurs quelques plusieurs aux
    deux trois quatre cinq premier premiers second seconds two three four five
    a an these those this some any every each very really so
    """
)
"""No city follows, unless its name begins with an article: *des tours*, *a nice dataset*."""

FIRST_NAMED = _words("prenomme prenommes prenommee prenommees prenommer")
"""First names follow, which are those of towns too: *prénommées Florence ou Vienne*."""

ENGLISH_NAMES = _words("corps die dole gap guise ham lens lure mens rue sail salon sore us")
"""Communes whose name is an English word: inside an English sentence a place only with a capital or after *in*."""

TREES = _words("tree trees blossom blossoms grove groves orchard orchards")
"""Before one of these, a fruit or a colour is no town: *orange trees*."""

TRANSIT_WORDS = _words(
    "arret arrets bus gtfs ligne lignes metro navette navettes reseau siri stop stops timetable tram trams tramway"
)
"""Beside one of these, a brand that is listed as *réseau X* only is meant by its bare name."""
LINKS = _words("de d du des la le les l of the")
"""Words that may stand between a word for a level and the place: *ville de*, *département de la*."""

INSIDE = _words("a au aux in at near chez")
"""A place follows."""

INSIDE_A_CITY = INSIDE - {"in"}
"""Most often a city follows; English has one word for *à* and *dans*."""

ABOUT = _words("de d du des sur dans en pour of from for around vers")
"""A place may follow, or any noun."""

WIDE = _words("en dans across throughout")
"""A département or a région follows rather than a city."""

QUALIFIERS = _words("grand vieux vieille beau belle sainte")
"""Names begin with them, so that running text writes them with a capital: alone they are common words all the same
(*Grand* is a commune of the Vosges, and the *Grand-Place* is not there)."""

CARDINALS = _words("nord sud est ouest centre north south east west")
"""Part of a place rather than one."""

COORDINATORS = _words("et and vs versus ou or contre comparer compare")

LEVEL_WORDS: dict[str, Level] = {
    **dict.fromkeys(
        ("ville", "commune", "mairie", "municipal", "municipale", "municipalite", "city", "town"), Level.COMMUNE
    ),
    **dict.fromkeys(
        ("metropole", "metropolitain", "metropolitaine", "eurometropole", "agglomeration", "agglo", "communaute",
         "communautaire", "intercommunalite", "interco", "urbaine", "metropolis", "metropolitan"),
        Level.EPCI,
    ),
    **dict.fromkeys(("departement", "departemental", "departementale", "dept", "dpt"), Level.DEPARTEMENT),
    **dict.fromkeys(("region", "regional", "regionale"), Level.REGION),
}  # fmt: skip
"""Words for a level of government, as they stand before or after a name."""

TRAILING_LEVEL_WORDS = _words("metropole eurometropole agglomeration agglo communaute metropolis")
"""Those that also follow the name: *Nantes Métropole*."""

SPAN_WORDS = _words("ville commune metropole eurometropole agglomeration agglo departement dept dpt region city town")
"""Those that say nothing but the level, and so belong to the place when words are cut out."""

STREET_WORDS = _words(
    """
    rue rues avenue av boulevard bd place impasse chemin allee quai pont porte gare cours square faubourg route
    stade street lycee college hopital aeroport port
    """
)
"""A place's name after one of these and *de* is part of another name: *gare de Lyon*, *rue de Nantes*."""

QUARTER_WORDS = _words("quartier quartiers neighbourhood district")
"""The name of a quarter follows, which many a commune has too: *quartier Saint-Michel*."""

NATURAL_WORDS = _words(
    """
    nappe aquifere massif vallee plateau plaine pnr geopark aquifer valley
    long bord bords berge berges rive rives estuaire affluent affluents debit hauteur niveau crue crues along banks
    """
)
"""The same of what no commune governs and of rivers: *nappe de Beauce*, *massif des Bauges*, *bords de la Loire*."""

COUNTRY = _words("france francais francaise francaises french hexagone")
NATIONAL_WORDS = COUNTRY | _words("national nationale nationaux nationales nationwide")
NATIONAL_BALLOTS = _words(
    """
    presidentielle presidentielles legislatives legislative europeennes referendum senatoriales
    """
)
"""Elections held in the whole country at once and by all of it."""

NUMBER_OPENERS = _words("le du dans departement dept dpt dep")
NUMBER_BLOCKERS = _words("a top plus moins article zone zones ligne lignes bus tram metro rue n no numero line pm")
UNITS = _words(
    """
    an ans jour jours h heure heures min minutes mn km kmh m m2 m3 cm mm ha euro euros eur pour pourcent
    premiers premieres dernieres derniers plus meilleurs years days hours best
    """
)
"""What follows a quantity; a number before one of these is no département."""
COUNTED = _words("habitants habitant hab personnes logements emplois lignes inhabitants people")
"""What is counted by thousands; a long number before one of these is no postal code."""


PUBLISHING_WORDS = _words(
    """
    publie publies publiee publiees diffuse diffuses diffusee diffusees edite edites editee editees ligne
    published released
    """
)
"""Before *par* or *by*, the publisher follows: *publié par*, *mis en ligne par*, *released by*."""

PROVIDING_WORDS = _words(
    """
    produit produits produite produites fourni fournis fournie fournies disposition
    produced provided issued
    """
)
"""The same, where it is data that are provided."""

PUT_WORDS = _words("mis mise mises en a est sont ete")
"""Before one of these: *mises à disposition*."""

BY = _words("par by")
PUBLISHING_VERBS = _words("publie publient diffuse diffusent")
"""After *que*, the publisher follows: *ce que publie la mairie de Roubaix*."""

PUBLISHER_NOUNS = _words("editeur producteur diffuseur publisher producer organisme")
"""Before a colon, the publisher follows: *éditeur : Insee*."""

DATA_WORDS = _words(
    "donnees donnee data opendata dataset datasets jeu jeux catalogue catalog fichier fichiers base bases"
)
CATALOGUE_WORDS = DATA_WORDS | {"selon", "from"}
"""Before *de*, what follows is hardly a common word: *données de La Poste*."""

OPEN_WORDS = _words("ouverte ouvertes ouvert ouverts open publique publiques libre libres disponibles")
"""What data are said to be, in a question for all of somebody's."""

BODY_WORDS = _words(
    """
    agence association autorite caisse chambre comite commission conseil conservatoire etablissement federation
    fondation groupement institut ministere ministeres observatoire office prefecture regie societe syndicat union
    universite direction agency authority institute ministry university
    sictom smictom sirtom sitom smitom sivom sivu symictom
    """
)
"""What the whole name of a body begins with."""


BY_RATIO = _words("par per pour")
HEADS = _words("habitant habitants hab capita inhabitant inhabitants personne tete head")
"""After *par*, what a figure is divided by, and no subject: *déchets par habitant*."""


def ratio_positions(words: Sequence[str]) -> frozenset[int]:
    """Positions of the words that only say what a figure is divided by."""
    return frozenset(after for after, word in enumerate(words[1:], 1) if word in HEADS and words[after - 1] in BY_RATIO)


@cache
def common_words() -> frozenset[str]:
    """Words that running French or English text writes in lower case."""
    return frozenset(files("search.tables").joinpath("common-words.txt").read_text(encoding="utf-8").split())


def language_of(words: tuple[str, ...]) -> str:
    """``fr`` or ``en`` by a vote of function words, ``""`` where they do not say."""
    french = sum(word in FRENCH_FUNCTION_WORDS for word in words)
    english = sum(word in ENGLISH_FUNCTION_WORDS for word in words)
    if french == english:
        return ""
    return "fr" if french > english else "en"
