"""`docs/api.md` names every address and only codes that exist."""

from __future__ import annotations

import re

from parts.repository import text

from orderloom.platform.app.statuses import status_of
from orderloom.platform.web.api.addresses import openapi
from orderloom.platform.words import Words

PAGE = text("docs/api.md")


def test_every_address_is_there() -> None:
    named = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`\s]*)`", PAGE))
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in openapi()["paths"].items()
        for method in methods
    }
    assert named == described


def test_codes_exist_and_stand_beside_their_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 8
    for status, told in rows:
        for code in re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", told):
            assert Words("en").has(f"problems.{code}"), code
            assert status_of(code) == int(status), code
