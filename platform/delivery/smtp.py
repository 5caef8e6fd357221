"""Hands mail to one SMTP server, configured by a URL."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from urllib.parse import unquote, urlsplit

from orderloom.platform.app.mail_content import Mail, MailFault

PORTS: Final = {"smtp": 25, "smtps": 465}
SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class MailServer:
    """`smtp://[user:password@]host[:port]` (encrypted if the server can) or `smtps://…`.

    `sender`: the address that mail comes from.
    """

    host: str
    port: int
    sender: str
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def __call__(self, mail: Mail) -> None:
        """Hands one mail over. Raises `MailFault`; what the server refuses for good (5xx) is not
        tried again, what is wrong between us and the server is."""
        try:
            with self._connection() as server:
                self._greet(server)
                server.send_message(self._message(mail), self.sender, [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            later = all(_for_now(code) for code, _ in error.recipients.values())
            raise MailFault("mail.refused", again=later) from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailFault("mail.login", again=True) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailFault("mail.unsupported", again=False) from error
        except smtplib.SMTPResponseException as error:
            again = _for_now(error.smtp_code)
            raise MailFault(f"mail.{error.smtp_code}", again=again) from error
        except ssl.SSLError as error:
            raise MailFault("mail.tls", again=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailFault("mail.unreachable", again=True) from error
        except ValueError as error:
            raise MailFault("mail.invalid", again=False) from error

    def _connection(self) -> smtplib.SMTP:
        if self.encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self.encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        if mail.preferences:
            # A page to choose on, not one that unsubscribes by being opened (RFC 2369, 3.2).
            message["List-Unsubscribe"] = f"<{mail.preferences}>"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        # Last: what is said of the content moves into the first part as the second comes.
        message["Content-Language"] = mail.language
        return message


def _for_now(code: int) -> bool:
    """Whether a reply refuses for the moment only (RFC 5321, 4.2.1)."""
    return not 500 <= code < 600


def mail_server(url: str, sender: str) -> MailServer:
    """Reads the URL of a mail server. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("expected smtp://host or smtps://host")
    if "@" not in sender:
        raise ValueError("mail needs an address to come from")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        sender=sender,
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
