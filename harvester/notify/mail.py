"""Notices by e-mail, over the installation's own relay (SMTP, RFC 5321, with TLS as RFC 8314 recommends it)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate, make_msgid

from harvester.notify.notice import Notice
from harvester.notify.relay import Relay

TIMEOUT_SECONDS = 15.0


def message(notice: Notice, sender: str, recipient: str) -> EmailMessage:
    """One reader's copy: nobody sees who else is told. Marked as automatic (RFC 3834): no out-of-office answers."""
    made = EmailMessage(policy=SMTP_POLICY)
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = " ".join(notice.subject.split())
    made["Date"] = formatdate(localtime=False)
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(notice.text)  # which removes every Content-* header
    made["Content-Language"] = notice.language
    return made


def send(relay: Relay, one: EmailMessage) -> None:
    """Raises ``OSError``, ``smtplib.SMTPException`` among them."""
    with _session(relay) as session:
        session.send_message(one)


@contextmanager
def _session(relay: Relay) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if relay.tls == "implicit":
        session: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        session = smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT_SECONDS)
    with session:
        if relay.tls == "starttls":
            session.starttls(context=context)
        if relay.user:
            session.login(relay.user, relay.password)
        yield session
