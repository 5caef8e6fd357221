"""The shared test material: `ORDERLOOM_TEST_DATA`, or `../shared/data` beside the repository."""

import os
from pathlib import Path

import pytest

FIXTURES = frozenset({"shared_data"})
REPOSITORY = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Where the shared test material is looked for; it may not be there."""
    named = os.environ.get("ORDERLOOM_TEST_DATA")
    return Path(named) if named else REPOSITORY.parent / "shared" / "data"


def missing() -> str | None:
    """Why the shared data cannot be used, or None."""
    if folder().is_dir():
        return None
    return "no folder ../shared/data, and ORDERLOOM_TEST_DATA names none"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the shared test material."""
    return folder()
