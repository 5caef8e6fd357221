"""Definitions are changed, compared, checked and published over the API, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.application import small_application

from orderloom.platform.app.application import Application

WRITER, PUBLISHER, READER, NOBODY = "alice", "bob", "erin", "mallory"
DRAFT = "/drafts/process.request"
READS, WRITES = ["definition.read"], ["definition.read", "definition.write", "definition.publish"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def edited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    with small_application(tmp_path, database=database) as app:
        app.accounts.set_role("sales", title="Sales", permissions=WRITES)
        app.accounts.set_role("manager", title="Manager", permissions=WRITES)
        app.accounts.set_role("auditor", title="Auditor", permissions=READS)
        yield app


@pytest.fixture
def api(edited: Application) -> Iterator[Api]:
    with Api(edited) as opened:
        yield opened


def save(api: Api, text: str, tag: str | None, login: str = WRITER, **more: Any) -> Answer:
    headers: Any = {"If_Match": f'"{tag}"'} if tag is not None else {}
    return api.call(login, "PUT", DRAFT, {"text": text}, **headers, **more)


def opened(api: Api, path: str = DRAFT) -> dict[str, Any]:
    found = api.call(WRITER, "GET", path)
    assert found.headers["etag"] == f'"{found.body["tag"]}"'
    body: dict[str, Any] = found.body
    return body


def test_from_the_published_text_to_a_new_version(api: Api) -> None:
    begun = opened(api)
    assert (begun["saved"], begun["version"]) == (False, 1)
    text = begun["text"].replace(
        "cancel: {to: cancelled}", "cancel: {if: total > 5, to: cancelled}"
    )
    saved = save(api, text, begun["tag"])
    assert (saved.status, saved.body["text"], saved.body["saved"]) == (200, text, True)
    assert [each["id"] for each in api.call(READER, "GET", "/drafts").body["items"]] == [
        "process.request"
    ]
    (told,) = api.call(READER, "GET", f"{DRAFT}/differences").body["items"]
    assert (told["kind"], told["after"]) == ("added", "total > 5")
    assert api.call(READER, "GET", "/bundles/small/changes").body["items"] == [told]
    assert api.call(READER, "POST", f"{DRAFT}/check", {}).body["items"] == []
    # Not by the one who wrote it.
    alone = api.call(WRITER, "POST", "/bundles/small/publish", {"comment": "limit"})
    assert alone.code == "publish.second_person"
    done = api.call(PUBLISHER, "POST", "/bundles/small/publish", {"comment": "limit"})
    assert done.body == {"published": [{"kind": "process", "id": "request", "version": 2}]}
    after = opened(api)
    assert (after["text"], after["saved"], after["version"]) == (text, False, 2)
    # What was read before it was published is no text to begin with any more.
    assert save(api, text + "# more\n", begun["tag"]).status == 412


def test_a_value_is_written_into_the_text(api: Api) -> None:
    begun = opened(api)
    text = "# Why it is so.\n" + begun["text"]
    tag = save(api, text, begun["tag"]).body["tag"]
    value = opened(api)["value"]
    value["title"] = "Another"
    changed = api.call(WRITER, "PUT", DRAFT, {"value": value}, If_Match=f'"{tag}"')
    assert changed.body["value"] == value
    lines = set(changed.body["text"].splitlines())
    assert "# Why it is so." in lines
    # One line is another one, all the others are as they were.
    assert len(lines - set(text.splitlines())) == 1


def test_the_later_of_two_is_shown_the_difference(api: Api) -> None:
    begun = opened(api)
    first = begun["text"].replace(
        "cancel: {to: cancelled}", "cancel: {if: total > 5, to: cancelled}"
    )
    second = begun["text"].replace(
        "cancel: {to: cancelled}", "cancel: {if: total > 9, to: cancelled}"
    )
    assert save(api, first, begun["tag"], PUBLISHER).status == 200
    late = api.call(
        WRITER, "PUT", DRAFT, {"text": second}, If_Match=f'"{begun["tag"]}"', Accept_Language="sk"
    )
    assert (late.status, late.code) == (412, "draft.changed_meanwhile")
    (told,) = late.body["errors"]
    assert (told["params"]["before"], told["params"]["after"]) == ("total > 5", "total > 9")
    assert "podmienka: total > 5 → total > 9" in told["title"]
    # Nothing of the first was lost; with its tag the second may follow.
    assert opened(api)["text"] == first
    assert save(api, second, late.body["params"]["tag"]).status == 200


def test_a_text_that_is_not_finished_is_kept(api: Api) -> None:
    begun = opened(api)
    broken = begun["text"] + "stages: [\n"
    saved = save(api, broken, begun["tag"])
    assert (saved.status, saved.body["value"]) == (200, None)
    assert opened(api)["text"] == broken
    found = api.call(WRITER, "POST", f"{DRAFT}/check", {}).body["items"]
    assert [each["code"].split(".")[0] for each in found] == ["yaml"]
    assert api.call(PUBLISHER, "POST", "/bundles/small/publish", {}).code == "bundle.findings"
    assert api.call(WRITER, "GET", f"{DRAFT}/differences").code == "draft.unreadable"
    assert api.call(WRITER, "DELETE", DRAFT).status == 428
    assert api.call(WRITER, "DELETE", DRAFT, If_Match='"other"').status == 412
    assert api.call(WRITER, "DELETE", DRAFT, If_Match=f'"{saved.body["tag"]}"').status == 200
    assert opened(api) == begun


def test_findings_as_one_works(api: Api) -> None:
    value = opened(api)["value"]
    first = next(iter(value["stages"]))
    value["stages"][first].setdefault("on", {})["cancel"] = {"to": "nowhere"}
    found = api.call(WRITER, "POST", f"{DRAFT}/check", {"value": value}, Accept_Language="pl")
    assert "transition.unknown_target" in {each["code"] for each in found.body["items"]}
    assert opened(api)["saved"] is False


def test_a_new_definition(api: Api) -> None:
    head = "kind: decision\nid: fee\ntitle: Fee\n"
    text = f"{head}inputs: []\noutputs: [{{name: fee, type: number}}]\nvalue: 5\n"
    path = "/drafts/decision.fee"
    assert api.call(WRITER, "PUT", path, {"text": text}).code == "bundle.not_found"
    made = api.call(WRITER, "PUT", path, {"text": text, "bundle": "small"})
    assert (made.status, made.body["version"]) == (201, 0)
    assert api.call(WRITER, "PUT", path, {"text": text, "bundle": "small"}).status == 428
    whole = api.call(WRITER, "GET", f"{path}/differences").body["items"]
    assert [each["kind"] for each in whole] == ["added"]


REFUSED: list[tuple[str, str, str, Any, dict[str, str], int, str]] = [
    (NOBODY, "GET", DRAFT, None, {}, 403, "permission.missing"),
    (NOBODY, "GET", "/drafts", None, {}, 403, "permission.missing"),
    (NOBODY, "PUT", DRAFT, {"text": "x"}, {"If_Match": '"v"'}, 403, "permission.missing"),
    (READER, "PUT", DRAFT, {"text": "x"}, {"If_Match": '"v"'}, 403, "permission.missing"),
    (READER, "DELETE", DRAFT, None, {"If_Match": '"v"'}, 403, "permission.missing"),
    (READER, "POST", "/bundles/small/publish", {}, {}, 403, "permission.missing"),
    (WRITER, "GET", "/drafts/process.nothing", None, {}, 404, "definition.not_found"),
    (WRITER, "GET", "/bundles/nothing/changes", None, {}, 404, "bundle.not_found"),
    (WRITER, "PUT", "/drafts/nokind.x", {"text": "a"}, {}, 404, "schema.not_found"),
    (WRITER, "PUT", DRAFT, {"bundle": "small"}, {"If_Match": '"v"'}, 422, "request.invalid"),
    (WRITER, "PUT", DRAFT, {"value": {"id": "other"}}, {"If_Match": '"v"'}, 412, ""),
    (WRITER, "PUT", DRAFT, {"txt": "a"}, {"If_Match": '"v"'}, 422, "request.unknown_field"),
]


@pytest.mark.parametrize(("login", "method", "path", "body", "headers", "status", "code"), REFUSED)
def test_refused(
    api: Api,
    login: str,
    method: str,
    path: str,
    body: Any,
    headers: Any,
    status: int,
    code: str,
) -> None:
    before = opened(api)
    answer = api.call(login, method, path, body, **headers)
    assert (answer.status, answer.code) == (status, code or answer.code)
    assert opened(api) == before


def test_a_text_of_another_definition(api: Api) -> None:
    begun = opened(api)
    other = begun["text"].replace("id: request", "id: other", 1)
    assert save(api, other, begun["tag"]).code == "draft.another"
