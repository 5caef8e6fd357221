"""One application for all tests of a module; between two of them everybody is there again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.approving import Deals, open_deals

from orderloom.platform.app.appointing import Dismiss
from orderloom.platform.app.operator import OPERATOR


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deals]:
    with open_deals(tmp_path_factory.mktemp("deals")) as opened:
        yield opened


@pytest.fixture
def deals(shared: Deals) -> Iterator[Deals]:
    """Everybody is there, and nobody has been refused too often to be written down."""
    yield shared
    admin = shared.app.accounts.by_login("ada")
    assert admin is not None
    for each in shared.app.substitutions.seen(admin):
        if each.may_end:
            ending = Dismiss(actor=OPERATOR, channel="cli", id=each.one.id)
            shared.app.runner.appoint(ending)
    shared.pass_(minutes=2)
