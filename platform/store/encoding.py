"""Bytes as text, where a column holds text."""

import base64
from binascii import b2a_base64


def to_base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def from_base64(text: str) -> bytes:
    return base64.b64decode(text)
