"""Notices by e-mail, to a real relay on loopback."""

import smtplib
import ssl
from collections.abc import Callable
from email.message import Message
from email.policy import default

import pytest

from harvester.notify.mail import message, send
from harvester.notify.relay import Relay
from tests.harvester.notify.conftest import Mailbox
from tests.harvester.notify.examples import FAILED

SENDER, READER = "opendata@aiguillage.example", "sig@rennes.example"
Start = Callable[..., tuple[Mailbox, int]]


def text_of(received: Message) -> str:
    payload = received.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode(received.get_content_charset() or "ascii")


def test_a_message_arrives_whole(mail_server: Start) -> None:
    box, port = mail_server()
    send(Relay("127.0.0.1", port, "none"), message(FAILED, SENDER, READER))
    (received,) = box.messages
    assert (received["From"], received["To"]) == (SENDER, READER)
    assert (received["Auto-Submitted"], received["Content-Language"]) == ("auto-generated", "fr")
    assert received["Message-ID"].endswith("@aiguillage.example>")
    assert "".join(default.header_factory("Subject", received["Subject"]).splitlines()) == FAILED.subject
    assert text_of(received).replace("\r\n", "\n") == FAILED.text


@pytest.mark.filterwarnings("ignore:Requiring AUTH while")  # aiosmtpd does not see its own implicit TLS
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_login_goes_over_tls(mail_server: Start, tls: str) -> None:
    box, port = mail_server(tls=tls, login=("moi", "s3cret@"))
    send(Relay("127.0.0.1", port, tls, "moi", "s3cret@"), message(FAILED, SENDER, READER))
    assert len(box.messages) == 1
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(Relay("127.0.0.1", port, tls, "moi", "wrong"), message(FAILED, SENDER, READER))


def test_a_relay_without_the_tls_asked_for_gets_nothing(mail_server: Start) -> None:
    box, port = mail_server()
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send(Relay("127.0.0.1", port, "starttls", "moi", "s3cret"), message(FAILED, SENDER, READER))
    assert box.messages == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    mail_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port = mail_server(tls="starttls")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        send(Relay("127.0.0.1", port, "starttls"), message(FAILED, SENDER, READER))
    assert box.messages == []


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, "starttls")),
        ("smtp://localhost:25?tls=none", Relay("localhost", 25, "none")),
        ("smtps://u%40x:p%3A@mail.example", Relay("mail.example", 465, "implicit", "u@x", "p:")),
        ("smtp://u:p@mail.example:2525?tls=starttls", Relay("mail.example", 2525, "starttls", "u", "p")),
    ],
)
def test_a_relay_is_read_from_its_address(url: str, relay: Relay) -> None:
    assert Relay.read(url) == relay


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://h?tls=maybe", "smtp://h:x"])
def test_another_address_is_no_relay(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp|[Pp]ort"):
        Relay.read(url)
