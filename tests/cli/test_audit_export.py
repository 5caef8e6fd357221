"""`orderloom audit export`: the file's ending or `--format` says in which form."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

from orderloom.audit.verify import verify_file
from orderloom.audit.verify_notes import read_key
from orderloom.platform.app.audit_formats import FORMATS, format_of, writer
from orderloom.platform.codec import loads


@pytest.mark.parametrize(
    ("name", "format_"),
    [("-", "jsonl"), ("audit.jsonl", "jsonl"), ("audit", "jsonl"), ("audit.unknown", "jsonl")],
)
def test_the_ending_of_a_file_says_the_format(name: str, format_: str) -> None:
    assert format_of(name) == format_


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_every_format_has_its_writer(format_: str) -> None:
    assert callable(writer(format_))


def test_an_unknown_format_is_wrong_usage(orderloom: CommandLine) -> None:
    told = orderloom.run("audit", "export", "--format", "parchment")
    assert told.code == 2
    assert "jsonl" in told.err


def test_what_is_sealed_and_exported_can_be_verified_without_the_server(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    """The commands of the handbook, one after the other."""
    bundle, orders = write_small_bundle(tmp_path / "small"), tmp_path / "orders"
    orders.mkdir()
    (orders / "orders.json").write_text('[{"id": 1, "code": "D", "amount": 20.5}]')
    (orders / "names.json").write_text('[{"code": "D", "name": "Desk"}]')
    assert orderloom.run("orders", "import", bundle, "--mapping", "shop", orders).code == 0
    out = tmp_path / "e.zip"
    assert orderloom.run("audit", "checkpoint").code == 0
    assert orderloom.run("audit", "export", "--out", out).code == 0
    blocked = "".join(
        f"sys.modules[{name!r}] = None;"
        for name in ("fastapi", "sqlmodel", "sqlalchemy", "msgspec", "cryptography", "pydantic")
    )
    program = f"import sys;{blocked}import runpy;sys.argv[1:] = [{str(out)!r}];"
    program += "runpy.run_module('orderloom.audit.verify', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = loads(done.stdout)
    assert (told["ok"], told["unsealed"], told["checkpoints"]) == (True, 0, 1)
    assert orderloom.json("audit", "verify", out).json["ok"]
    drawn = orderloom.json("audit", "sample", "--seed", "7", "--size", 3, "--by", "process").json
    assert (drawn["population"], list(drawn["strata"].values())) == (1, [1]), drawn
    (number,) = [each["number"] for each in drawn["orders"]]
    pack = tmp_path / "p.zip"
    made = orderloom.json("audit", "pack", number, "--out", pack, "--reason", "yearly").json
    assert (made["orders"], verify_file(pack).ok) == ([number], True)
    refused = orderloom.run("audit", "pack", "X-1", "--out", tmp_path / "q.zip", "--reason", "y")
    assert (refused.code, list(tmp_path.glob("q.zip*"))) == (1, [])
    assert orderloom.run("audit", "sample", "--seed", "7", "--size", 3, "--where", "x").code == 2
    key = orderloom.run("audit", "key").out.split()[0]
    assert verify_file(out, keys=[read_key(key)]).ok
    content = bytearray(out.read_bytes())
    content[len(content) // 2] ^= 1
    out.write_bytes(content)
    assert orderloom.run("audit", "verify", out).code == 1
