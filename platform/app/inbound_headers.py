"""The headers of a message of another system: its signature, and what expressions may read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Final

# Ours first; then as common senders call it. All hold HMAC-SHA-256 of the body's bytes.
SIGNATURES: Final = (
    "x-signature-256",
    "x-hub-signature-256",
    "x-shopify-hmac-sha256",
    "x-wc-webhook-signature",
)
PREFIX: Final = "sha256="
HEX: Final = 64
# Which headers tell something of the message itself: the others are the network's, or secret.
TOLD: Final = ("x-", "webhook-", "ce-")
TOLD_BY_NAME: Final = frozenset({"content-type", "idempotency-key"})
NETWORK: Final = ("x-forwarded-", "x-real-ip", "x-request-id", "x-csrf-")
LONGEST: Final = 1000

Headers = Mapping[str, str]


def is_signed(headers: Headers) -> bool:
    """Whether a signature came at all. `headers`: names in lower case."""
    return any(name in headers for name in SIGNATURES)


def is_of(secret: str, raw: bytes, headers: Headers) -> bool:
    """Whether one of the signatures is that of these bytes by this secret, compared in a time that
    tells nothing. In hexadecimal, perhaps after `sha256=`, or in base64."""
    wanted = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    given = [_bytes(headers[name]) for name in SIGNATURES if name in headers]
    return any(hmac.compare_digest(wanted, each) for each in given)


def told(headers: Headers) -> dict[str, str]:
    """What expressions read as `headers`: names in lower case with `_` for `-`; neither secrets
    nor signatures, nor what the way through the network added."""
    return dict(sorted(_told(headers)))


def _told(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        of_message = name.startswith(TOLD) or name in TOLD_BY_NAME
        if of_message and name not in SIGNATURES and not name.startswith(NETWORK):
            yield name.replace("-", "_"), value[:LONGEST]


def _bytes(value: str) -> bytes:
    text = value.strip().removeprefix(PREFIX)
    try:
        if len(text) == HEX:
            return bytes.fromhex(text)
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
