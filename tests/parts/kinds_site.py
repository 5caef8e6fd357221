"""A site with the bundle of the smaller kinds, and what its previews are given and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from orderloom.platform.app.kind_preview_samples import Sample
from orderloom.platform.codec import load_yaml
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from parts.kinds_bundle import write_kinds_bundle
from parts.site import Site, open_site

SCRIPT = "</script><script>alert(1)</script>"
ONE = Sample(scenario="one")
ALL = ["definition.read", "definition.write", "collections.read", "collections.edit"]


@contextmanager
def open_kinds(folder: Path) -> Iterator[Site]:
    """`ada` may read and write definitions and records."""
    bundle = write_kinds_bundle(folder / "bundle")
    with open_site(folder / "home", bundle=bundle) as opened:
        opened.app.accounts.set_role("administrator", title="All", permissions=ALL)
        opened.actors["ada"] = _actor(opened, "ada")
        yield opened


def value_of(site: Site, kind: str, id_: str) -> dict[str, Any]:
    """A copy of a definition as it is published."""
    view = site.app.drafting.one(site.actors["ada"], kind, id_)
    assert not isinstance(view, Rejection), view
    value: dict[str, Any] = load_yaml(view.text).value
    return deepcopy(value)


def shown(found: dict[str, Any] | Rejection) -> dict[str, Any]:
    """An answer that is no refusal."""
    assert not isinstance(found, Rejection), found
    return found


def changed(value: Mapping[str, Any], path: str, new: Any) -> dict[str, Any]:
    """The value with another one at a dotted path."""
    made: dict[str, Any] = deepcopy(dict(value))
    *way, last = path.split(".")
    inner: Any = made
    for key in way:
        inner = inner[int(key)] if key.isdigit() else inner[key]
    inner[last] = new
    return made


def _actor(site: Site, login: str) -> Actor:
    found = site.app.accounts.by_login(login)
    assert found is not None
    return found
