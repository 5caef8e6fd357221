"""The auditor's desk is for those who read the audit, and for nobody else."""

from __future__ import annotations

import pytest
from parts.editing import Hand
from parts.site import Site


@pytest.mark.parametrize(
    ("who", "status"),
    [("erin", 200), ("ada", 200), ("alice", 403), ("bob", 403), ("mallory", 403)],
)
def test_the_desk_is_for_auditors(site: Site, who: str, status: int) -> None:
    hand = Hand(site.app, who, password=site.password)
    assert hand.get("/audit").status_code == status
    assert ('href="/audit"' in hand.get("/orders").text) == (status == 200)
