"""Files on pages: by plain forms, in a browser, and before the eyes of others."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from parts.answered import answered
from parts.papers import pdf, png, write_papers, xlsx
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.attachments import Taken
from orderloom.platform.app.runner import Reply
from orderloom.platform.codec import dumps
from orderloom.platform.engine.commands import Attach, Create
from orderloom.platform.web.security import SESSION_COOKIE

LIMIT = 1_000_000
NEW = "/orders/new/paper-order"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of these tests, served."""
    folder = tmp_path_factory.mktemp("papers")
    bundle = write_papers(folder / "bundle")
    with (
        open_site(folder / "home", bundle=bundle, attachment_limit=LIMIT) as site,
        serving(site) as served,
    ):
        yield served


class Hand:
    """A person whose browser runs no scripts."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        cookies = {SESSION_COOKIE: session.token}
        self.client = httpx2.Client(base_url=site.url, cookies=cookies, follow_redirects=True)

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)

    def post(self, path: str, files: Any = None, **fields: str) -> httpx2.Response:
        """As `multipart/form-data` where there are files."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, files=files)


@pytest.fixture(scope="module")
def hands(papers: Site) -> Iterator[dict[str, Hand]]:
    made = {login: Hand(papers, login) for login in ("alice", "bob", "carol", "dave", "mallory")}
    yield made
    for hand in made.values():
        hand.client.close()


def file(name: str, data: bytes) -> tuple[str, bytes, str]:
    return (name, data, "application/octet-stream")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def taken(site: Site, login: str, name: str, data: bytes) -> Taken:
    found = site.app.attachments.take(site.actors[login], name, io.BytesIO(data))
    assert isinstance(found, Taken), found
    return found


def order(site: Site, **data: Any) -> Reply:
    return site.send("alice", Create("paper-order", {"subject": "Pumps", **data}))


def attached(site: Site, number: int, name: str, data: bytes, login: str = "alice") -> Taken:
    one = taken(site, login, name, data)
    site.send(login, Attach(one.name, one.size, one.type, one.sha256), number)
    return one


def data_of(site: Site, page: httpx2.Response) -> Any:
    number = re.search(r"/orders/([^/?]+)", str(page.url))
    assert number is not None, page.url
    path = httpx2.URL(number[1]).path or number[1]
    return answered(site.app.views.order(site.actors["alice"], path)).data


# ── without scripts ──────────────────────────────────────────────────────────────────────────


def test_a_form_brings_its_files(papers: Site, hands: dict[str, Hand]) -> None:
    page = hands["alice"].get(NEW).text
    assert 'enctype="multipart/form-data"' in page
    offer, first, second = pdf("offer"), png(), xlsx()

    made = hands["alice"].post(
        NEW,
        [
            ("offer._file", file("C:\\docs\\Offer.pdf", offer)),
            ("papers._files", file("gate.png", first)),
            ("papers._files", file("prices.xlsx", second)),
        ],
        **{
            "subject": "Pumps",
            "papers._rows": "",
            "signature": "",
            "signature._typed": " Alice  A. ",
        },
        action="create",
    )

    assert made.status_code == 200, made.text
    data = data_of(papers, made)
    assert data["offer"] == {
        "name": "Offer.pdf",
        "size": len(offer),
        "type": "application/pdf",
        "sha256": sha256(offer),
    }
    assert [each["name"] for each in data["papers"]] == ["gate.png", "prices.xlsx"]
    assert data["signature"] == {"signed": "Alice A."}
    assert "in the field Offer" in made.text


def test_a_draft_keeps_what_came_and_lets_go_of_it(papers: Site, hands: dict[str, Hand]) -> None:
    offer = taken(papers, "alice", "Offer.pdf", pdf("kept")).value()
    text = dumps(offer).decode()
    draft = hands["alice"].post(
        NEW, {"papers._files": file("a.png", png())}, action="draft", offer=text
    )
    place = str(draft.url.path)
    assert data_of(papers, draft)["offer"] == offer
    assert "Offer.pdf" in draft.text

    # Nothing is chosen anew: what is there stays.
    kept = dumps(data_of(papers, draft)["papers"][0]).decode()
    fields = {"offer": text, "papers._rows": "", "papers.0": kept, "subject": "Pumps"}
    again = hands["alice"].post(f"{place}/data", action="save", **fields)
    assert data_of(papers, again) == {
        "subject": "Pumps",
        "offer": offer,
        "papers": [data_of(papers, draft)["papers"][0]],
    }
    # The button that takes it away shows the form again; then it is saved.
    shown = hands["alice"].post(f"{place}/data", _remove="offer", **fields)
    assert "Offer.pdf" not in shown.text
    gone = hands["alice"].post(f"{place}/data", action="save", **{**fields, "offer": ""})
    assert "offer" not in data_of(papers, gone)
    rest = hands["alice"].post(f"{place}/data", action="save", **{"papers._rows": ""})
    assert data_of(papers, rest)["papers"] == []


WRONG = {
    "another kind": ("offer.pdf", png(), "The name of the file does not fit its content."),
    "a program": ("offer.exe", b"MZ\x90\0", "Files of this kind are not taken."),
    "nothing in it": ("offer.pdf", b"", "The file is empty."),
    "too large": ("offer.txt", b"a" * (LIMIT + 1), "The file is too large."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_taken_is_told_at_its_field(hands: dict[str, Hand], what: str) -> None:
    name, data, sentence = WRONG[what]
    page = hands["alice"].post(
        NEW, {"offer._file": file(name, data)}, subject="Pumps", offer="", action="create"
    )
    assert page.status_code == 422
    assert sentence in page.text
    assert 'href="#f-offer"' in page.text
    assert 'value="Pumps"' in page.text


def test_a_foreign_hash_in_a_field_is_refused(papers: Site, hands: dict[str, Hand]) -> None:
    theirs = taken(papers, "bob", "secret.pdf", pdf("bob alone")).value()
    page = hands["alice"].post(NEW, subject="x", offer=dumps(theirs).decode(), action="create")
    assert page.status_code == 422
    assert "This file is not kept here, or was uploaded too long ago." in page.text
    for text in ("[]", "{", '"a"', "{}", '{"sha256": 7}', '{"name": "a", "size": 1e400}'):
        bad = hands["alice"].post(NEW, subject="x", offer=text, action="create")
        assert bad.status_code == 422, text


def test_files_are_added_hidden_and_read(papers: Site, hands: dict[str, Hand]) -> None:
    made = order(papers)
    place = f"/orders/{made.number}/attachments"
    data = ("sku;price\n" + "A1;2\n" * 400).encode()

    page = hands["alice"].post(
        place, [("file", file("prices.csv", data)), ("file", file("b.pdf", pdf("b")))]
    )

    assert page.url.path == f"/orders/{made.number}"
    assert "The file is added." in page.text
    assert "prices.csv" in page.text
    read = hands["bob"].get(f"{place}/{sha256(data)}")
    assert read.content == data
    assert read.headers["content-disposition"].startswith("attachment;")
    assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
    preview = hands["bob"].get(f"{place}/{sha256(data)}/preview")
    assert "sku;price\nA1;2" in preview.text
    assert "Only the beginning is shown." in preview.text
    # Only pictures and PDF are ever sent to be looked at.
    assert hands["bob"].get(f"{place}/{sha256(data)}/shown").status_code == 404
    inline = hands["bob"].get(f"{place}/{sha256(pdf('b'))}/shown")
    assert inline.headers["content-disposition"].startswith("inline;")
    assert inline.headers["content-security-policy"] == "default-src 'none'; sandbox"

    refused = hands["bob"].post(f"{place}/{sha256(data)}/hide")
    assert refused.status_code == 403
    assert "Somebody else added this file" in refused.text
    hidden = hands["alice"].post(f"{place}/{sha256(data)}/hide", reason="the old ones")
    assert "The file is hidden." in hidden.text
    assert hands["bob"].get(f"{place}/{sha256(data)}").status_code == 404
    assert "Alice hid the file prices.csv" in hands["bob"].get(f"/orders/{made.number}").text


def test_from_a_task_one_comes_back_to_it(papers: Site, hands: dict[str, Hand]) -> None:
    made = order(papers)
    task = f"{made.order}.{next(iter(made.state.tasks))}"
    page = hands["bob"].get(f"/tasks/{task}")
    assert 'id="h-files"' in page.text
    back = hands["bob"].post(
        f"/orders/{made.number}/attachments", {"file": file("seen.pdf", pdf("seen"))}, task=task
    )
    assert back.url.path == f"/tasks/{task}"
    assert "seen.pdf" in back.text


def test_a_task_is_signed_by_a_typed_name(papers: Site, hands: dict[str, Hand]) -> None:
    made = order(papers)
    hands["bob"].post(
        f"/tasks/{made.order}.{next(iter(made.state.tasks))}/verdict", verdict="approve"
    )
    where = f"/orders/{made.number}/events/delivered"
    unsigned = {"delivered.note": "D-7", "delivered.receipt": "", "delivered.receipt._typed": "  "}
    assert hands["dave"].post(where, **unsigned).status_code == 422
    done = hands["dave"].post(where, **{**unsigned, "delivered.receipt._typed": "Jan Nowák"})
    assert done.status_code == 200, done.text
    stored = papers.app.store.reads.order_by_number(1, made.number)
    assert stored is not None
    assert stored.state.results["proof"]["receipt"] == {"signed": "Jan Nowák"}


def test_others_have_nothing(papers: Site, hands: dict[str, Hand]) -> None:
    made = order(papers)
    one = attached(papers, made.order, "secret.png", png())
    place = f"/orders/{made.number}/attachments"
    paths = ("", "/preview", "/shown")
    seen = [hands["mallory"].get(f"{place}/{one.sha256}{path}").status_code for path in paths]
    assert seen == [404, 404, 404]
    assert hands["mallory"].get(f"/uploads/{one.sha256}").status_code == 404
    assert hands["mallory"].post(place, {"file": file("a.pdf", pdf())}).status_code == 404
    assert hands["mallory"].post(f"{place}/{one.sha256}/hide").status_code == 404
    assert hands["alice"].get(f"{place}/{'0' * 64}").status_code == 404
    assert hands["alice"].get(f"{place}/no-digest").status_code in (404, 422)


def test_uploads_need_the_token_of_the_session(papers: Site, hands: dict[str, Hand]) -> None:
    alice = hands["alice"]
    forged = alice.client.post("/uploads", files={"file": file("a.pdf", pdf("forged"))})
    assert forged.status_code == 403
    own = papers.app.attachments.read_own(papers.actors["alice"], sha256(pdf("forged")))
    assert getattr(own, "code", "") == "attachment.not_found"
    nobody = httpx2.post(f"{papers.url}/uploads", files={"file": file("a.pdf", b"a" * 100_000)})
    assert nobody.status_code == 303
    good = alice.post("/uploads", {"file": file("a.pdf", pdf("good"))})
    assert good.json()["sha256"] == sha256(pdf("good"))
    assert alice.get(f"/uploads/{sha256(pdf('good'))}").content == pdf("good")
    assert hands["bob"].get(f"/uploads/{sha256(pdf('good'))}").status_code == 404
    bad = alice.post("/uploads", {"file": file("a.pdf", png())})
    assert (bad.status_code, bad.json()["sentence"][:22]) == (422, "The name ends in .pdf,")


# ── in a browser ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tab(page: Page, papers: Site) -> Page:
    enter(page, papers, "alice")
    return page


def chosen(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_files_go_up_when_they_are_chosen(tab: Page, papers: Site) -> None:
    heard = complaints(tab)
    tab.goto(papers.url + NEW)
    tab.locator("#f-subject").fill("Pumps")
    tab.locator("#f-offer").set_input_files(chosen("offer.pdf", pdf("chosen")))
    expect(tab.get_by_role("link", name="offer.pdf")).to_be_visible()
    tab.locator("#f-papers").set_input_files([chosen("a.png", png()), chosen("b.xlsx", xlsx())])
    expect(tab.get_by_role("link", name="b.xlsx")).to_be_visible()
    tab.get_by_role("button", name="Remove a.png").click()
    expect(tab.get_by_role("link", name="a.png")).to_have_count(0)
    tab.locator("#f-offer").set_input_files(chosen("offer.pdf", png()))
    expect(tab.get_by_text("The name ends in .pdf")).to_be_visible()
    expect(tab.locator("#f-subject")).to_have_value("Pumps")
    tab.get_by_role("button", name="Create the order").click()
    tab.wait_for_url(re.compile(r"/orders/PA-\d+"))
    data = data_of(papers, httpx2.Response(200, request=httpx2.Request("GET", tab.url)))
    assert data["offer"]["sha256"] == sha256(pdf("chosen"))
    assert [each["name"] for each in data["papers"]] == ["b.xlsx"]
    # The refused file is the browser's own complaint about the answer's status.
    assert [each for each in heard if "422" not in each] == []


def test_a_signature_is_drawn(tab: Page, papers: Site) -> None:
    heard = complaints(tab)
    tab.goto(papers.url + NEW)
    tab.locator("#f-subject").fill("Signed")
    tab.locator("#f-signature").fill("Alice A.")
    canvas = tab.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    with tab.expect_response("**/uploads"):
        tab.mouse.move(box["x"] + 20, box["y"] + 40)
        tab.mouse.down()
        tab.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
        tab.mouse.up()
    expect(tab.locator("[data-picture]")).not_to_have_value("")
    tab.get_by_role("button", name="Create the order").click()
    tab.wait_for_url(re.compile(r"/orders/PA-\d+"))
    data = data_of(papers, httpx2.Response(200, request=httpx2.Request("GET", tab.url)))
    assert data["signature"]["signed"] == "Alice A."
    assert data["signature"]["type"] == "image/png"
    shown = tab.get_by_role("img", name="Drawn signature of Alice A.").first
    assert shown.evaluate("picture => picture.complete && picture.naturalWidth") == 600
    assert heard == []


def test_a_file_is_dropped_on_the_order_and_looked_at(tab: Page, papers: Site) -> None:
    heard = complaints(tab)
    made = order(papers)
    tab.goto(f"{papers.url}/orders/{made.number}")
    drop = """([form, text]) => {
      const moved = new DataTransfer();
      moved.items.add(new File([text], "notes.txt"));
      const how = {dataTransfer: moved, bubbles: true, cancelable: true};
      form.dispatchEvent(new DragEvent("drop", how));
    }"""
    tab.evaluate(drop, [tab.locator("[data-drop]").element_handle(), "<b>first</b> line"])
    expect(tab.get_by_text("The file is added.")).to_be_visible()
    tab.get_by_text("Preview", exact=False).first.click()
    expect(tab.locator("pre")).to_have_text("<b>first</b> line")
    tab.locator("#files-add").set_input_files(chosen("notes.txt", b"<b>first</b> line"))
    tab.get_by_role("button", name="Attach").click()
    expect(tab.get_by_text("The order has this file already: notes.txt.")).to_be_visible()
    assert [each for each in heard if "409" not in each] == []


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1440, "light", "en"), (1440, "dark", "sk"), (390, "light", "sk"), (390, "dark", "pl")],
)
def test_pages_with_files_are_sound(
    browser: Browser, papers: Site, width: int, theme: str, language: str
) -> None:
    offer = taken(papers, "alice", "Oferta.pdf", pdf()).value()
    drawn = {"signed": "Alice A.", **taken(papers, "alice", "s.png", png(300, 90)).value()}
    made = order(papers, offer=offer, papers=[offer], signature=drawn)
    attached(papers, made.order, f"{'long name ' * 9}.csv", b"a;b\n" * 50)
    attached(papers, made.order, "gate.png", png(400, 200), "bob")
    task = f"{made.order}.{next(iter(made.state.tasks))}"
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        page = context.new_page()
        heard = complaints(page)
        place = f"/orders/{made.number}/attachments/{sha256(png(400, 200))}/preview"
        for login, path in (
            ("alice", f"/orders/{made.number}"),
            ("alice", NEW),
            ("bob", f"/tasks/{task}"),
            ("bob", f"/orders/{made.number}"),
            ("bob", place),
        ):
            enter(page, papers, login, language)
            context.add_cookies([{"name": "orderloom_theme", "value": theme, "url": papers.url}])
            page.goto(papers.url + path)
            assert violations(page) == [], path
            page.wait_for_load_state("networkidle")
            assert overflow(page) == 0, path
        assert heard == []
    finally:
        context.close()
