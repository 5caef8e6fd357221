"""What fields may name: only of one's own organisation, and said in every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parts.site import Site, open_site

from orderloom.platform.app.expression_help import Asked, Placed, placed
from orderloom.platform.app.expression_help_sample import Sample, tried
from orderloom.platform.app.known_names import known_names
from orderloom.platform.app.known_names_functions import functions_json
from orderloom.platform.app.reading import Seen
from orderloom.platform.definitions.reference import functions
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

ASKED = Asked(
    kind="approval",
    id="pump-approval",
    value={"kind": "approval", "id": "pump-approval", "title": "A", "steps": [{"if": "x"}]},
    path=("steps", 0, "if"),
    text="total",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("known")
    with open_site(home) as opened:
        yield opened


def code_of(answer: Any) -> str:
    assert isinstance(answer, Rejection), answer
    return answer.code


def test_another_organisation_knows_nothing(site: Site) -> None:
    reply = site.order()
    ada, drafting, desk = site.actors["ada"], site.app.drafting, site.app.views.desk
    seen = desk.see_id(ada, reply.order)
    assert isinstance(seen, Seen)
    stranger = replace(ada, organisation=2)
    assert code_of(known_names(drafting, stranger, "approval", "pump-approval")) == (
        "definition.not_found"
    )
    assert code_of(placed(drafting, stranger, ASKED)) == "definition.not_found"
    # Even with the definition before them: the order is not there.
    here = placed(drafting, ada, ASKED)
    assert isinstance(here, Placed)
    assert code_of(tried(desk, stranger, here, ASKED, Sample(order=seen.number))) == (
        "order.not_found"
    )


def test_nobody_without_the_permission_knows_anything(site: Site) -> None:
    mallory, drafting = site.actors["mallory"], site.app.drafting
    assert code_of(known_names(drafting, mallory, "form", "pump-order")) == "permission.missing"
    assert code_of(placed(drafting, mallory, ASKED)) == "permission.missing"


def test_records_are_read_only_by_those_who_may(site: Site) -> None:
    ada = site.actors["ada"]
    blind = replace(ada, permissions=ada.permissions - {"collections.read"})
    here = placed(site.app.drafting, ada, replace(ASKED, text='convert(1, "EUR", "PLN", today)'))
    assert isinstance(here, Placed)
    found = tried(site.app.views.desk, blind, here, ASKED, Sample(data={}))
    assert code_of(found) == "permission.missing"


@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_every_function_says_what_it_gives(language: str) -> None:
    words, told = Words(language), functions()
    for each in functions_json():
        said = words.text(f"feel.gives.{each['name'].replace(' ', '_')}")
        assert not said.startswith("feel."), each["name"]
        if language == "en" and each["name"] in told:
            assert said == told[each["name"]]
        assert each["signature"].startswith(each["name"])
