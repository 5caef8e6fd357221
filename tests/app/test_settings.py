"""Settings: one table for the program and for the page that explains them."""

from pathlib import Path

import pytest
from parts.repository import text

from orderloom.platform.settings import Settings, SettingsError, read_settings, settings_table


def test_the_page_shows_every_setting_as_it_is() -> None:
    rows = [f"| `{r.variable}` | {r.default} | {r.meaning} |" for r in settings_table()]
    page = [line for line in text("docs/operation.md").splitlines() if "| `ORDERLOOM_" in line]
    assert page == rows


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("ORDERLOOM_PORT", "8080", "port", 8080),
        ("ORDERLOOM_DEMO", "1", "demo", True),
        ("ORDERLOOM_DEMO", "no", "demo", False),
        ("ORDERLOOM_HOME", "/srv/x", "home", Path("/srv/x")),
        ("ORDERLOOM_ASSETS", "local", "assets", "local"),
        ("ORDERLOOM_ZONE", "Europe/Warsaw", "zone", "Europe/Warsaw"),
    ],
)
def test_a_variable_sets_its_field(variable: str, value: str, name: str, expected: object) -> None:
    assert getattr(read_settings({variable: value}), name) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ORDERLOOM_PORT", "many"),
        ("ORDERLOOM_PORT", "70000"),
        ("ORDERLOOM_DEMO", "perhaps"),
        ("ORDERLOOM_ASSETS", "elsewhere"),
        ("ORDERLOOM_ZONE", "Europe/Nowhere"),
        ("ORDERLOOM_CLOCK", "2026-03-06T16:00:00"),
        ("ORDERLOOM_THREADS", "0"),
    ],
)
def test_an_unusable_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        read_settings({variable: value})


def test_options_win_over_the_environment_unless_left_out() -> None:
    found = read_settings({"ORDERLOOM_PORT": "1"}, port=2, host=None)
    assert (found.port, found.host) == (2, "127.0.0.1")


def test_variables_of_others_are_left_alone() -> None:
    assert read_settings({"ORDERLOOM_TEST_DATA": "x", "PORT": "1"}) == Settings()


def test_the_clock_is_an_aware_instant() -> None:
    clock = read_settings({"ORDERLOOM_CLOCK": "2026-03-06T16:00:00+01:00"}).clock
    assert clock is not None
    assert clock.utcoffset() is not None


def test_the_default_database_lies_in_the_home_folder(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).database == f"sqlite:///{tmp_path}/orderloom.db"
    assert Settings(database_url="memory:").database == "memory:"
