"""Settings: environment variables ``AIGUILLAGE_*``, also from ``.env``, read once into one frozen object (design §3).

``docs/settings.md`` is written from the descriptions below; a test holds the two together.
"""

import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.errors import SettingsError
from dcat.personal import PersonalData
from harvester.notify.relay import Relay
from harvester.portal_file import EMAIL


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
        "http://127.0.0.1:8000",
        pattern=r"^https?://",
        description="base of all minted IRIs and links; where it is not set, a published feed keeps the one it has",
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
    count_questions: bool = Field(
        True, description="count questions by month, place and competence, never their words (true | false)"
    )
    notify_email: str = Field(
        "", description="who is told when any portal's harvests fail, are held or fall in number; separated by commas"
    )
    notify_webhook: str = Field("", description="addresses that receive the same as JSON; separated by commas")
    smtp_url: str = Field(
        "",
        description="mail relay, e.g. smtp://user:password@host:587?tls=starttls, smtps://host, or …?tls=none",
        repr=False,
    )
    log_format: Literal["console", "json"] = Field("console", description="console | json")

    @field_validator("smtp_url")
    @classmethod
    def _a_relay(cls, value: str) -> str:
        if value:
            Relay.read(value)
        return value

    @field_validator("notify_email", "notify_webhook")
    @classmethod
    def _receivers(cls, value: str, info: ValidationInfo) -> str:
        wrong = [one for one in cls.addresses(value) if not _RECEIVERS[str(info.field_name)].fullmatch(one)]
        if wrong:
            raise ValueError(f"not an address: {', '.join(wrong)}")
        return value

    @staticmethod
    def addresses(value: str) -> tuple[str, ...]:
        """What commas separate."""
        return tuple(part for part in (part.strip() for part in value.split(",")) if part)

    @property
    def archive_url(self) -> str:
        """The database of the archive."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'archive.sqlite'}"

    @property
    def scratch(self) -> Path:
        """The folder of what runs need for a while."""
        return self.data_dir.absolute() / "tmp"

    @property
    def archive_file(self) -> Path | None:
        """The file of an archive in SQLite, None where it is a server's."""
        scheme, _, path = self.archive_url.partition(":///")
        return Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def agent(self) -> str:
        """The User-Agent that portals see: with the page that says how not to be harvested, unless only this machine
        can open it, and with the contact where one is set."""
        page = "" if _is_loopback(self.public_url) else f"{self.public_url.rstrip('/')}/exclusion"
        contact = f"mailto:{self.contact_email}" if self.contact_email else ""
        told = "; ".join(part for part in (page, contact) if part)
        return f"{self.user_agent} (+{told})" if told else self.user_agent

    @property
    def public_host(self) -> str:
        """The host of ``PUBLIC_URL``."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def robots_name(self) -> str:
        """What robots.txt calls our agent (RFC 9309 §2.2.1): its name without the version."""
        return self.user_agent.partition("/")[0].strip()


_RECEIVERS = {"notify_email": EMAIL, "notify_webhook": re.compile(r"https?://[^\s/]+\S*")}


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; ``SettingsError`` names the variable and what is allowed."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic validates what it is given
    except ValidationError as error:
        problems = "; ".join(f"AIGUILLAGE_{_name(item['loc'])}: {item['msg']}" for item in error.errors())
        raise SettingsError(problems) from error


def _name(location: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in location).upper()
