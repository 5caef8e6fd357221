"""The wheel has everything that the program needs, and starts in an empty environment."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from parts.repository import files, module_of, python_files
from parts.shared_data import REPOSITORY

pytestmark = pytest.mark.slow
DATA = (".yaml", ".json", ".html", ".css", ".js", ".svg", ".txt", ".sql", ".mako", ".csv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    # A copy of what git knows, so that the build leaves nothing behind in the checkout.
    for name in files():
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((REPOSITORY / name).read_bytes())
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--no-index", "--wheel-dir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(target.glob("*.whl"))


def test_the_wheel_has_every_module_and_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {f"orderloom/{name}" for name in python_files()}
    data = {
        f"orderloom/{name}"
        for name in files()
        if name.startswith(("platform/", "static/", "examples/")) and name.endswith(DATA)
    }
    assert sorted((modules | data) - names) == []


def test_the_installed_program_starts(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(environment)],
        check=True,
    )
    site = next(environment.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies come from the environment of the tests; the checkout does not.
    outside = [path for path in sys.path if path.endswith("site-packages")]
    run = "import sys; sys.argv = ['orderloom', '--help']; import orderloom.platform.cli as c; "
    run += "assert c.__file__.startswith(sys.prefix), c.__file__; c.main()"
    started = subprocess.run(
        [str(environment / "bin" / "python"), "-c", run],
        env={"PYTHONPATH": f"{site}:{':'.join(outside)}", "PYTHONWARNINGS": "error"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    assert "Usage: orderloom" in started.stdout
    assert module_of("platform/cli.py") == "orderloom.platform.cli"
