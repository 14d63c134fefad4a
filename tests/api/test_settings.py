from pathlib import Path

import pytest

from api.errors import SettingsError
from api.settings import read_settings
from scripts.write_settings_docs import page


def test_the_defaults_need_nothing() -> None:
    settings = read_settings()
    assert settings.archive_url == f"sqlite:///{Path('data').absolute()}/archive.sqlite"
    assert settings.elasticsearch_url == ""
    assert settings.allow_private_hosts is False


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AIGUILLAGE_CONTACT_EMAIL", "opendata@example.org")
    settings = read_settings()
    assert settings.data_dir == tmp_path
    assert settings.agent == "Aiguillage/0.1 (+mailto:opendata@example.org)"


@pytest.mark.parametrize(
    ("url", "email", "agent"),
    [
        ("https://aiguillage.example/", "", "Aiguillage/0.1 (+https://aiguillage.example/exclusion)"),
        (
            "https://aiguillage.example",
            "opendata@example.org",
            "Aiguillage/0.1 (+https://aiguillage.example/exclusion; mailto:opendata@example.org)",
        ),
        ("http://localhost:8000", "opendata@example.org", "Aiguillage/0.1 (+mailto:opendata@example.org)"),
        ("http://127.0.0.2:8000", "", "Aiguillage/0.1"),
        ("http://[::1]:8000", "", "Aiguillage/0.1"),
    ],
)
def test_the_agent_says_how_not_to_be_harvested(url: str, email: str, agent: str) -> None:
    settings = read_settings(public_url=url, contact_email=email)
    assert settings.agent == agent
    assert settings.robots_name == "Aiguillage"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PERSONAL_DATA", "maybe"),
        ("RAW_RETENTION_RUNS", "0"),
        ("PUBLIC_URL", "ftp://x"),
        ("INDEX_PREFIX", "Ab c"),
        ("SMTP_URL", "mail.example"),
        ("NOTIFY_EMAIL", "a@b.fr, nobody"),
        ("NOTIFY_WEBHOOK", "hook"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"AIGUILLAGE_{name}", value)
    with pytest.raises(SettingsError, match=f"AIGUILLAGE_{name}"):
        read_settings()


def test_the_documentation_says_what_the_program_says() -> None:
    documented = Path(__file__).parents[2] / "docs" / "settings.md"
    assert documented.read_text(encoding="utf-8") == page()
