"""What can go wrong around a harvest, grouped by what the caller can do about it.

HarvestError
├── UnknownPortal        choose another name
├── PortalFileError      correct a portal file
├── ArchiveUnavailable   free the disk, wait, start the database; nothing was lost
├── ArchiveMixed         take another archive: sample and real portals never share one
├── RunInProgress        wait for the run that goes on
├── UnknownRun           choose another number
└── RunLost              stop: another process closed this run

Trouble with one portal's answers is never an exception here: it is a finding of that portal's run.
"""

from collections.abc import Sequence
from typing import ClassVar


class HarvestError(Exception):
    """``code`` is stable; ``message(language)`` says what happened and what to do, in ``fr`` or ``en``."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: str = "fr") -> str:
        """The sentence to show."""
        french, english = self.texts[self.code]
        return (english if language == "en" else french).format(**self.values)


class UnknownPortal(HarvestError):
    """No portal has this id; ``suggestions`` are the nearest ids, best first."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown-portal": (
            "Aucun portail ne s'appelle « {portal} ».{hint_fr} `aiguillage portals list` donne tous les noms.",
            "No portal is called “{portal}”.{hint_en} `aiguillage portals list` gives every name.",
        )
    }

    def __init__(self, portal: str, suggestions: Sequence[str] = ()) -> None:
        self.portal = portal
        self.suggestions = tuple(suggestions)
        names = ", ".join(self.suggestions)
        hint_fr = f" Vouliez-vous dire : {names} ?" if names else ""
        hint_en = f" Did you mean: {names}?" if names else ""
        super().__init__("unknown-portal", portal=portal, hint_fr=hint_fr, hint_en=hint_en)


class PortalFileError(HarvestError):
    """A portal file is wrong. ``problems`` holds one (French, English) sentence a mistake: file, field, what is allowed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {"portal-file": ("{fr}", "{en}")}

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        french = "\n".join(problem[0] for problem in self.problems)
        english = "\n".join(problem[1] for problem in self.problems)
        super().__init__("portal-file", fr=french, en=english)


class ArchiveUnavailable(HarvestError):
    """The archive cannot be read or written now. What was committed before stands, the page under way was undone."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "archive-locked": (
            "L'archive {where} est verrouillée par un autre programme. Rien n'est perdu : attendez qu'il finisse, "
            "ou arrêtez-le, puis relancez.",
            "The archive {where} is locked by another program. Nothing is lost: wait until it ends, or stop it, then start again.",
        ),
        "archive-full": (
            "Le disque de l'archive {where} est plein. Rien n'est perdu : libérez de la place, puis relancez.",
            "The disk of the archive {where} is full. Nothing is lost: free some space, then start again.",
        ),
        "archive-unreachable": (
            "L'archive {where} ne répond pas ({detail}). Vérifiez AIGUILLAGE_DATABASE_URL, le dossier et ses droits, "
            "ou que le serveur PostgreSQL tourne.",
            "The archive {where} does not answer ({detail}). Check AIGUILLAGE_DATABASE_URL, the folder and its rights, "
            "or that the PostgreSQL server runs.",
        ),
        "archive-read-only": (
            "L'archive {where} est en lecture seule. Donnez le droit d'écriture sur le fichier et son dossier.",
            "The archive {where} is read-only. Give write access to the file and its folder.",
        ),
        "archive-damaged": (
            "L'archive {where} n'est pas une base lisible ({detail}). Restaurez une sauvegarde, ou déplacez le fichier et moissonnez de nouveau.",
            "The archive {where} is not a readable database ({detail}). Restore a backup, or move the file away and harvest again.",
        ),
        "archive-version": (
            "L'archive {where} est de la version {found}, ce programme lit la version {wanted}. Utilisez le programme "
            "correspondant, ou un nouveau dossier de données.",
            "The archive {where} is of version {found}, this program reads version {wanted}. Use the matching program, "
            "or a new data folder.",
        ),
        "archive-missing": (
            "L'archive {where} n'a pas encore de tables. Lancez `aiguillage harvest` ou `aiguillage serve` une première fois.",
            "The archive {where} has no tables yet. Run `aiguillage harvest` or `aiguillage serve` once.",
        ),
    }


class ArchiveMixed(HarvestError):
    """A sample portal was to be written beside real ones, or the other way round."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "archive-sample": (
            "Cette archive contient des données d'exemple : le portail réel « {portal} » n'y entre pas. "
            "Choisissez un autre AIGUILLAGE_DATA_DIR.",
            "This archive holds sample data: the real portal “{portal}” does not enter it. Choose another AIGUILLAGE_DATA_DIR.",
        ),
        "archive-real": (
            "Cette archive contient de vrais portails : le portail d'exemple « {portal} » n'y entre pas. "
            "Choisissez un autre AIGUILLAGE_DATA_DIR.",
            "This archive holds real portals: the sample portal “{portal}” does not enter it. Choose another AIGUILLAGE_DATA_DIR.",
        ),
    }


class RunInProgress(HarvestError):
    """The portal is being harvested by a run whose lease is alive."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "run-in-progress": (
            "Le portail « {portal} » est déjà en cours de moissonnage (exécution {run}). Attendez sa fin ; "
            "si son programme est mort, elle sera close après {until}.",
            "The portal “{portal}” is already being harvested (run {run}). Wait until it ends; "
            "if its program died, it will be closed after {until}.",
        )
    }


class UnknownRun(HarvestError):
    """No run has this number."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown-run": (
            "Aucune exécution ne porte le numéro {run}. `aiguillage runs` les donne toutes.",
            "No run has the number {run}. `aiguillage runs` gives them all.",
        )
    }


class RunLost(HarvestError):
    """This run was closed by another process, since its lease had ended: it must not write any more."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "run-lost": (
            "L'exécution {run} a été close par un autre programme (son bail avait expiré). Relancez le moissonnage.",
            "The run {run} was closed by another program (its lease had ended). Start the harvest again.",
        )
    }
