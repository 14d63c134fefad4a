"""Errors of the ways in, as a tree, and where every error of the program gets its exit code and HTTP status.

Problem                 anything the outside is told, with a stable code and a text in French and English
├── SettingsError       a setting is wrong
├── BadRequest          a parameter is wrong
├── NotFound            nothing has that name
├── Gone                what had that name is kept no longer
├── Unauthorized        administration needs the token
├── Closed              administration has no token here
└── Unavailable         a store is away; try again
"""


class Problem(Exception):
    """Told to the outside: ``code`` is stable, ``fr`` and ``en`` say what is wrong and what to do."""

    code = "problem"
    status = 500
    exit_code = 1

    def __init__(self, fr: str, en: str = "") -> None:
        super().__init__(en or fr)
        self.fr = fr
        self.en = en or fr

    def text(self, language: str) -> str:
        """The message in ``fr`` or ``en``."""
        return self.en if language == "en" else self.fr


class SettingsError(Problem):
    """A setting is wrong: the message names the variable and what is allowed."""

    code = "settings-invalid"
    exit_code = 2

    def __init__(self, problems: str) -> None:
        super().__init__(
            f"Réglage invalide : {problems} (voir docs/settings.md)",
            f"Invalid setting: {problems} (see docs/settings.md)",
        )


class BadRequest(Problem):
    """A parameter is wrong."""

    code = "bad-request"
    status = 400
    exit_code = 2


class NotFound(Problem):
    """Nothing has that name."""

    code = "not-found"
    status = 404
    exit_code = 2


class Gone(Problem):
    """What had that name is kept no longer."""

    code = "gone"
    status = 410
    exit_code = 2


class Unauthorized(Problem):
    """Administration was asked for without the token of this installation, or with another."""

    code = "unauthorized"
    status = 401
    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "L'administration demande l'en-tête « Authorization: Bearer » avec la valeur d'AIGUILLAGE_ADMIN_TOKEN",
            "Administration needs the header “Authorization: Bearer” with the value of AIGUILLAGE_ADMIN_TOKEN",
        )


class Closed(Problem):
    """This installation is not administered over HTTP."""

    code = "administration-closed"
    status = 403
    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "L'administration par HTTP est fermée : AIGUILLAGE_ADMIN_TOKEN n'est pas défini sur cette installation",
            "Administration over HTTP is closed: AIGUILLAGE_ADMIN_TOKEN is not set on this installation",
        )


class Unavailable(Problem):
    """A store is away; what was asked can be asked again."""

    code = "unavailable"
    status = 503
