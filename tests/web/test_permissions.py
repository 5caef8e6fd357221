"""The list of permissions is the page, and nobody asks for one that is not on it."""

import re

import pytest
from parts.repository import files, text

from orderloom.platform.app.permissions import FIRST_ROLES, PERMISSIONS, needs
from orderloom.platform.engine import Actor

ROW = re.compile(r"^\| `([a-z.]+)` \| (.+) \|$", re.MULTILINE)


def test_the_page_shows_the_list() -> None:
    assert dict(ROW.findall(text("docs/permissions.md"))) == dict(PERMISSIONS)


def test_first_roles_give_known_permissions() -> None:
    assert {each for given in FIRST_ROLES.values() for each in given} <= set(PERMISSIONS)


def test_code_asks_for_known_permissions_only() -> None:
    asked = {
        found
        for name in files()
        if name.startswith("platform/") and name.endswith((".py", ".html"))
        for found in re.findall(r"""needs\([^,()]+,\s*["']([a-z.]+)["']""", text(name))
        + re.findall(r"""["']([a-z]+\.[a-z.]+)["'] (?:not )?in [\w.]*permissions\b""", text(name))
    }
    assert asked - set(PERMISSIONS) == set()
    assert "order.settle" in asked


@pytest.mark.parametrize(("given", "refused"), [((), True), (("user.manage",), False)])
def test_a_permission_is_needed(given: tuple[str, ...], refused: bool) -> None:
    answer = needs(Actor("u_1", permissions=frozenset(given)), "user.manage")
    assert (answer is not None and answer.code == "permission.missing") is refused


def test_a_permission_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(ValueError, match="not in the list"):
        needs(Actor("u_1"), "order.explode")
