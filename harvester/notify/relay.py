"""The relay that takes an installation's mail."""

from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

PORTS = {"smtp": 587, "smtps": 465}
TLS = ("starttls", "none")


class Relay(Struct, frozen=True):
    """Where mail is handed in. ``tls``: ``implicit`` from the first byte, ``starttls`` before anything is said, or
    ``none`` for a relay on this machine."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""

    @classmethod
    def read(cls, url: str) -> "Relay":
        """``smtp://user:password@host:587?tls=starttls``, ``smtps://host``. Raises ``ValueError`` that says what is
        allowed."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query).get("tls", ["starttls"])[-1]
        if parts.scheme not in PORTS or not parts.hostname or asked not in TLS:
            raise ValueError("expected smtp://user:password@host:587?tls=starttls (or tls=none), or smtps://…")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            tls="implicit" if parts.scheme == "smtps" else asked,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
