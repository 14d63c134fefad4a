"""What is suggested as one types, on the wire (beside ``api.schemas``)."""

from api.schemas import Level, Wire


class SuggestedDataset(Wire):
    id: str
    title: str
    publisher: str


class SuggestedTerritory(Wire):
    code: str
    label: str
    level: Level


class SuggestedTheme(Wire):
    code: str
    label: str


class SuggestedPublisher(Wire):
    name: str
    count: int


class Suggestions(Wire):
    """The best few of each, the best first."""

    datasets: list[SuggestedDataset]
    territories: list[SuggestedTerritory]
    themes: list[SuggestedTheme]
    publishers: list[SuggestedPublisher]
