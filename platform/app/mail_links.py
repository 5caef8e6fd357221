"""Signed links in mail: what one lets its holder do, and nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import astuple, dataclass
from typing import Any, Final

from itsdangerous import BadSignature, Signer

from orderloom.platform.app.passwords import csrf_token
from orderloom.platform.codec import CodecError, dumps, loads

SALT: Final = "orderloom mailed verdict 1"
LONGEST: Final = 1000
SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """One verdict of one person on one task, on the content as it was. `content`: its digest;
    `expires`: seconds since 1970; `once`: the mail it came with: its links count together once."""

    organisation: int
    order: int
    task: int
    person: str
    verdict: str
    content: str
    expires: int
    once: str


class MailLinks:
    """Makes and reads the tokens. `secret`: the installation's key."""

    def __init__(self, secret: str) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the key that signs links is shorter than {SHORTEST_SECRET} signs")
        self._signer = Signer(
            secret, salt=SALT, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def token(self, claims: Claims) -> str:
        """What stands in the link."""
        packed = base64.urlsafe_b64encode(dumps(list(astuple(claims)))).rstrip(b"=")
        return self._signer.sign(packed).decode()

    def read(self, token: str) -> Claims | None:
        """What the link says; None for whatever we did not sign, without a word why."""
        if len(token) > LONGEST or not token.isascii():
            return None
        try:
            packed = self._signer.unsign(token)
            found = _claims(loads(base64.urlsafe_b64decode(packed + b"=" * (-len(packed) % 4))))
        except (BadSignature, CodecError, binascii.Error, TypeError, ValueError):
            return None
        # The last sign of a signature has bits that say nothing: one way to write it only.
        return found if self.token(found) == token else None

    @staticmethod
    def form_token(token: str) -> str:
        """What the confirm page's form carries: who sends it has read the page."""
        return csrf_token(token)


def _claims(read: Any) -> Claims:
    organisation, order, task, person, verdict, content, expires, once = read
    return Claims(
        organisation=organisation,
        order=order,
        task=task,
        person=person,
        verdict=verdict,
        content=content,
        expires=expires,
        once=once,
    )
