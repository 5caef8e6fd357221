"""Notes and checkpoints as C2SP has them: its published examples, and what must not pass."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.audit.checkpoint import (
    Checkpoint,
    open_note,
    read_checkpoint,
    read_signing_key,
    read_verifier_key,
    sign,
    signing_key,
    split_note,
)

# The example of c2sp.org/signed-note.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2O"
    "NncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The examples of Go's golang.org/x/mod/sumdb/note, which the specification describes.
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox"
    "33WWd1RvMc+QQ=\n"
)
# The example of c2sp.org/tlog-checkpoint.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_specifications_example_opens() -> None:
    key = read_verifier_key(FOO)
    assert str(key) == FOO
    assert open_note(FOO_NOTE, [key]) == ("This is an example message.\n", (key,))


def test_the_same_key_signs_the_same_bytes_as_go() -> None:
    peter = read_signing_key(PETER_SECRET)
    assert peter.secret_text() == PETER_SECRET
    assert str(peter.verifier) == PETER
    assert sign(TEXT, [peter]) == f"{TEXT}\n{PETER_LINE}"
    assert "AYEK" not in repr(peter)


def test_signatures_of_several_keys() -> None:
    peter, enoch, foo = map(read_verifier_key, (PETER, ENOCH, FOO))
    note = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}"
    assert open_note(note, [enoch, peter]) == (TEXT, (peter, enoch))
    assert open_note(note, [enoch]) == (TEXT, (enoch,))
    with pytest.raises(ValueError, match="no known key"):
        open_note(note, [foo])
    # Another key of the same name is another key.
    other = sign("other\n", [signing_key("EnochRoot", b"1" * 32)])
    with pytest.raises(ValueError, match="no known key"):
        open_note(other, [enoch])
    # One known key that did not sign this is enough to refuse the whole.
    forged = note.replace("rwz+eBzmZa0SO3", "rwz+eBzmZa0SO4")
    with pytest.raises(ValueError, match=r"EnochRoot.* is wrong"):
        open_note(forged, [enoch, peter])


def test_the_example_of_a_checkpoint() -> None:
    checkpoint = read_checkpoint(SOFA)
    assert checkpoint.size == 20852163
    assert checkpoint.root.hex().startswith("0ac5186a")
    assert checkpoint.text == SOFA
    assert read_checkpoint(f"{SOFA}more\n") == checkpoint


KEY = signing_key("orderloom/log", sha256(b"key").digest())


@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back(size: int, root: bytes) -> None:
    made = Checkpoint("orderloom/log", size, root)
    text, signers = open_note(sign(made.text, [KEY]), [KEY.verifier])
    assert read_checkpoint(text) == made
    assert signers == (KEY.verifier,)


NOTE = sign(Checkpoint("orderloom/log", 7, bytes(32)).text, [KEY])


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 127))
def test_no_sign_of_a_note_can_change(at: int, flipped: int) -> None:
    changed = NOTE[:at] + chr(ord(NOTE[at]) ^ flipped) + NOTE[at + 1 :]
    with pytest.raises(ValueError, match=r".*"):
        open_note(changed, [KEY.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAA AAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note(note: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        split_note(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n7\n",
        "\n7\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n07\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n-7\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n7\n" + b64encode(bytes(31)).decode() + "\n",
        "log\n7\n" + b64encode(bytes(32)).decode(),
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    ["", "name", FOO.replace("530d", "530e"), FOO.replace("+Aek", "+Bek"), FOO[:-1], "a b" + FOO],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_verifier_key(text)
    with pytest.raises(ValueError, match=r".*"):
        read_signing_key(f"PRIVATE+KEY+{text}")
    with pytest.raises(ValueError, match="no signing key"):
        read_signing_key(text)


def test_what_cannot_be_signed() -> None:
    for text in ("no end", "a tab\t\n"):
        with pytest.raises(ValueError, match="line end"):
            sign(text, [KEY])
    for name, seed in (("a b", bytes(32)), ("a+b", bytes(32)), ("a", bytes(31))):
        with pytest.raises(ValueError, match="32 bytes"):
            signing_key(name, seed)
