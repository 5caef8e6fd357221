"""The verifier's own Ed25519: the vectors of RFC 8032, a library beside it, and forgeries."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.audit.verify_ed25519 import NEUTRAL, ORDER, P, decoded, encoded, is_signature

# RFC 8032 section 7.1: key, message, signature; all hexadecimal.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signature(*parts)
    assert not is_signature(parts[0], parts[1] + b"x", parts[2])


@settings(max_examples=60, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), data=st.data())
def test_it_agrees_with_a_library(seed: bytes, message: bytes, data: st.DataObject) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signature(key, message, signature)
    bit = data.draw(st.integers(0, 8 * 96 - 1))
    both = bytearray(key + signature)
    both[bit // 8] ^= 1 << bit % 8
    changed = bytes(both[:32]), bytes(both[32:])
    key, signature = changed
    assert is_signature(key, message, signature) == _library(key, message, signature)


def _library(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Points whose eighth multiple is neutral, by their y; the second and third also with their sign.
SMALL = [
    1,
    P - 1,
    0,
    2707385501144840649318225287225658788936804267575313519463743609750303021022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
]


@pytest.mark.parametrize("y", SMALL)
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_of_small_order_signs_nothing(y: int, sign: int) -> None:
    key = (y | sign << 255).to_bytes(32, "little")
    # With such a key this signature would hold for one message in eight, or for all.
    forged = encoded(NEUTRAL) + bytes(32)
    assert not any(is_signature(key, bytes([each]), forged) for each in range(32))


@pytest.mark.parametrize("y", [P, P + 1, P + 2, 2**255 - 1])
def test_only_the_shortest_encoding_of_a_point_is_one(y: int) -> None:
    assert decoded(y.to_bytes(32, "little")) is None
    assert not is_signature(y.to_bytes(32, "little"), b"", bytes(64))


def test_the_second_half_of_a_signature_is_below_the_order() -> None:
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[1])
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signature(key, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_other_lengths_are_no_signature(key: int, signature: int) -> None:
    assert not is_signature(bytes(key), b"", bytes(signature))
