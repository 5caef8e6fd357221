"""The lock: every package by exact version and hash, no address of a registry."""

import re
import tomllib

import pytest
from parts.repository import text

LISTS = ("build", "dev", "node", "run")
# name[extras]==version ; marker \  followed by hashes only
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z,-]+\])?==[^ ]+( ; [^\\]+?)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("name", LISTS)
def test_every_line_is_a_pin_or_a_hash(name: str) -> None:
    lines = text(f"requirements/{name}.txt").splitlines()
    assert lines
    assert [line for line in lines if not PINNED.match(line) and not HASH.match(line)] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_is_followed_by_a_hash(name: str) -> None:
    lines = text(f"requirements/{name}.txt").splitlines()
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    assert [pin for pin, after in pairs if PINNED.match(pin) and not HASH.match(after)] == []


def test_what_runs_is_what_is_tested() -> None:
    run, dev = _pins("run"), _pins("dev")
    assert run.items() <= dev.items()


def test_the_lock_has_what_the_project_asks_for() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[>=<]", line)[0].lower() for line in asked}
    assert names - {name.replace("ruamel-yaml", "ruamel.yaml") for name in _pins("dev")} == set()


def _pins(name: str) -> dict[str, str]:
    lines = text(f"requirements/{name}.txt").splitlines()
    pins = [line.removesuffix(" \\").split(" ; ")[0] for line in lines if PINNED.match(line)]
    return {re.sub(r"\[.*", "", pin.split("==")[0]): pin.split("==")[1] for pin in pins}
