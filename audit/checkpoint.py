"""Signed checkpoints: C2SP tlog-checkpoint (origin, size, root) as a C2SP signed-note, Ed25519."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
SEED: Final = 32
SIGNATURE: Final = 64
PRIVATE: Final = "PRIVATE+KEY+"
_SIGNED: Final = "— "
MOST_SIGNATURES: Final = 100
# Neither white space nor `+`.
_NAME: Final = re.compile(r"[^\s+]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree's size and root. `origin`: which log it is."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What others check signatures with; as text `name+hash+base64(0x01 ‖ public)`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's for the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and the 32 secret bytes of its key; as text in the form that Go's tools write."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The half that may be known."""
        return VerifierKey(self.name, self._key().public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """The line that a key file holds."""
        named = f"{self.name}+{self.verifier.id.hex()}"
        return f"{PRIVATE}{named}+{b64encode(ED25519 + self.seed).decode()}"

    def line(self, text: str) -> str:
        """The signature's line below a text, with its line end."""
        signed = self.verifier.id + self._key().sign(text.encode())
        return f"{_SIGNED}{self.name} {b64encode(signed).decode()}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def signing_key(name: str, seed: bytes) -> SigningKey:
    """A key of these secret bytes. Raises `ValueError` for names that a note cannot hold."""
    if not _NAME.fullmatch(name) or len(seed) != SEED:
        raise ValueError("a key has a name without spaces and plus signs, and 32 bytes")
    return SigningKey(name, seed)


def read_signing_key(text: str) -> SigningKey:
    """What `secret_text` wrote. Raises `ValueError`."""
    if not text.startswith(PRIVATE):
        raise ValueError("this is no signing key")
    name, id_, seed = _key_parts(text.removeprefix(PRIVATE))
    key = signing_key(name, seed)
    if key.verifier.id != id_:
        raise ValueError("the signing key's hash is another key's")
    return key


def read_verifier_key(text: str) -> VerifierKey:
    """A key as `str` writes it. Raises `ValueError`."""
    name, id_, public = _key_parts(text)
    key = VerifierKey(name, public)
    if key.id != id_:
        raise ValueError("the verifier key's hash is another key's")
    return key


def sign(text: str, keys: Iterable[SigningKey]) -> str:
    """The note of a text: it, an empty line, a signature of each key. Raises `ValueError` for a
    text that does not end with a line end or has control characters."""
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise ValueError("a note's text ends with a line end and has no control characters")
    return f"{text}\n{''.join(key.line(text) for key in keys)}"


def open_note(note: str, keys: Sequence[VerifierKey]) -> tuple[str, tuple[VerifierKey, ...]]:
    """A note's text and those of the keys that signed it. Signatures of other keys are passed
    over. Raises `ValueError` where a line cannot be read, a known key's signature is wrong, or
    none of the keys signed it."""
    text, lines = split_note(note)
    found: list[VerifierKey] = []
    for name, id_, signature in lines:
        for key in keys:
            if (key.name, key.id) != (name, id_) or key in found:
                continue
            if not key.holds(text, signature):
                raise ValueError(f"the signature of {key} is wrong")
            found.append(key)
    if not found:
        raise ValueError("no known key has signed the note")
    return text, tuple(found)


def split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signatures as (name, hash of the key, bytes). Raises `ValueError`."""
    text, gap, signed = note.rpartition("\n\n")
    if not gap or not signed.endswith("\n"):
        raise ValueError("the note has no signatures")
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError("the note has too many signatures")
    return f"{text}\n", [_signature(line) for line in lines]


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text is; lines behind the root are passed over. Raises
    `ValueError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise ValueError("the note is no checkpoint")
    return Checkpoint(lines[0], int(lines[1]), _exact(lines[2], 32))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, content = line.removeprefix(_SIGNED).partition(" ")
    if not line.startswith(_SIGNED) or not _NAME.fullmatch(name):
        raise ValueError("a line of the note is no signature")
    signed = b64decode(content, validate=True)
    if len(signed) < 5:
        raise ValueError("a signature of the note is too short")
    return name, signed[:4], signed[4:]


def _key_parts(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    id_, _, content = rest.partition("+")
    if not _NAME.fullmatch(name) or not re.fullmatch(r"[0-9a-f]{8}", id_):
        raise ValueError("this is no key")
    key = _exact(content, 33)
    if key[:1] != ED25519:
        raise ValueError("this is no key of Ed25519")
    return name, bytes.fromhex(id_), key[1:]


def _exact(content: str, size: int) -> bytes:
    data = b64decode(content, validate=True)
    if len(data) != size or b64encode(data).decode() != content:
        raise ValueError(f"expected {size} bytes as base64")
    return data
