"""Tasks of an approval per line say which line: in the list, on the page, in mail and the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom, open_mail_room

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.problem import Rejection

BUNDLE = """\
bundle: seats
title: Seats
languages: [en]
zone: UTC
roles: {sales: Sales, finance: Finance}
cast: {alice: {roles: [sales]}, carol: {roles: [finance]}}
"""
DOCUMENTS = """\
kind: process
id: seats
title: Seats
form: seats
number: "ST-{seq:6}"
start: {by: [sales]}
access: [sales, finance]
stages:
  asking:
    do:
      - approval: seat-approval
        on: {approved: closed, rejected: closed, returned: closed, partial: closed}
  closed: {type: final, outcome: completed}
---
kind: approval
id: seat-approval
title: Approval of a seat
for_each: seat in seats
key: place
material: [seats.qty]
steps: [{id: money, title: Money, approvers: finance}]
---
kind: form
id: seats
title: Seats
schema:
  type: object
  properties:
    seats:
      type: array
      items:
        type: object
        properties:
          place: {type: number}
          size: {type: string, enum: [big, small]}
          day: {type: string, format: date}
          name: {type: string}
          note: {type: string}
          qty: {type: number}
personal: [seats.note]
"""
SEATS = [
    {"place": 10, "size": "big", "day": "2026-03-02", "name": "Chair", "note": "x"},
    {"place": 20, "size": "small", "note": "y"},
]
TITLES = ["Money: 10, Chair", "Money: 20"]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_mail_room(tmp_path) as opened:
        folder = tmp_path / "seats"
        folder.mkdir()
        (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
        (folder / "seats.yaml").write_text(DOCUMENTS, encoding="utf-8")
        options = PublishOptions(tests=False, second_person=False)
        done = opened.app.publish.publish(open_bundle(folder), OPERATOR, options)
        assert isinstance(done, Published), done
        yield opened


def test_in_the_list_on_the_page_in_mail_and_the_api(room: MailRoom) -> None:
    room.choose("carol", role="at_once")
    api = room.deals.api
    made = api.call("alice", "POST", "/orders", {"process": "seats", "data": {"seats": SEATS}})
    assert made.status == 201, made
    listed = api.call("carol", "GET", "/tasks").body["items"]
    assert sorted(task["title"] for task in listed) == TITLES
    pages = [room.app.views.task(room.actor("carol"), task["id"]) for task in listed]
    assert not any(isinstance(page, Rejection) for page in pages)
    titles = [page.line.title for page in pages if not isinstance(page, Rejection)]
    assert sorted(titles) == TITLES
    room.work()
    subjects = [str(mail["Subject"]) for mail in room.mails("carol")]
    assert all(any(title in subject for subject in subjects) for title in TITLES), subjects
