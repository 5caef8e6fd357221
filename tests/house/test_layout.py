"""Folders, packages, names and sizes."""

import re
import sys
import tomllib
from pathlib import Path

from parts.repository import CODE, files, python_files, text
from parts.shared_data import REPOSITORY

NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
TOP = {*CODE, "tests", "docs", "requirements", ".ci"}
MOST_LINES = 400


def test_platform_is_never_a_package_of_its_own() -> None:
    # With an __init__.py here, `import platform` from the root would take ours.
    assert not (REPOSITORY / "platform" / "__init__.py").exists()


def test_top_level_folders_are_the_agreed_ones() -> None:
    assert {name.split("/")[0] for name in files() if "/" in name} <= TOP


def test_the_listed_packages_are_those_on_disk() -> None:
    listed = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["packages"]
    folders = {Path(name).parent for name in python_files()} | {Path("platform")}
    on_disk = {".".join(("orderloom", *folder.parts)) for folder in folders}
    assert sorted(listed) == sorted(on_disk)


def test_subfolders_of_code_are_packages() -> None:
    folders = {Path(name).parent for name in python_files()} - {Path("platform")}
    assert [str(folder) for folder in folders if f"{folder}/__init__.py" not in files()] == []


def test_no_file_of_platform_bears_a_standard_library_name() -> None:
    names = {Path(name).stem for name in files() if re.fullmatch(r"platform/[^/]+\.py", name)}
    assert names & sys.stdlib_module_names == set()


def test_no_module_is_too_long() -> None:
    names = python_files(*CODE, "tests")
    lengths = {name: len(text(name).splitlines()) for name in names}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_is_named_for_the_one_thing_in_it() -> None:
    names = python_files(*CODE, "tests")
    assert [name for name in names if {*Path(name).parts[:-1], Path(name).stem} & NO_NAMES] == []


def test_style_sheets_and_scripts_keep_to_a_readable_length() -> None:
    ours = [name for name in files() if name.startswith("static/") and name.endswith(".js")]
    assert [name for name in ours if len(text(name).splitlines()) > MOST_LINES] == []


def test_each_code_folder_says_what_it_is() -> None:
    folders = (*CODE, "tests")
    assert [folder for folder in folders if f"{folder}/README.md" not in files()] == []


def test_no_vendored_library_is_committed() -> None:
    vendored = re.compile(r"(\.min\.(js|css)$|^node_modules/|^static/vendor/)")
    assert [name for name in files() if vendored.search(name)] == []
