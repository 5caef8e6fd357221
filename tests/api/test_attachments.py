"""`/orders/{number}/attachments`: files by the API, and those who may not have them."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from parts.answered import answered
from parts.api_client import Api
from parts.migrated import build
from parts.papers import jpeg, pdf, png, write_papers
from parts.site import Site, open_site

from orderloom.platform.settings import Settings
from orderloom.platform.web.app import create_app

LIMIT = 1_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("papers")
    bundle = write_papers(folder / "bundle")
    with open_site(folder / "home", bundle=bundle, attachment_limit=LIMIT) as opened:
        yield opened


@pytest.fixture(scope="module")
def api(site: Site) -> Iterator[Api]:
    with Api(site.app) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(site.web, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def number(api: Api) -> str:
    made = api.call(
        "alice", "POST", "/orders", {"process": "paper-order", "data": {"subject": "x"}}
    )
    assert made.status == 201, made
    return str(made.body["number"])


class Sender:
    """Sends files as one of the cast."""

    def __init__(self, client: TestClient, api: Api, login: str) -> None:
        self.client = client
        self.head = {"Authorization": f"Bearer {api.token(login)}"}

    def put(self, number: str, name: str, data: bytes, **headers: str) -> httpx2.Response:
        """As a form."""
        files = {"file": (name, data, "application/octet-stream")}
        place = f"/api/v1/orders/{number}/attachments"
        return self.client.post(place, files=files, headers={**self.head, **headers})

    def plain(self, number: str, told: str | None, data: Any, **headers: str) -> httpx2.Response:
        """As the whole body."""
        named = {"Content-Disposition": told} if told is not None else {}
        return self.client.post(
            f"/api/v1/orders/{number}/attachments",
            content=data,
            headers={"Content-Type": "application/octet-stream", **self.head, **named, **headers},
        )

    def get(self, number: str, digest: str = "", **headers: str) -> httpx2.Response:
        place = f"/api/v1/orders/{number}/attachments" + (f"/{digest}" if digest else "")
        return self.client.get(place, headers={**self.head, **headers})

    def delete(self, number: str, digest: str) -> httpx2.Response:
        return self.client.delete(
            f"/api/v1/orders/{number}/attachments/{digest}", headers=self.head
        )


@pytest.fixture(scope="module")
def people(client: TestClient, api: Api) -> dict[str, Sender]:
    return {login: Sender(client, api, login) for login in ("alice", "bob", "carol", "mallory")}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_file_goes_round(people: dict[str, Sender], number: str) -> None:
    data = pdf("round")
    made = people["alice"].put(number, "../../Offer 1.pdf", data)

    assert made.status_code == 201, made.text
    expected = {"name": "Offer 1.pdf", "size": len(data), "type": "application/pdf"}
    assert made.json() == {**expected, "sha256": sha256(data)}
    assert made.headers["location"].endswith(f"/attachments/{sha256(data)}")

    (listed,) = people["bob"].get(number).json()["items"]
    assert listed["by"]["name"] == "Alice"
    assert {name: listed[name] for name in expected} == expected

    read = people["bob"].get(number, sha256(data))
    assert read.content == data
    assert read.headers["etag"] == f'"{sha256(data)}"'
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-length"] == str(len(data))
    assert read.headers["content-disposition"].startswith('attachment; filename="Offer 1.pdf"')
    assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert read.headers["x-content-type-options"] == "nosniff"
    again = people["bob"].get(number, sha256(data), **{"If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_may_be_the_whole_body(people: dict[str, Sender], number: str) -> None:
    told = "attachment; filename*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87.pdf"
    made = people["alice"].plain(number, told, pdf("whole"))
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "zażółć.pdf"
    read = people["alice"].get(number, made.json()["sha256"])
    assert "filename*=UTF-8''za%C5%BC" in read.headers["content-disposition"]


def test_who_may_not_see_the_order_has_nothing_of_it(
    people: dict[str, Sender], number: str
) -> None:
    data = pdf("secret")
    people["alice"].put(number, "secret.pdf", data)
    answers = [
        people["mallory"].get(number),
        people["mallory"].get(number, sha256(data)),
        people["mallory"].put(number, "mine.pdf", data),
        people["mallory"].delete(number, sha256(data)),
        people["mallory"].get("PA-999999", sha256(data)),
    ]
    assert [each.status_code for each in answers] == [404] * 5
    assert {each.json()["code"] for each in answers} == {"order.not_found"}


def test_a_known_hash_opens_nothing_elsewhere(
    people: dict[str, Sender], api: Api, number: str
) -> None:
    data = pdf("of one order")
    people["alice"].put(number, "one.pdf", data)
    body = {"process": "paper-order", "data": {"subject": "other"}}
    other = str(api.call("alice", "POST", "/orders", body).body["number"])

    # Bob sees both orders; the file is in the first alone.
    assert people["bob"].get(number, sha256(data)).status_code == 200
    refused = people["bob"].get(other, sha256(data))
    assert (refused.status_code, refused.json()["code"]) == (404, "attachment.not_found")
    stolen = {"name": "x.pdf", "size": len(data), "type": "application/pdf", "sha256": sha256(data)}
    made = api.call(
        "mallory", "POST", "/orders", {"process": "paper-order", "data": {"offer": stolen}}
    )
    assert made.status in (403, 404)


def test_a_field_names_only_what_its_sender_brought(
    people: dict[str, Sender], api: Api, site: Site, number: str
) -> None:
    data = pdf("of bob")
    taken = site.app.attachments.take(site.actors["bob"], "bob.pdf", io.BytesIO(data))
    value = {"name": "b.pdf", "size": len(data), "type": "application/pdf", "sha256": sha256(data)}
    assert getattr(taken, "sha256", None) == sha256(data)
    body = {"process": "paper-order", "data": {"subject": "y", "offer": value}}

    refused = api.call("alice", "POST", "/orders", body)
    assert (refused.status, refused.code) == (422, "form.invalid")
    assert refused.body["errors"][0]["code"] == "form.file_unknown"
    # The very bytes are proof enough.
    site.app.attachments.take(site.actors["alice"], "mine.pdf", io.BytesIO(data))
    made = api.call("alice", "POST", "/orders", body)
    assert made.status == 201, made
    read = people["bob"].get(made.body["number"], sha256(data))
    assert (read.status_code, read.content) == (200, data)


# What is sent, and the refusal.
WRONG: dict[str, tuple[str, bytes, str, int]] = {
    "nothing": ("a.pdf", b"", "attachment.empty", 422),
    "too long": ("a.txt", b"a" * (LIMIT + 1), "attachment.too_large", 413),
    "a program": ("a.exe", b"MZ\x90\0\x03\0\0", "attachment.kind", 422),
    "a page": ("a.html", b"<html><script>alert(1)</script>", "attachment.ending", 422),
    "a drawing": ("a.svg", b"<svg onload=alert(1)>", "attachment.ending", 422),
    "another kind": ("a.pdf", png(), "attachment.ending", 422),
    "turned round": ("a\u202efdp.exe", pdf(), "attachment.ending", 422),
    "no name": ("../..", pdf(), "attachment.name", 422),
    "a picture for a giant": ("a.jpg", jpeg(60_000, 60_000), "attachment.kind", 422),
    "two at once": ("a.png", png() + pdf(), "attachment.kind", 422),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_taken(people: dict[str, Sender], number: str, what: str) -> None:
    name, data, code, status = WRONG[what]
    answer = people["alice"].put(number, name, data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert people["alice"].get(number).json()["items"] == []


def test_a_refusal_is_a_sentence_in_the_callers_language(
    people: dict[str, Sender], number: str
) -> None:
    answer = people["alice"].put(number, "a.pdf", png(), **{"Accept-Language": "pl"})
    assert answer.json()["title"].startswith("Nazwa kończy się na .pdf")


def test_bodies_are_bounded_declared_or_not(people: dict[str, Sender], number: str) -> None:
    much = b"a" * (13 * 1_048_576)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(much), 65_536):
            yield much[start : start + 65_536]

    declared = people["alice"].plain(number, None, much)
    undeclared = people["alice"].plain(number, None, pieces())
    assert [declared.status_code, undeclared.status_code] == [413, 413]
    assert [declared.json()["code"], undeclared.json()["code"]] == ["request.too_large"] * 2


def test_another_part_of_the_form_is_no_file(people: dict[str, Sender], number: str) -> None:
    alice = people["alice"]
    place = f"/api/v1/orders/{number}/attachments"
    for files in ({"other": ("a.pdf", pdf())}, {"file": ("a.pdf", pdf()), "more": ("b", b"x")}):
        answer = alice.client.post(place, files=files, headers=alice.head)
        assert answer.status_code == (422 if "other" in files else 201), answer.text
    broken = {**alice.head, "Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\n", b"--x\r\nno head\r\n--x--", b"--x--", b"--x" * 50_000):
        answer = alice.client.post(place, content=body, headers=broken)
        assert answer.status_code in (400, 422), answer.text
    nameless = {**alice.head, "Content-Type": "multipart/form-data"}
    assert alice.client.post(place, content=b"", headers=nameless).status_code == 400


def test_only_who_takes_part_attaches(people: dict[str, Sender], number: str) -> None:
    # Carol reads every order of the process, and acts in none.
    answer = people["carol"].put(number, "a.pdf", pdf("carol"))
    assert (answer.status_code, answer.json()["code"]) == (403, "attachment.not_allowed")
    assert people["carol"].get(number).status_code == 200


def test_a_file_is_hidden_by_whoever_added_it(people: dict[str, Sender], number: str) -> None:
    data = pdf("to hide")
    people["bob"].put(number, "hide.pdf", data)
    refused = people["alice"].delete(number, sha256(data))
    assert (refused.status_code, refused.json()["code"]) == (403, "attachment.not_yours")
    assert people["bob"].delete(number, sha256(data)).status_code == 200
    assert people["alice"].get(number, sha256(data)).status_code == 404
    assert people["alice"].get(number).json()["items"] == []
    assert people["bob"].delete(number, sha256(data)).status_code == 404


def test_sent_again_under_its_key_it_counts_once(people: dict[str, Sender], number: str) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = people["alice"].put(number, "once.pdf", pdf("once"), **key)
    second = people["alice"].put(number, "once.pdf", pdf("once"), **key)
    other = people["alice"].put(number, "other.pdf", pdf("other"), **key)
    twice = people["alice"].put(number, "once.pdf", pdf("once"))
    assert [first.status_code, second.status_code] == [201, 201]
    assert (other.status_code, other.json()["code"]) == (422, "key.reused")
    assert (twice.status_code, twice.json()["code"]) == (409, "attachment.there")
    assert len(people["alice"].get(number).json()["items"]) == 1


def test_the_audit_names_the_file_and_seals_what_it_is_called(
    people: dict[str, Sender], site: Site, number: str
) -> None:
    data = pdf("audited")
    people["alice"].put(number, "Kowalski.pdf", data)
    told = answered(site.app.views.audit(site.actors["bob"], number))
    entry = next(each for each in told.entries.items if each.type == "file.attached")
    assert entry.text == "Alice added the file Kowalski.pdf"
    assert sha256(data) in entry.body
    assert "Kowalski" not in entry.body


def test_what_one_process_took_another_gives(
    people: dict[str, Sender], site: Site, api: Api, number: str
) -> None:
    data = b"%PDF-1.4\n" + bytes(range(256)) * 3_000
    people["alice"].put(number, "large.pdf", data)
    other = build(Settings(home=site.app.settings.home, clock=site.app.clock.now()))
    try:
        with TestClient(create_app(other)) as client:
            head = {"Authorization": f"Bearer {api.token('bob')}"}
            place = f"/api/v1/orders/{number}/attachments/{sha256(data)}"
            assert client.get(place, headers=head).content == data
    finally:
        other.close()


def test_a_large_file_is_never_in_memory_whole(site: Site, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    line = b"0123456789abcde\n" * 65_536
    with large.open("wb") as file:
        for _ in range(24):
            file.write(line)
    attachments = site.app.attachments
    attachments.limit = 64 * 1_048_576
    tracemalloc.start()
    try:
        with large.open("rb") as file:
            taken = answered(attachments.take(site.actors["alice"], "large.txt", file))
        opened = answered(attachments.read_own(site.actors["alice"], taken.sha256))
        size = sum(map(len, opened.pieces()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        attachments.limit = LIMIT
    assert size == 24 * 1_048_576
    assert peak < 4 * 1_048_576, peak


def test_the_audit_seals_how_a_field_calls_its_file(api: Api, site: Site) -> None:
    data = pdf("sealed")
    site.app.attachments.take(site.actors["alice"], "x.pdf", io.BytesIO(data))
    file = {"name": "Nowak.pdf", "size": len(data), "type": "application/pdf"}
    offer = {**file, "sha256": sha256(data)}
    signed = {"signed": "Alice Nowak"}
    sent = {"subject": "sealed", "offer": offer, "papers": [offer], "signature": signed}
    made = api.call("alice", "POST", "/orders", {"process": "paper-order", "data": sent})
    assert made.status == 201, made
    assert made.body["data"]["offer"] == offer

    told = answered(site.app.views.audit(site.actors["bob"], made.body["number"]))
    bodies = [each.body for each in told.entries.items]
    assert any(sha256(data) in body for body in bodies)
    assert [body for body in bodies if "Nowak" in body] == []
