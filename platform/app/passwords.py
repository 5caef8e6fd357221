"""Passwords and tokens: argon2 for what people choose, SHA-256 for what we draw ourselves."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX: Final = "olp_"  # noqa: S105 - how tokens begin, so that scanners of leaks know them
SHORTEST: Final = 10


class Passwords:
    """argon2id with the library's current parameters (RFC 9106); weaker ones only in tests."""

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65_536) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID
        )

    @cached_property
    def _decoy(self) -> str:
        """Verified against when there is no such login, so that both take as long."""
        return self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, password: str, stored: str) -> bool:
        """Whether it is the password; an empty or broken hash never is, and takes as long."""
        decoy = self._decoy  # asked for whether it is needed or not: the first time takes longer
        try:
            return self._hasher.verify(stored or decoy, password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def new_session_token() -> str:
    """A new secret of 256 bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """A new secret for a program; shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: hexadecimal SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """The token that forms carry: derived from the cookie's, which scripts cannot read."""
    return hmac.new(session_token.encode(), b"orderloom csrf", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compares secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
