"""Loads the plugins of `tests/parts`: each gives fixtures and says what is missing."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "parts.network",
    "parts.shared_data",
    "parts.postgres",
    "parts.browser",
    "parts.availability",
]

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")
