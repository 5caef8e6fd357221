"""A mail server on the loopback address."""

import socket
import ssl
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What arrived. `refusals`: answers such as `451 later`, one a mail, before it accepts, of
    `refused` to one receiver's alone; `receivers`: answers to some receivers, whatever is sent.
    `tries`: mails offered, by receiver."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    receivers: dict[str, str] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)

    def refuse(self, address: str, *answers: str) -> None:
        """Mails to an address get these answers, then they are taken."""
        self.refused[address] = list(answers)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.receivers:
            return self.receivers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.tries.update(envelope.rcpt_tos)
        if self.refusals:
            return self.refusals.pop(0)
        for address in envelope.rcpt_tos:
            if self.refused.get(address):
                return self.refused[address].pop(0)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """One of its bodies: `plain` or `html`."""
    body = mail.get_body((kind,))
    assert body is not None, mail
    return str(body.get_content())


@contextmanager
def mailbox(*, encrypted: bool = False, ascii: bool = False) -> Iterator[Mailbox]:
    """Runs the server. `encrypted`: it offers to, with a certificate that nobody vouches for;
    `ascii`: it knows no other addresses."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    more: dict[str, Any] = {"tls_context": _nobodys_certificate()} if encrypted else {}
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=not ascii, **more)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()


def _nobodys_certificate() -> ssl.SSLContext:
    """The context of a server that signed its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(made.public_bytes(serialization.Encoding.PEM) + pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
