"""The key that signs checkpoints: a file outside of the database."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from orderloom.audit.checkpoint import SEED, SigningKey, read_signing_key, signing_key

# Anybody else's right to read, and anybody's but the owner's to write.
_TOO_OPEN: Final = stat.S_IRWXO | stat.S_IWGRP


class KeyFault(Exception):
    """The key cannot be used as it is. `code`: a word for it; the text says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class KeyFile:
    """One line a signing key: the current one, and below it the one before as long as a rotation
    is not done. Without a `path` keys live as long as the program. `name`: what notes call them."""

    def __init__(self, path: Path | None, name: str) -> None:
        self.path = path
        self.name = name
        self._kept: tuple[SigningKey, ...] = ()

    def read(self) -> tuple[SigningKey, ...]:
        """The keys; none where there is no file. Raises `KeyFault` where others can read it, or it
        holds no key of this log."""
        if self.path is None:
            return self._kept
        try:
            mode = self.path.stat().st_mode
            lines = self.path.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeError) as error:
            raise KeyFault("key.unreadable", f"{self.path}: {error}") from error
        if mode & _TOO_OPEN:
            raise KeyFault(
                "key.open",
                f"others can read or change {self.path}; chmod 600 makes it yours alone",
            )
        try:
            keys = tuple(read_signing_key(line) for line in lines if line)
        except ValueError as error:
            raise KeyFault("key.unreadable", f"{self.path}: {error}") from error
        if not keys or any(key.name != self.name for key in keys):
            raise KeyFault("key.other_log", f"{self.path} holds no key of {self.name}")
        return keys

    def make(self) -> tuple[SigningKey, ...]:
        """A first key, or the one that another process made meanwhile. Raises `KeyFault`."""
        return self._write((self._fresh(),), anew=True)

    def rotate(self) -> tuple[SigningKey, ...]:
        """Puts a fresh key before the present one; both sign until `forget`. Raises `KeyFault`."""
        present = self.read()
        if len(present) > 1:
            return present
        return self._write((self._fresh(), *present))

    def replace(self) -> tuple[SigningKey, ...]:
        """A fresh key instead of whatever is there. Raises `KeyFault`."""
        return self._write((self._fresh(),))

    def forget(self) -> tuple[SigningKey, ...]:
        """Only the current key is left. Raises `KeyFault`."""
        return self._write(self.read()[:1])

    def _fresh(self) -> SigningKey:
        return signing_key(self.name, secrets.token_bytes(SEED))

    def _write(self, keys: Sequence[SigningKey], *, anew: bool = False) -> tuple[SigningKey, ...]:
        """Whole or not at all; `anew`: the first of several processes counts."""
        if self.path is None:
            self._kept = tuple(keys)
            return self._kept
        mine = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{key.secret_text()}\n" for key in keys)
                file.flush()
                os.fsync(file.fileno())
            if anew:
                with suppress(FileExistsError):
                    self.path.hardlink_to(mine)
                mine.unlink()
            else:
                mine.replace(self.path)
        except OSError as error:
            raise KeyFault("key.unwritable", f"{self.path}: {error}") from error
        return self.read()
