"""Messages of other systems that stand still: why, and the ways out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.inbound_bundle import (
    raw_of,
)
from parts.inbound_senders import (
    order,
    packed,
    publish,
    send,
    shipped,
    shop_headers,
    stages,
    told,
)

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.codec import loads

# ── what stands still ────────────────────────────────────────────────────────────────────────

BAD: dict[str, tuple[str, Any, str, str]] = {
    "no order": ("wms", packed("PO-9999"), "packed", "inbound.no_order"),
    "an order of another process": ("wms", packed("{other}"), "packed", "inbound.no_order"),
    "several orders": (
        "wms",
        {"id": "w", "type": "wave", "count": 2, "refs": ["{number}", "{second}"]},
        "wave",
        "inbound.several_orders",
    ),
    "no value of the key": (
        "wms",
        {"id": "w", "type": "packed"},
        "packed",
        "inbound.expression",
    ),
    "nothing to know it again by": (
        "wms",
        {"type": "packed", "ref": "{number}"},
        "packed",
        "inbound.expression",
    ),
    "a condition that is neither true nor false": (
        "wms",
        {"id": "w", "type": "wave", "refs": []},
        "wave",
        "inbound.expression",
    ),
    "a time that is none": (
        "wms",
        shipped("A-1", at="yesterday"),
        "shipped",
        "inbound.expression",
    ),
    "data of a wrong type": (
        "wms",
        shipped("A-1", weight="heavy"),
        "shipped",
        "event.data",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_stands_still_says_why(parcels: Application, sender: Api, name: str) -> None:
    path, body, message, code = BAD[name]
    number, second = order(sender), order(sender, "A-2")
    other = order(sender, process="other-order")
    raw = raw_of(body)
    for word, value in {"{number}": number, "{second}": second, "{other}": other}.items():
        raw = raw.replace(word.encode(), value.encode())
    answer = send(sender, path, raw, secret="wms")
    assert told(answer) == [(message, "quarantined", code)]
    assert send(sender, path, raw, secret="wms").body == answer.body
    assert (stages(sender, number), stages(sender, second)) == (["new"], ["new"])
    (found,) = sender.call("ada", "GET", "/inbound-messages?state=quarantined").body["items"]
    assert (found["connector"], found["code"]) == ("wms", code)
    assert verify_store(parcels)["ok"] is True


def test_an_order_whose_data_do_not_fit_is_told_with_its_place(sender: Api) -> None:
    raw = raw_of({"total": "10"})
    answer = sender.call(None, "POST", "/inbound/shop", raw=raw, **shop_headers(raw))
    assert told(answer)[0][1] == "quarantined"
    assert sender.call("alice", "GET", "/orders").body["items"] == []


def test_what_the_process_does_not_expect_stands_still(sender: Api) -> None:
    number = order(sender)
    send(sender, "wms", packed(number), secret="wms")
    answer = send(sender, "wms", packed(number, "m9"), secret="wms")
    assert told(answer) == [("packed", "quarantined", "event.not_expected")]


# ── ways out ─────────────────────────────────────────────────────────────────────────────────


def still(api: Api, body: Any) -> int:
    """The id of a message that stands still."""
    answer = send(api, "wms", body, secret="wms")
    assert told(answer)[0][1] == "quarantined", answer
    return int(answer.body["messages"][0]["id"])


def settle(api: Api, id_: int, way: str, body: Any = None, login: str = "ada") -> Answer:
    return api.call(login, "POST", f"/inbound-messages/{id_}/{way}", body)


def test_a_message_is_tried_again(parcels: Application, sender: Api, tmp_path: Path) -> None:
    number = order(sender)
    id_ = still(sender, {"id": "m1", "type": "packed", "number": number})
    assert settle(sender, id_, "retry").body["state"] == "quarantined"
    publish(parcels, tmp_path, mended=("value: body.ref}", "value: body.number}"))
    done = settle(sender, id_, "retry")
    assert (done.body["state"], done.body["number"]) == ("done", number)
    assert settle(sender, id_, "retry").body == done.body
    assert stages(sender, number) == ["packed"]
    assert settlements(parcels) == [("retry", id_)] * 2


def test_a_message_is_assigned_to_an_order(parcels: Application, sender: Api) -> None:
    number, other = order(sender), order(sender, process="other-order")
    id_ = still(sender, packed("PO-wrong"))
    assert settle(sender, id_, "assign", {"number": "PO-no"}).code == "order.not_found"
    assert settle(sender, id_, "assign", {"number": other}).code == "inbound.other_process"
    done = settle(sender, id_, "assign", {"number": number})
    assert (done.body["state"], done.body["number"]) == ("done", number)
    assert settle(sender, id_, "assign", {"number": number}).body == done.body
    assert settle(sender, id_, "assign", {"number": "PO-other"}).code == "inbound.settled"
    assert stages(sender, number) == ["packed"]
    assert settlements(parcels) == [("assign", id_)]
    assert verify_store(parcels)["ok"] is True


def test_a_message_is_discarded_with_a_reason(parcels: Application, sender: Api) -> None:
    id_ = still(sender, packed("PO-wrong"))
    assert settle(sender, id_, "discard", {"reason": " "}).status == 422
    done = settle(sender, id_, "discard", {"reason": "a test"})
    assert (done.body["state"], done.body["settled_by"]["name"]) == ("discarded", "Ada")
    assert settle(sender, id_, "discard", {"reason": "again"}).body == done.body
    assert settle(sender, id_, "retry").code == "inbound.settled"
    assert told(send(sender, "wms", packed("PO-wrong"), secret="wms"))[0][1] == "discarded"
    assert settlements(parcels) == [("discard", id_)]


def settlements(app: Application) -> list[tuple[str, int]]:
    """What the security streams tell of ways out."""
    return [
        (body["way"], body["message"])
        for stream in app.store.audit.streams()
        for entry in stream.entries
        if (body := loads(entry.body))["t"] == "inbound.settled"
    ]


def test_only_those_who_may_see_and_settle(parcels: Application, sender: Api) -> None:
    id_ = still(sender, packed("PO-wrong"))
    for login in ("alice", "robot", "erin"):
        answers = [
            sender.call(login, "GET", "/inbound-messages"),
            sender.call(login, "GET", f"/inbound-messages/{id_}"),
            settle(sender, id_, "retry", login=login),
            settle(sender, id_, "assign", {"number": "PO-1"}, login=login),
            settle(sender, id_, "discard", {"reason": "no"}, login=login),
        ]
        assert {answer.code for answer in answers} == {"permission.missing"}
    assert settle(sender, id_ + 1, "retry").code == "inbound.no_message"
    whole = sender.call("ada", "GET", f"/inbound-messages/{id_}").body
    assert loads(whole["body"]) == packed("PO-wrong")
    assert settlements(parcels) == []


def test_what_came_stands_in_no_log(parcels: Application, sender: Api, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    still(sender, packed("Żółć-4711", name="Jan Kowalski"))
    logged = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "inbound.no_order" in logged
    assert "Kowalski" not in logged
    assert "4711" not in logged
