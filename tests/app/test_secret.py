"""The installation's key is made once, whole, and read by nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orderloom.platform.bootstrap import CannotOpen, build
from orderloom.platform.settings import Settings, SettingsError, read_settings


def key_of(home: Path) -> str:
    app = build(Settings(home=home, database_url=f"sqlite:///{home / 'x.db'}"))
    app.close()
    return app.settings.secret


def test_every_process_has_the_same_key(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: key_of(home), range(4)))
    (key,) = found
    assert len(key) == 64
    assert (home / "secret").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in home.glob("secret*")) == ["secret"]


def test_a_key_that_is_too_short_is_none(tmp_path: Path) -> None:
    """Else whoever guesses it could make links of ours."""
    (tmp_path / "secret").write_text("", encoding="ascii")
    with pytest.raises(CannotOpen, match="secret"):
        key_of(tmp_path)
    with pytest.raises(SettingsError, match="ORDERLOOM_SECRET"):
        read_settings({"ORDERLOOM_SECRET": "short"})
    with pytest.raises(SettingsError, match="1 to 672"):
        read_settings({"ORDERLOOM_MAIL_VERDICT_HOURS": "673"})
