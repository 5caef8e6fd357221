"""The page on which somebody who worked here is erased: who may, what is refused, what is left."""

from __future__ import annotations

import html
from pathlib import Path

from parts.application import PASSWORD
from parts.editing import Hand
from parts.personal_bundle import actor, claim, done, open_people, state_of

from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine.commands import CastVerdict, Comment
from orderloom.platform.problem import Rejection


def test_somebody_who_works_here_is_erased(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        order = claim(app, end=False)
        number = state_of(app, order).number
        made = app.accounts.add_user("zuzka", name="Zuzana Zelená", roles=["manager"])
        assert not isinstance(made, Rejection)
        done(app, "zuzka", Comment("as said"), order)
        path = f"/audit/people/{made.id}/erase"
        for login in ("erin", "alice", "mallory"):
            assert Hand(app, login, password=PASSWORD).get(path).status_code == 403
            assert Hand(app, login, password=PASSWORD).post(path, reason="x").status_code == 403
        ada = Hand(app, "ada", password=PASSWORD)
        assert ada.get("/audit/people/nobody/erase").status_code == 404
        assert f'href="{path}"' in ada.get(f"/audit/people/{made.id}").text
        page = ada.get(path).text
        assert number in page
        assert "zuzka" in page
        assert "Say why" in ada.post(path, reason=" ").text
        assert "Zuzana Zelená" in ada.get(f"/orders/{number}/audit").text

        assert ada.post(path, reason="asked").status_code in (200, 303)
        worker_of(app).run_once()
        # Names are kept for a second.
        app.views.desk.briefly._kept.clear()

        for page in (
            ada.get(f"/orders/{number}/audit").text,
            ada.get("/audit?what=people").text,
        ):
            assert "Zelená" not in page
            assert "Erased person" in page
        assert "the account" in ada.get("/audit/privacy").text


def test_who_decided_in_an_order_that_runs_cannot_be_erased(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        order = claim(app, end=False)
        task = int(next(iter(state_of(app, order).tasks)))
        done(app, "bob", CastVerdict(task, "approve", comment="yes"), order)
        ada = Hand(app, "ada", password=PASSWORD)
        path = f"/audit/people/{actor(app, 'bob').id}/erase"
        for language, said in (("en", "for now"), ("pl", "na razie"), ("sk", "zatiaľ")):
            app.accounts.set_language(actor(app, "ada"), language)
            page = html.unescape(ada.get(path).text)
            assert said in page
            assert "<form" not in page.partition("<main")[2].partition("</main")[0]
        assert ada.post(path, reason="asked").status_code == 422
        assert app.accounts.by_login("bob") is not None
