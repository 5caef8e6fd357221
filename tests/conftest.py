"""Loads the plugins of `tests/parts`: each gives fixtures and says what is missing."""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "parts.network",
    "parts.shared_data",
    "parts.postgres",
    "parts.migrated",
    "parts.browser",
    "parts.availability",
]

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A worker takes whole files. Those that last longest begin first: at the end one of them would be
# left to one worker, and the others would wait.
LONGEST = (
    "test_screens.py",
    "test_form_designer_pages.py",
    "test_approval_designer_pages.py",
    "test_grid_pages.py",
    "test_panel.py",
    "test_roundtrip.py",
    "test_playing.py",
    "test_axe_editor.py",
    "test_canvas_pages.py",
    "test_canvas_verbs.py",
    "test_grid_verbs.py",
    "test_panel_verbs.py",
    "test_approval_designer_verbs.py",
    "test_kind_designers.py",
    "test_languages.py",
    "test_task_list.py",
    "test_live_serving.py",
    "test_serving.py",
    "test_tutorial.py",
    "test_bundles.py",
    "test_kill_points.py",
    "test_killed.py",
    "test_worker_killed.py",
    "test_balances_contended.py",
    "test_wheel.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))
