"""Files of somebody hostile cost no more than honest ones, and crash nothing."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from parts.exported_log import LOG, repacked, sealed_log, unpacked

from orderloom.audit import verify as module
from orderloom.audit.pack import Pack
from orderloom.audit.verify import Report, verify_file

GOOD = sealed_log(2, (2, 5), entries=3).zip()


def checked(path: Path, content: bytes, **more: Any) -> Report:
    path.write_bytes(content)
    return verify_file(path, **more)


def packed(parts: dict[str, bytes], **facts: Any) -> bytes:
    return repacked(parts, GOOD, facts=facts)


def bomb() -> bytes:
    """A block that says it unpacks to 96 MB, and does."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(engine.compress(bytes(1 << 20)) for _ in range(96)) + engine.flush()
    out = io.BytesIO()
    pack = Pack(out)
    for name, content in unpacked(GOOD).items():
        pack.add(name, content, deflate=not name.endswith(".bin"))
        if name.startswith("entries"):
            part = pack._parts[-1]
            pack._parts.pop()
            out.seek(part.offset)
            out.truncate()
            pack._at = part.offset
            pack._begin(name, 8, 0, len(data), 96 << 20)
            pack._write(data)
    facts = json.loads(zipfile.ZipFile(io.BytesIO(GOOD)).read("manifest.json"))
    del facts["parts"]
    pack.close(facts, lambda digest: f"orderloom/{LOG}/export\n{digest}\n\n")
    return out.getvalue()


def foreign(**files: bytes) -> bytes:
    """A zip that another program made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


PARTS = unpacked(GOOD)
DEEP = b'{"a":' * 100_000
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "half a zip": GOOD[: len(GOOD) // 2],
    "another zip": foreign(a=b"b"),
    "a zip in a zip": foreign(**{"manifest.json": GOOD, "manifest.note": GOOD}),
    "a way out of the folder": packed({**PARTS, "../../etc/passwd": b"x"}),
    "a name from the root": packed({**PARTS, "/etc/passwd": b"x"}),
    "a part that nobody knows": packed({**PARTS, "readme.md": b"x"}),
    "a block that is not counted": packed({**PARTS, "entries/000002.jsonl": b"x\n"}),
    "a count beyond all measure": packed(PARTS, entries=1 << 62),
    "a negative count": packed(PARTS, entries=-1),
    "a truth for a count": packed(PARTS, entries=True),
    "blocks beyond all measure": packed(PARTS, blocks=[1 << 40]),
    "blocks that are none": packed(PARTS, blocks="six"),
    "leaves beyond all measure": packed(PARTS, leaves=1 << 62),
    "another format": packed(PARTS, format="orderloom/export/3"),
    "heads nested deep": packed({**PARTS, "streams/000001.jsonl": DEEP}),
    "things kept nested deep": packed({**PARTS, "kept/000001.jsonl": DEEP}),
    "a body nested deep": packed({**PARTS, "entries/000001.jsonl": DEEP}),
    "heads of no objects": packed({**PARTS, "streams/000001.jsonl": b"1\n2\n"}),
    "numbers of a million digits": packed(
        {**PARTS, "streams/000001.jsonl": b'{"stream":' + b"9" * 1_000_000 + b"}\n"}
    ),
    "a thousand signatures": packed(
        {
            **PARTS,
            "checkpoints.jsonl": json.dumps(
                {"no": 1, "note": f"orderloom/{LOG}\n5\n{'A' * 43}=\n\n" + "— x AAAAAAA=\n" * 1000}
            ).encode()
            + b"\n",
        }
    ),
    "an end that points nowhere": GOOD[:-22]
    + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, 1 << 30, 1 << 30, 0),
    "an end of the long form without one": GOOD[:-22]
    + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFFFFFF, 0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_by_name(name: str, tmp_path: Path) -> None:
    report = checked(tmp_path / "export.zip", HOSTILE[name], unsigned=True)
    assert not report.ok
    assert report.first


def test_a_bomb_takes_little_memory(tmp_path: Path) -> None:
    content = bomb()
    tracemalloc.start()
    report = checked(tmp_path / "export.zip", content, unsigned=True)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not report.ok
    assert most < 8 << 20


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    """Neither our package nor any library can be found with `-I -S`; and as a module it must not
    ask for what the server needs."""
    path = tmp_path / "export.zip"
    path.write_bytes(GOOD)
    program = Path(module.__file__ or "").resolve()
    bare = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (bare.returncode, json.loads(bare.stdout)["ok"]) == (0, True), bare.stderr
    assert "WARNING: The keys came with this file" in bare.stderr
    blocked = "".join(
        f"sys.modules[{name!r}] = None;"
        for name in ("fastapi", "sqlmodel", "sqlalchemy", "pydantic", "msgspec", "cryptography")
    )
    start = f"import sys;{blocked}from orderloom.audit.verify import main;"
    as_module = subprocess.run(
        [sys.executable, "-c", f"{start}sys.exit(main([{str(path)!r}, '--processes', '2']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert as_module.returncode == 0, as_module.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("--nonsense",), 2),
        (("none.zip",), 3),
        (("export.zip",), 0),
        (("export.zip", "--processes", "2"), 0),
        (("export.zip", "--key", "nonsense"), 2),
        (("export.zip", "--receipt", "1:1:zz"), 2),
        (("export.zip", "--receipt", "1:1:" + "0" * 64), 1),
        (("export.zip", "--anchor", "none.txt"), 3),
        (("export.zip", "--anchor", "empty.txt"), 2),
        (("export.zip", "--earlier", "export.zip"), 0),
        (("export.zip", "--earlier", "none.zip"), 3),
        (("export.zip", "--earlier", "empty.txt"), 2),
    ],
)
def test_exit_codes(
    arguments: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "export.zip").write_bytes(GOOD)
    (tmp_path / "empty.txt").write_bytes(b"")
    assert module.main(list(arguments)) == code
