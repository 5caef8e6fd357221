"""Signed checkpoints (C2SP tlog-checkpoint, signed-note), and whom to believe them."""

from __future__ import annotations

import json
import re
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from orderloom.audit.verify_ed25519 import is_signature

MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{43}[A-Za-z0-9+/=])")
# A note wherever it stands: in a file of notes, below the head of a letter.
_FOUND = re.compile(
    "[^\n]+\n(?:0|[1-9][0-9]{0,17})\n[A-Za-z0-9+/]{43}=\n\n(?:— [^\\s+]+ [A-Za-z0-9+/=]+\n)+"
)


class Key(NamedTuple):
    """A public key and the name that it signs by."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    def __str__(self) -> str:
        return "+".join((self.name, self.id.hex(), _base64(b"\x01" + self.public)))


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures: (name, hash of the key, bytes)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, keys: Iterable[Key]) -> tuple[Key, ...] | None:
        """Which of the keys have signed it; None where a signature in a key's name is wrong."""
        found = []
        for key in keys:
            for name, id_, signature in self.signatures:
                if (name, id_) != (key.name, key.id):
                    continue
                if not is_signature(key.public, self.text.encode(), signature):
                    return None
                found.append(key)
        return tuple(found)


class Checkpoint(NamedTuple):
    """A tree's size and root, as a note says it."""

    origin: str
    size: int
    root: bytes
    note: Note


def read_key(text: str) -> Key:
    """`name+hash+base64(0x01 ‖ public)`. Raises `ValueError`."""
    found = _KEY.fullmatch(text)
    data = _exact(found[3], 33) if found else b""
    if found is None or data[:1] != b"\x01":
        raise ValueError(f"not a verifier key: {text!r}")
    key = Key(found[1], data[1:])
    if key.id.hex() != found[2]:
        raise ValueError(f"the hash in the verifier key is another key's: {text!r}")
    return key


def read_note(text: str) -> Note:
    """A note as it is stored. Raises `ValueError`."""
    content, gap, signed = text.rpartition("\n\n")
    lines = signed[:-1].split("\n") if gap and signed.endswith("\n") else []
    if not lines or len(lines) > MOST_SIGNATURES:
        raise ValueError("no note")
    return Note(content + "\n", tuple(_signature(line) for line in lines))


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint's note. Raises `ValueError`."""
    note = read_note(text)
    lines = note.text.split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise ValueError("no checkpoint")
    return Checkpoint(lines[0], int(lines[1]), _exact(lines[2], 32), note)


def checkpoints_in(content: str) -> list[Checkpoint]:
    """Every checkpoint that stands in a file: in JSON lines as `note`, or as it is, whatever stands
    around it."""
    found, rest = list[Checkpoint](), list[str]()
    for line in content.splitlines():
        try:
            found.append(read_checkpoint(json.loads(line)["note"]))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            rest.append(line)
    plain = "\n".join(rest) + "\n"
    return found + [read_checkpoint(each[0]) for each in _FOUND.finditer(plain)]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, content = line.removeprefix("— ").partition(" ")
    if not line.startswith("— ") or not _NAME.fullmatch(name):
        raise ValueError("no signature")
    signed = _exact(content)
    if len(signed) < 5:
        raise ValueError("a signature is too short")
    return name, signed[:4], signed[4:]


def _exact(content: str, size: int | None = None) -> bytes:
    """Base64 that is written in no other way. Raises `ValueError`."""
    try:
        data = a2b_base64(content.encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        raise ValueError("no base64") from None
    if (size is not None and len(data) != size) or _base64(data) != content:
        raise ValueError("no base64 of that length")
    return data


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
