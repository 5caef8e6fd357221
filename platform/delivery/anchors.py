"""The places outside that the settings name for checkpoints."""

from __future__ import annotations

from orderloom.platform.app.anchor_file import FileAnchor
from orderloom.platform.app.anchoring import Anchor
from orderloom.platform.app.anchors import MailAnchor, WebhookAnchor
from orderloom.platform.delivery.http_sender import HttpSender
from orderloom.platform.delivery.smtp import mail_server
from orderloom.platform.settings import Settings
from orderloom.platform.words import Words


def anchors_of(settings: Settings) -> tuple[Anchor, ...]:
    """In the order in which they are told. A mail server that cannot be used is the anchor's
    fault, which is tried again and shown."""
    found: list[Anchor] = []
    if settings.audit_anchor_file is not None:
        found.append(FileAnchor(settings.audit_anchor_file))
    if settings.audit_anchor_url:
        sender = HttpSender(allow_private=settings.allow_private)
        found.append(WebhookAnchor(settings.audit_anchor_url, sender))
    if settings.audit_anchor_mail:
        try:
            send = mail_server(settings.smtp, settings.mail_from) if settings.smtp else None
        except ValueError:
            send = None
        found.append(MailAnchor(settings.audit_anchor_mail, send, Words(settings.language)))
    return tuple(found)
