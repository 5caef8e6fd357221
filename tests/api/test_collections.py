"""Reference data over the API, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.collection_bundle import customer, with_collections

from orderloom.platform.app.application import Application

EDITOR, READER, NOBODY = "carol", "erin", "mallory"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def reference(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    with with_collections(tmp_path, database=database) as app:
        app.accounts.set_role("finance", title="Finance", permissions=["collections.edit"])
        app.accounts.set_role("auditor", title="Auditor", permissions=["collections.read"])
        yield app


@pytest.fixture
def api(reference: Application) -> Iterator[Api]:
    with Api(reference) as opened:
        yield opened


def write(api: Api, number: int, login: str = EDITOR, **more: Any) -> Answer:
    headers = {"If_Match": more.pop("version")} if "version" in more else {}
    path = f"/collections/customers/records/C-{number}"
    return api.call(login, "PUT", path, customer(number, **more), **headers)


def test_a_record_from_its_beginning_to_its_end(api: Api) -> None:
    exact = Decimal("12345678901234567890.10")
    made = write(api, 1, credit=exact)
    assert (made.status, made.headers["etag"], made.body["data"]["credit"]) == (201, '"1"', exact)
    assert write(api, 1, credit=1).status == 428
    assert write(api, 1, credit=1, version='"7"').code == "record.stale"
    assert write(api, 1, credit=1, version="x").code == "request.invalid"
    changed = write(api, 1, credit=1, version='"1"')
    assert (changed.status, changed.body["version"]) == (200, 2)
    path = "/collections/customers/records/C-1"
    assert api.call(READER, "GET", path).body["data"] == customer(1, credit=1)
    assert api.call(EDITOR, "DELETE", path).code == "request.if_match_missing"
    gone = api.call(EDITOR, "DELETE", path, If_Match='"2"')
    assert (gone.status, gone.body) == (200, {"key": "C-1", "version": 3})
    assert api.call(READER, "GET", path).code == "record.not_found"
    history = api.call(READER, "GET", "/collections/customers/history/C-1").body["items"]
    assert [each["way"] for each in history] == ["deleted", "changed", "added"]
    assert history[1]["fields"] == [{"field": "credit", "before": exact, "after": 1}]


def test_lists_are_paged_and_searched(api: Api) -> None:
    for number in range(1, 6):
        write(api, number, tags=["odd"] if number % 2 else [])
    path = "/collections/customers/records?limit=2&search=ODD"
    first = api.call(READER, "GET", path).body
    second = api.call(READER, "GET", f"{path}&cursor={first['next']}").body
    keys = [each["key"] for each in (*first["items"], *second["items"])]
    assert (sorted(keys), second["next"]) == (["C-1", "C-3", "C-5"], None)
    (customers, parts) = api.call(READER, "GET", "/collections").body["items"]
    assert (customers["id"], customers["key"], parts["title"]) == ("customers", "id", "Parts")


def test_what_does_not_fit_is_told_at_its_field(api: Api) -> None:
    wrong = api.call(
        EDITOR, "PUT", "/collections/customers/records/C-1", {"id": "C-1", "credit": -1, "x": 1}
    )
    assert wrong.status == 422
    assert sorted((each["path"], each["code"]) for each in wrong.body["errors"]) == [
        ("credit", "form.minimum"),
        ("name", "form.required"),
        ("x", "form.unknown_field"),
    ]
    other = api.call(EDITOR, "PUT", "/collections/customers/records/C-2", customer(1))
    assert other.code == "record.other_key"


def test_a_file_is_compared_then_accepted(api: Api) -> None:
    path, file = "/collections/customers/import", b"id;name\nC-1;a\nC-2;b\n"
    told = api.call(EDITOR, "POST", path, raw=file).body
    assert (told["added"], told["accepted"]) == (2, False)
    write(api, 2)
    late = api.call(EDITOR, "POST", f"{path}?accept=true&digest={told['digest']}", raw=file)
    assert (late.status, late.code) == (409, "import.overtaken")
    done = api.call(EDITOR, "POST", f"{path}?accept=true", raw=file).body
    assert (done["added"], done["changed"], done["accepted"]) == (1, 1, True)
    assert done["records"][1] == {
        "row": 3,
        "key": "C-2",
        "way": "changed",
        "fields": [{"field": "name", "before": "Customer 2", "after": "b"}],
    }
    bad = api.call(EDITOR, "POST", f"{path}?accept=true", raw=b"id,name\nC-9,ok\nx,no\n").body
    assert (bad["accepted"], [each["row"] for each in bad["rejected"]]) == (False, [3])
    assert api.call(EDITOR, "POST", path, raw=b"PK\x03\x04nonsense").code == "import.unreadable"
    out = api.call(READER, "GET", "/collections/customers/export?format=csv")
    assert out.headers["content-disposition"] == 'attachment; filename="records.csv"'
    assert out.body.splitlines()[1].startswith("C-1,a")


def test_duplicates_are_merged_and_taken_apart(api: Api) -> None:
    write(api, 1, email="a@b.example")
    write(api, 2, email="A@B.example", credit=5)
    (group,) = api.call(EDITOR, "GET", "/collections/customers/duplicates").body["items"]
    assert (group["ways"], [each["key"] for each in group["records"]]) == (
        ["email"],
        ["C-1", "C-2"],
    )
    path = "/collections/customers/merges"
    kept = api.call(EDITOR, "POST", path, {"keep": "C-1", "merge": "C-2"})
    assert (kept.status, kept.body["data"]["credit"]) == (200, 5)
    gone = api.call(READER, "GET", "/collections/customers/records/C-2")
    assert (gone.status, gone.body["params"]["kept"]) == (409, "C-1")
    back = api.call(EDITOR, "DELETE", f"{path}/C-2")
    assert (back.status, back.body["data"]["credit"]) == (200, 5)
    assert api.call(EDITOR, "DELETE", f"{path}/C-2").code == "record.not_merged"


def test_who_may_not_is_told_so_and_it_is_written_down(api: Api, reference: Application) -> None:
    write(api, 1)
    record = "/collections/customers/records/C-1"
    for login, method, path in (
        (READER, "PUT", record),
        (READER, "DELETE", record),
        (READER, "POST", "/collections/customers/import"),
        (READER, "GET", "/collections/customers/duplicates"),
        (NOBODY, "GET", "/collections"),
        (NOBODY, "GET", "/collections/customers/records"),
        (NOBODY, "GET", record),
        (NOBODY, "GET", "/collections/customers/history/C-1"),
        (NOBODY, "GET", "/collections/customers/export"),
    ):
        body: dict[str, Any] | None = {} if method == "PUT" else None
        answer = api.call(login, method, path, body, If_Match='"1"')
        assert (answer.status, answer.code) == (403, "permission.missing"), path
    refused = [
        entry
        for stream in reference.store.audit.streams()
        for entry in stream.entries
        if b"permission.missing" in bytes(entry.body)
    ]
    assert refused
    assert api.call(READER, "GET", "/collections/nowhere/records").code == "collection.not_found"
