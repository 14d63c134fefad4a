"""The words that the analysis treats by name: articles, stop words and the few stems that we write ourselves.

Both index engines take them from here, so that a word never means two things.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ARTICLES = ("l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu")

FRENCH_STOP_WORDS = _words(
    """
    au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me même
    mes moi mon ne nos notre nous on ou où par pas pour qu que quel quelle quelles quels qui sa sans se ses si son sont
    sur ta te tes toi ton tu un une vos votre vous à a y d l s n c j m t est ont été être avoir plus ainsi afin chez
    dont donc entre lors lorsque puis selon sous vers très tout tous toute toutes etc
    """
)

ENGLISH_STOP_WORDS = _words(
    """
    a an and are as at be but by for from has have if in into is it its no not of on or such that the their then there
    these they this to was were what where which who will with
    """
)

# Surface forms, lower case with accents, and the stem they share. Three reasons, one a group:
# Snowball parts what belongs together (vélo/vélos, déchèterie/déchetterie) ...
_TOGETHER = {
    "velo": "vélo vélos velo velos",
    "dechetter": "déchèterie déchèteries déchetterie déchetteries decheterie decheteries dechetterie dechetteries",
    "œuvre": "œuvre œuvres oeuvre oeuvres",
}
# ... joins what does not (publicité/public, PACA/PACS, stationnement/station, garer/gare, trame/tram, and words that
# differ by a last e alone: an air and an aire de jeux, arrêts of a bus and arrêtés of a mayor, taxis and taxes) ...
_APART = {
    "stationn": "stationnement stationnements stationner",
    "garer": "garer",
    "publicit": "publicité publicités publicite publicites publicitaire publicitaires",
    "paca": "paca",
    "pacs": "pacs",
    "trame": "trame trames",
    "aire": "aire aires",
    "arrete": "arrêté arrêtés arrete arretes",
    "centrale": "centrale centrales",
    "commune": "commune communes",
    "donnee": "donnée données donnee donnees",
    "ferme": "ferme fermes",
    "habitant": "habitant habitants",
    "porte": "porte portes",
    "poste": "poste postes",
    "taxi": "taxi taxis",
    "vente": "vente ventes",
}
# ... and its releases differ on words in -ais: Lucene's cuts them, the current one does not.
_STEADY = {
    "calais": "calais",
    "palais": "palais",
    "beauvais": "beauvais",
    "valais": "valais",
    "mauvais": "mauvais mauvaise mauvaises",
    "falais": "falaise falaises",
    "salais": "salaise",
}
# The English releases differ on these beginnings.
_STEADY_ENGLISH = {
    "international": "international internationally",
    "internal": "internal internally",
    "interpret": "interpret interpretation interprétation interprétations interpretations interpreter",
    "interference": "interference interferences",
    "university": "university universities",
    "universe": "universe universal",
    "organization": "organization organizations organize organized organizing organisation organisations",
    "organic": "organic organics",
    "organism": "organism organisms",
    "evening": "evening evenings",
    "emergency": "emergency emergencies",
    "emergence": "emergence emergent",
}


def _stems(*groups: dict[str, str]) -> dict[str, str]:
    return {form: stem for group in groups for stem, forms in group.items() for form in forms.split()}


FRENCH_STEMS = _stems(_TOGETHER, _APART, _STEADY)
ENGLISH_STEMS = _stems(_STEADY_ENGLISH)
