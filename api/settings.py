"""Settings: environment variables ``AIGUILLAGE_*``, also from ``.env``, read once into one frozen object (design §3).

``docs/settings.md`` is written from the descriptions below; a test holds the two together.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.errors import SettingsError
from dcat.personal import PersonalData


class Settings(BaseSettings):
    """Every setting of an installation. ``read_settings`` turns validation errors into words."""

    model_config = SettingsConfigDict(env_prefix="AIGUILLAGE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="folder of the archive, the embedded index and the locks")
    database_url: str = Field(
        "", description="SQLAlchemy URL of the archive, e.g. postgresql+psycopg://…; empty: SQLite in DATA_DIR"
    )
    elasticsearch_url: str = Field("", description="URL of an Elasticsearch 9; empty: the embedded engine in DATA_DIR")
    index_prefix: str = Field(
        "aiguillage", pattern=r"^[a-z][a-z0-9_-]*$", description="first word of index names in Elasticsearch"
    )
    portals_dir: Path | None = Field(None, description="folder whose portal files add to, replace or disable ours")
    admin_token: str = Field("", description="bearer token of the administration routes; empty: they are closed")
    public_url: str = Field(
        "http://127.0.0.1:8000", pattern=r"^https?://", description="base of all minted IRIs and links"
    )
    contact_email: str = Field("", description="whom a portal's administrator can write to; sent with each request")
    user_agent: str = Field("Aiguillage/0.1", description="how the harvester names itself to portals")
    allow_private_hosts: bool = Field(
        False, description="harvest portals whose address resolves to a private network (true | false)"
    )
    proxy_url: str = Field(
        "",
        pattern=r"^(http://.+)?$",
        description="HTTP proxy through which portals are asked; empty: none, whatever HTTP_PROXY says",
    )
    raw_retention_runs: int = Field(3, ge=1, description="runs whose raw pages are kept, per portal")
    personal_data: PersonalData = Field(
        PersonalData.ROLE_ONLY, description="contact points of private persons: keep | role-only | drop"
    )
    log_format: Literal["console", "json"] = Field("console", description="console | json")

    @property
    def archive_url(self) -> str:
        """The database of the archive."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'archive.sqlite'}"

    @property
    def archive_file(self) -> Path | None:
        """The file of an archive in SQLite, None where it is a server's."""
        scheme, _, path = self.archive_url.partition(":///")
        return Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def agent(self) -> str:
        """The User-Agent that portals see, with the contact where one is set."""
        return f"{self.user_agent} (+mailto:{self.contact_email})" if self.contact_email else self.user_agent


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; ``SettingsError`` names the variable and what is allowed."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic validates what it is given
    except ValidationError as error:
        problems = "; ".join(f"AIGUILLAGE_{_name(item['loc'])}: {item['msg']}" for item in error.errors())
        raise SettingsError(problems) from error


def _name(location: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in location).upper()
