"""Collections on the pages, without scripts: records, files, duplicates, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from parts.application import PASSWORD
from parts.catalogues import LANGUAGES
from parts.collection_bundle import customer, with_collections

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.problem import Rejection
from orderloom.platform.web.app import create_app
from orderloom.platform.web.multipart import read_parts
from orderloom.platform.web.security import SESSION_COOKIE

BASE = "/collections/customers"


class Hand:
    """A browser of one person."""

    def __init__(self, app: Application, login: str) -> None:
        session = app.accounts.sign_in(login, PASSWORD, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        cookies = {SESSION_COOKIE: session.token}
        self.client = TestClient(create_app(app), cookies=cookies, follow_redirects=False)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, fields: dict[str, Any], **files: bytes) -> Any:
        sent = {"csrf": self.csrf, **fields}
        if not files:
            return self.client.post(path, data=sent)
        named = {name: ("records.csv", content, "text/csv") for name, content in files.items()}
        return self.client.post(path, data=sent, files=named)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with with_collections(tmp_path) as opened:
        opened.accounts.set_role("auditor", title="Auditor", permissions=["collections.read"])
        yield opened


@pytest.fixture
def ada(app: Application) -> Hand:
    return Hand(app, "ada")


def add(app: Application, *numbers: int, **more: Any) -> None:
    for number in numbers:
        made = app.collections.put(
            OPERATOR, "customers", f"C-{number}", customer(number, **more), expected=0, channel="x"
        )
        assert not isinstance(made, Rejection), made


def test_a_record_is_added_changed_and_deleted(app: Application, ada: Hand) -> None:
    assert 'href="/collections"' in ada.get("/tasks").text
    assert "Customers" in ada.get("/collections").text
    assert "No records yet" in ada.get(BASE).text
    form = ada.get(f"{BASE}/new").text
    assert 'name="name"' in form
    wrong = ada.post(f"{BASE}/new", {"id": "X", "name": "<b>Łódź</b>", "credit": "1000,5x"})
    assert wrong.status_code == 422
    assert "&lt;b&gt;Łódź" in wrong.text
    made = ada.post(f"{BASE}/new", {"id": "C-1", "name": "<b>Łódź</b>", "credit": "1,000.50"})
    assert (made.status_code, made.headers["location"]) == (303, f"{BASE}/records/C-1?done=saved")
    page = ada.get(f"{BASE}/records/C-1").text
    assert "version 1" in page
    assert 'value="1,000.50"' in page
    taken = ada.post(f"{BASE}/new", {"id": "C-1", "name": "again"})
    assert taken.status_code == 409
    changed = ada.post(f"{BASE}/records/C-1", {"version": "1", "id": "C-1", "name": "Brno"})
    assert changed.status_code == 303
    late = ada.post(f"{BASE}/records/C-1", {"version": "1", "id": "C-1", "name": "Praha"})
    assert late.status_code == 409
    assert "has changed meanwhile" in late.text
    page = ada.get(f"{BASE}/records/C-1").text
    assert "<del>&lt;b&gt;Łódź&lt;/b&gt;</del>" in page
    assert "<ins>Brno</ins>" in page
    gone = ada.post(f"{BASE}/records/C-1", {"version": "2", "action": "delete"})
    assert gone.headers["location"] == f"{BASE}?done=record_deleted"
    left = ada.get(f"{BASE}/records/C-1")
    assert left.status_code == 404
    assert "<del>Brno</del>" in left.text
    assert ada.get(f"{BASE}/records/C-9").status_code == 404


def test_records_are_searched_and_paged(app: Application, ada: Hand) -> None:
    add(app, *range(1, 53))
    first = ada.get(BASE).text
    assert first.count("data-open") == 50
    (more,) = set(re.findall(r'hx-get="([^"]+)"', first))
    rest = ada.get(more.replace("&amp;", "&"), **{"HX-Request": "true"}).text
    assert rest.count("data-open") == 2
    assert "<html" not in rest
    found = ada.get(f"{BASE}?search=c-52").text
    assert found.count("data-open") == 1
    assert "Nothing found" in ada.get(f"{BASE}?search=nowhere").text


def test_a_file_is_looked_at_then_taken(app: Application, ada: Hand) -> None:
    add(app, 1)
    assert 'type="file"' in ada.get(f"{BASE}/import").text
    page = ada.post(f"{BASE}/import", {"text": ""}, file="id;name\nC-1;Łódź\nC-2;b\n".encode())
    assert page.status_code == 200
    assert "1 new, 1 changed, 0 as they are" in page.text
    assert "<del>Customer 1</del> <ins>Łódź</ins>" in page.text
    hidden = dict(re.findall(r'name="(data|digest)" value="([^"]*)"', page.text))
    add(app, 7)
    done = ada.post(f"{BASE}/import", {**hidden, "action": "accept"})
    assert done.headers["location"] == f"{BASE}?done=records_imported"
    assert "Łódź" in ada.get(BASE).text
    again = ada.post(f"{BASE}/import", {**hidden, "action": "accept"})
    assert again.status_code == 409
    assert "have changed meanwhile" in again.text


def test_cells_that_do_not_fit_are_shown_and_nothing_is_taken(app: Application, ada: Hand) -> None:
    page = ada.post(f"{BASE}/import", {"text": "id\tname\tcredit\nC-1\ta\tx\n"})
    assert "One cell does not fit" in page.text
    assert "Expected a number such as 1234.50, not “x”." in page.text
    assert 'value="accept"' not in page.text
    hidden = dict(re.findall(r'name="(data|digest)" value="([^"]*)"', page.text))
    ada.post(f"{BASE}/import", {**hidden, "action": "accept"})
    assert "No records yet" in ada.get(BASE).text
    broken = ada.post(f"{BASE}/import", {}, file=b"PK\x03\x04")
    assert broken.status_code == 422
    assert "not a workbook" in broken.text
    out = ada.get(f"{BASE}/export?format=csv")
    assert out.headers["content-type"] == "text/csv; charset=utf-8"


def test_duplicates_are_merged_and_taken_apart(app: Application, ada: Hand) -> None:
    add(app, 1, 2, email="a@b.example")
    page = ada.get(f"{BASE}/duplicates").text
    assert "2 records that are alike" in page
    assert "same e-mail" in page
    nothing = ada.post(f"{BASE}/duplicates", {"keep": "C-1"})
    assert nothing.status_code == 422
    done = ada.post(f"{BASE}/duplicates", {"keep": "C-1", "merge": ["C-1", "C-2"]})
    assert done.headers["location"] == f"{BASE}/duplicates?done=records_merged"
    gone = ada.get(f"{BASE}/records/C-2")
    assert gone.status_code == 409
    assert "Take the merge back" in gone.text
    back = ada.post(f"{BASE}/split", {"key": "C-2"})
    assert back.headers["location"] == f"{BASE}/records/C-2?done=record_split"
    assert "Customer 2" in ada.get(f"{BASE}/records/C-2").text


def test_who_may_read_sees_no_way_to_change(app: Application) -> None:
    add(app, 1)
    reader, nobody = Hand(app, "erin"), Hand(app, "mallory")
    page = reader.get(f"{BASE}/records/C-1").text
    assert "Customer 1" in page
    assert "<textarea" not in page
    assert f'action="{BASE}' not in page
    for path in (f"{BASE}/new", f"{BASE}/import", f"{BASE}/duplicates"):
        assert reader.get(path).status_code == 403
    for path in (f"{BASE}/new", f"{BASE}/import", f"{BASE}/records/C-1", f"{BASE}/split"):
        assert reader.post(path, {"id": "C-2", "name": "x"}).status_code == 403
    for path in ("/collections", BASE, f"{BASE}/records/C-1", f"{BASE}/export"):
        assert nobody.get(path).status_code == 403
    assert 'href="/collections"' not in nobody.get("/tasks").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_language(app: Application, ada: Hand, language: str) -> None:
    add(app, 1, 2, email="a@b.example")
    ada.client.post("/preferences", data={"csrf": ada.csrf, "language": language, "next": "/"})
    said = {"en": "Duplicates", "pl": "Duplikaty", "sk": "Duplikáty"}
    for path in ("/collections", BASE, f"{BASE}/new", f"{BASE}/records/C-1", f"{BASE}/import"):
        assert ada.get(path).status_code == 200
    assert said[language] in ada.get(f"{BASE}/duplicates").text


PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PART % (b"a", b"", "ł".encode()) + b"--x--\r\n", ((("a", "ł"),), {})),
        (
            PART % (b"f", b'; filename="a.csv"', b"\x00\r\n\xff") + b"--x--",
            ((), {"f": b"\x00\r\n\xff"}),
        ),
        (PART % (b"f", b'; filename=""', b"") + b"--x--", ((), {})),
        (PART % (b"a", b"", b"\xff") + b"--x--", None),
        (PART % (b"a", b"", b"1"), None),
        (b"--x\r\n\r\n1\r\n--x--", None),
        (b"", None),
    ],
)
def test_forms_with_files_are_read(body: bytes, expected: Any) -> None:
    read = read_parts(body, "multipart/form-data; boundary=x")
    if expected is None:
        assert isinstance(read, Rejection)
    else:
        assert read == expected
