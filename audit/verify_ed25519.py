"""Ed25519 signatures, checked only (RFC 8032 section 5.1.7), with nothing but whole numbers.

Stricter than the section in two points, as most libraries are: a key of small order, for which
signatures hold whatever they sign, is none; and encodings that are not the shortest are refused.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha512

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z.
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)
_BASE_BYTES = (4 * pow(5, P - 2, P) % P).to_bytes(32, "little")


def is_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is one of `message` by the owner of `key` (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    negated = _multiples_of(key, negate=True)
    if negated is None or scalar >= ORDER:
        return False
    first = signature[:32]
    challenge = int.from_bytes(sha512(first + key + message).digest(), "little") % ORDER
    base = _multiples_of(_BASE_BYTES, negate=False)
    assert base is not None  # noqa: S101 - the base point is one
    found = _add(_times(base, scalar), _times(negated, challenge))
    # Compared as bytes: a first half that is not the shortest encoding differs.
    return encoded(found) == first


def decoded(data: bytes) -> Point | None:
    """The point that 32 bytes stand for (section 5.1.3); None if they are none, or are not the
    shortest way to write it."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encoded(point: Point) -> bytes:
    """A point as 32 bytes (section 5.1.2)."""
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(one: Point, other: Point) -> Point:
    """Section 5.1.4; complete, so it doubles as well."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


@lru_cache(maxsize=16)
def _multiples_of(key: bytes, *, negate: bool) -> tuple[tuple[Point, ...], ...] | None:
    """For every four bits of a scalar the sixteen multiples that they may ask for: made once, and
    a signature costs 128 additions. None where the key is no point, or one of small order."""
    point = decoded(key)
    if point is None:
        return None
    x, y, z, t = point
    if negate:
        point = (P - x if x else 0, y, z, P - t if t else 0)
    eighth = point
    for _ in range(3):
        eighth = _add(eighth, eighth)
    if encoded(eighth) == encoded(NEUTRAL):
        return None
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(_add(row[-1], point))
        table.append(tuple(row))
        point = _add(row[-1], point)
    return tuple(table)


def _times(multiples: tuple[tuple[Point, ...], ...], scalar: int) -> Point:
    found = NEUTRAL
    for row in multiples:
        if scalar & 15:
            found = _add(found, row[scalar & 15])
        scalar >>= 4
    return found
