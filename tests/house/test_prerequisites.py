"""`make` names what a machine lacks, with the command that brings it."""

import subprocess
from pathlib import Path

import pytest
from parts.shared_data import REPOSITORY

SCRIPT = REPOSITORY / ".ci" / "prerequisites"


def test_a_machine_with_everything_is_let_through() -> None:
    ran = subprocess.run([str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("named", ["Python 3.11 or newer", "python3-venv", "python3-dev"])
def test_an_unfit_python_is_named(named: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    ran = subprocess.run([str(SCRIPT), str(python)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert named in ran.stdout


def test_missing_tools_are_named(tmp_path: Path) -> None:
    (tmp_path / "bash").symlink_to("/bin/bash")
    ran = subprocess.run(
        ["/bin/bash", str(SCRIPT)],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "apt-get install --yes --no-install-recommends git gcc libc6-dev python3" in ran.stdout
