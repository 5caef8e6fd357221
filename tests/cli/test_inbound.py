"""Messages of other systems on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.inbound_bundle import SECRETS, raw_of, set_secrets, signature, write_inbound_bundle
from parts.migrated import build

from orderloom.platform.app.inbound import Sent
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import read_settings


def bring(ref: str) -> None:
    """A message that a server took while it ran."""
    app = build(read_settings(os.environ))
    raw = raw_of({"id": 1, "type": "packed", "ref": ref})
    headers = {"x-signature-256": signature(SECRETS["wms"], raw)}
    taken = app.inbound.receive(Sent(organisation=1, connector="wms", raw=raw, headers=headers))
    app.close()
    assert not isinstance(taken, Rejection), taken


def test_messages_are_listed_and_tried_again(
    orderloom: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_secrets(monkeypatch)
    assert orderloom.run("inbound", "list").out == "No messages.\n"
    bundle = write_inbound_bundle(tmp_path / "parcels")
    assert orderloom.run("publish", bundle).code == 0
    bring("PO-9")
    (line,) = orderloom.json("inbound", "list", "--state", "quarantined").json["items"]
    assert (line["connector"], line["code"]) == ("wms", "inbound.no_order")
    assert "wms.packed  quarantined" in orderloom.run("inbound", "list").out
    again = orderloom.json("inbound", "retry", line["id"])
    assert (again.code, again.json["state"]) == (1, "quarantined")
    assert orderloom.json("inbound", "list", "--state", "done").json["items"] == []
    missing = orderloom.json("inbound", "retry", line["id"] + 1)
    assert (missing.code, missing.json["code"]) == (1, "inbound.no_message")
