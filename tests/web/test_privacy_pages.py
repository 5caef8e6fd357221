"""The page of personal data: who may use it, what it shows before it erases, and after."""

from __future__ import annotations

import html
from pathlib import Path

from parts.application import PASSWORD
from parts.editing import Hand
from parts.personal_bundle import CANARY, PERSON, actor, claim, open_people, state_of

from orderloom.platform.bootstrap import worker_of


def test_a_person_is_looked_for_and_erased(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        order = claim(app)
        worker_of(app).run_once()
        for login in ("erin", "alice", "mallory"):
            assert Hand(app, login, password=PASSWORD).get("/audit/privacy").status_code == 403
        ada = Hand(app, "ada", password=PASSWORD)
        found = ada.get(f"/audit/privacy?person={PERSON}")
        assert found.status_code == 200
        assert "12 values" in found.text
        assert CANARY not in found.text
        refused = ada.post("/audit/privacy", person=PERSON, reason="")
        assert refused.status_code == 422
        assert "Say why" in refused.text
        done = ada.post("/audit/privacy", person=PERSON, reason="asked")
        assert done.status_code in (200, 303)
        assert "$p" in state_of(app, order).data["customer"]["name"]
        for language, said in (
            ("en", "17 values erased"),
            ("pl", "17 wartości"),
            ("sk", "17 hodnôt"),
        ):
            app.accounts.set_language(actor(app, "ada"), language)
            page = html.unescape(ada.get("/audit/privacy").text)
            assert said in page
