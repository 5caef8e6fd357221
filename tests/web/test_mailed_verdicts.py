"""A link in a mail decides once, for the one who got it, and nothing else; with mallory."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parts.mail_room import MailRoom, code_of, open_mail_room

from orderloom.platform.app.mail_links import Claims, MailLinks
from orderloom.platform.engine.commands import CastVerdict, Command, EditData
from orderloom.platform.problem import Rejection


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_mail_room(tmp_path) as opened:
        yield opened


def test_what_the_page_says_and_does_not_tell(room: MailRoom) -> None:
    page = room.client.get(room.asked()["reject"])
    for shown in ("Reject this?", "DE-000001", "Desk", "500", "Alice", "You decide as Carol"):
        assert shown in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("verdict", ["reject", "return"])
def test_a_reason_that_is_missing_does_not_use_the_link_up(room: MailRoom, verdict: str) -> None:
    link = room.asked()[verdict]
    before = room.deals.read()
    bare = room.post(link)
    assert (bare.status_code, "Say why." in bare.text) == (422, True)
    assert room.deals.read() == before
    assert room.post(link, comment="too dear").status_code == 200
    assert room.deals.stages() == ["refused" if verdict == "reject" else "correction"]


# What is done between mail and link, and what the link then says.
Act = Callable[[MailRoom, str], str | None]


def _forge_the_end(room: MailRoom, path: str) -> str:
    return path[:-1] + ("A" if path[-1] != "A" else "B")


def _forge_each_part(room: MailRoom, path: str) -> str:
    """Another's verdict with this one's signature."""
    token, _, signature = path.removeprefix("/decide/").rpartition(".")
    packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    other = base64.urlsafe_b64encode(packed.replace(b"approve", b"reject")).rstrip(b"=").decode()
    return f"/decide/{other}.{signature}"


def _sign_with_another_key(room: MailRoom, path: str) -> str:
    claims = room.app.mailroom.links.read(path.removeprefix("/decide/"))
    assert claims is not None
    return "/decide/" + MailLinks("mallory has a key of her own").token(claims)


def _sign_an_unknown_verdict(room: MailRoom, path: str) -> str:
    """What no mail of ours says, were it signed by us."""
    claims = room.app.mailroom.links.read(path.removeprefix("/decide/"))
    assert claims is not None
    return "/decide/" + room.app.mailroom.links.token(replace(claims, verdict="undo"))


def _nonsense(room: MailRoom, path: str) -> str:
    return "/decide/" + "x" * 40


def _endless(room: MailRoom, path: str) -> str:
    return path + "A" * 2000


def _wait(room: MailRoom, path: str) -> None:
    room.deals.pass_(hours=72)


def _edit_what_is_material(room: MailRoom, path: str) -> None:
    change = Command(
        body=EditData({"total": 900}), actor=room.actor("alice"), order=room.deals.order
    )
    assert not isinstance(room.app.handle(change), Rejection)


def _let_another_decide(room: MailRoom, path: str) -> None:
    answer = room.deals.post("frank", f"/tasks/{_task(room)}/verdict", verdict="approve")
    assert answer.status == 200, answer


def _withdraw(room: MailRoom, path: str) -> None:
    answer = room.deals.post("alice", f"/tasks/{_task(room)}/verdict", verdict="withdraw")
    assert answer.status == 200, answer


def _give_to_another(room: MailRoom, path: str) -> None:
    answer = room.deals.post("carol", f"/tasks/{_task(room)}/reassign", to="dave")
    assert answer.status == 200, answer


def _lose_the_role(room: MailRoom, path: str) -> None:
    room.change("carol", roles=frozenset({"warehouse"}))


def _lose_every_role(room: MailRoom, path: str) -> None:
    room.change("carol", roles=frozenset())


def _leave(room: MailRoom, path: str) -> None:
    room.change("carol", active=False)


def _stand_in_for_the_requester(room: MailRoom, path: str) -> None:
    room.deals.absent("alice", "carol")


def _task(room: MailRoom) -> str:
    return room.deals.open("money")


MISUSE: list[tuple[Act, int, str]] = [
    (_forge_the_end, 404, "mail_link.not_found"),
    (_forge_each_part, 404, "mail_link.not_found"),
    (_sign_with_another_key, 404, "mail_link.not_found"),
    (_sign_an_unknown_verdict, 404, "mail_link.not_found"),
    (_nonsense, 404, "mail_link.not_found"),
    (_endless, 404, "mail_link.not_found"),
    (_wait, 410, "mail_link.expired"),
    (_edit_what_is_material, 409, "mail_link.stale"),
    (_let_another_decide, 409, "mail_link.done"),
    (_withdraw, 409, "approval.withdrawn"),
    (_give_to_another, 403, "mail_link.not_yours"),
    (_lose_the_role, 403, "mail_link.not_yours"),
    (_lose_every_role, 403, "mail_link.not_yours"),
    (_leave, 403, "mail_link.person"),
    (_stand_in_for_the_requester, 403, "approval.separation"),
]


@pytest.mark.parametrize(
    ("act", "status", "code"), MISUSE, ids=[act.__name__.strip("_") for act, _, _ in MISUSE]
)
def test_a_link_that_does_not_decide(room: MailRoom, act: Act, status: int, code: str) -> None:
    path = room.asked()["approve"]
    path = act(room, path) or path
    before, refusals = room.deals.read(), room.deals.refusals()
    looked, sent = room.client.get(path), room.post(path, comment="please")
    assert (looked.status_code, code_of(looked)) == (status, code)
    assert (sent.status_code, code_of(sent)) == (status, code)
    assert room.deals.read() == before
    assert room.deals.refusals() > refusals
    assert "Nothing was changed." in sent.text
    # The way to the order is shown to those who may see it.
    nobody = status == 404 or code == "mail_link.person" or act is _lose_every_role
    assert (f"/orders/{room.deals.number}" in sent.text) is not nobody


def test_forged_links_say_nothing_about_what_is_wrong(room: MailRoom) -> None:
    path = room.asked()["approve"]
    acts = [_forge_the_end, _forge_each_part, _sign_with_another_key, _nonsense, _endless]
    pages = {room.client.get(act(room, path)).text for act in acts}
    assert len(pages) == 1


@pytest.mark.parametrize(
    ("headers", "fields", "status", "code"),
    [
        ({}, {"csrf": ""}, 403, "csrf.missing"),
        ({}, {"csrf": "0" * 64}, 403, "csrf.missing"),
        ({"sec-fetch-site": "cross-site"}, {}, 403, "csrf.missing"),
        ({"sec-fetch-site": "same-site"}, {}, 403, "csrf.missing"),
        ({}, {"verdict": "reject"}, 404, "mail_link.not_found"),
    ],
)
def test_a_form_that_is_not_the_page_s_own(
    room: MailRoom, headers: dict[str, str], fields: dict[str, str], status: int, code: str
) -> None:
    path = room.asked()["approve"]
    token = room.app.mailroom.verdicts.form_token(path.removeprefix("/decide/"))
    before = room.deals.read()
    sent = room.client.post(path, data={"csrf": token, **fields}, headers=headers)
    assert (sent.status_code, code_of(sent)) == (status, code)
    assert room.deals.read() == before
    same = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert room.client.post(path, data={"csrf": token}, headers=same).status_code == 200


def test_all_links_of_a_mail_count_together_once(room: MailRoom) -> None:
    links = room.asked()
    assert room.post(links["return"], comment="look again").status_code == 200
    answers = [room.post(path, comment="x") for path in links.values()]
    assert [code_of(each) for each in answers] == ["mail_link.used"] * 3


def test_a_later_mail_about_the_same_task_finds_it_done(room: MailRoom) -> None:
    first = room.asked(process="timed")["approve"]
    room.deals.pass_(hours=20)
    room.work()
    reminded = room.links("carol")["approve"]
    assert reminded != first
    assert room.post(first).status_code == 200
    assert code_of(room.post(reminded)) == "mail_link.done"


def test_two_voices_by_two_mails(room: MailRoom) -> None:
    room.choose("frank", role="at_once")
    carols = room.asked(process="pair")["approve"]
    assert room.post(carols).status_code == 200
    assert code_of(room.post(carols)) == "mail_link.used"
    assert room.deals.stages() == ["approval"]
    assert room.post(room.links("frank")["approve"]).status_code == 200
    assert room.deals.stages() == ["agreed"]


def test_whoever_has_the_mail_decides_as_its_receiver(room: MailRoom) -> None:
    """The link is the authority: mallory's own session plays no part in it."""
    path = room.asked()["approve"]
    session = room.client.post(
        "/sign-in", data={"login": "mallory", "password": "correct-horse-battery"}
    )
    assert session.status_code == 200
    page = room.client.get(path)
    assert ("You decide as Carol" in page.text, "Mallory" in page.text) == (True, False)
    assert room.post(path).status_code == 200
    assert "Carol approved step money" in room.deals.told()


HANDS: list[tuple[str, dict[str, str], str]] = [
    ("reassign", {"to": "dave"}, "dave"),
    ("delegate", {"to": "dave"}, "dave"),
    ("approvers", {"to": "bob"}, "bob"),
]


@pytest.mark.parametrize(("way", "fields", "login"), HANDS)
def test_who_is_brought_in_gets_a_link_of_their_own(
    room: MailRoom, way: str, fields: dict[str, str], login: str
) -> None:
    task = room.deals.start()
    answer = room.deals.post("carol", f"/tasks/{task}/{way}", **fields)
    assert answer.status == 200, answer
    room.work()
    assert room.post(room.links(login)["approve"], comment="mine").status_code == 200
    name = login.capitalize()
    assert any(each.startswith(name) and "approved" in each for each in room.deals.told())


def test_who_stands_in_gets_a_link_and_decides_in_the_other_s_name(room: MailRoom) -> None:
    task = room.deals.start()
    room.deals.absent("frank", "dave")
    assert room.deals.post("carol", f"/tasks/{task}/reassign", to="frank").status == 200
    room.work()
    link = room.links("dave")["approve"]
    assert "You are asked because you stand in for Frank." in room.client.get(link).text
    assert room.post(link).status_code == 200
    entries = room.app.store.reads.entries(1, room.deals.order, before=None, limit=50)
    (said,) = [entry for entry in entries if entry.type == "approval.verdict"]
    assert (said.actor, said.on_behalf_of) == (room.user("dave").id, room.user("frank").id)


def test_a_question_and_its_answer_are_mailed_without_links(room: MailRoom) -> None:
    """Only verdicts come by link: an answer is words."""
    task = room.deals.start()
    asked = room.deals.post("carol", f"/tasks/{task}/verdict", verdict="ask", comment="Why?")
    assert asked.status == 200, asked
    room.work()
    (mail,) = room.mails("alice")
    assert "/decide/" not in str(mail)
    assert "Why?" not in str(mail)


def test_a_link_never_outlives_the_deadline(room: MailRoom) -> None:
    path = room.asked(process="timed")["approve"]
    assert "until 3 Mar 2026, 09:00" in room.client.get(path).text
    room.deals.pass_(hours=24)
    assert code_of(room.client.get(path)) == "mail_link.expired"
    # What comes after it leads to the task alone.
    room.deals.pass_(hours=24)
    room.work()
    (mail,) = [each for each in room.mails("bob") if each["Subject"].startswith("Overdue")]
    assert "/decide/" not in str(mail)


def test_links_can_be_switched_off(tmp_path: Path) -> None:
    with open_mail_room(tmp_path, mail_verdicts=False) as room:
        room.choose("carol", role="at_once")
        room.deals.start()
        room.work()
        assert room.links("carol") == {}
        assert "https://orders.example/tasks/" in str(room.mails("carol")[0])


def test_too_many_forged_links_are_written_down_no_more(room: MailRoom) -> None:
    path = room.asked()["approve"]
    codes = [room.client.get(f"/decide/{n}").status_code for n in range(22)]
    assert codes == [404] * 20 + [429] * 2
    # A link of ours works all the same.
    assert room.post(path).status_code == 200


def test_an_undone_verdict_is_not_given_again_by_its_link(room: MailRoom) -> None:
    path = room.asked(process="slow")["approve"]
    assert room.post(path).status_code == 200
    carol, task = room.actor("carol"), int(_last_task(room))
    undo = Command(
        body=CastVerdict(task, "undo"), actor=carol, order=room.deals.order, channel="web"
    )
    room.app.handle(undo)
    assert code_of(room.post(path)) == "mail_link.used"


def _last_task(room: MailRoom) -> str:
    claims: list[Claims] = []
    for path in room.links("carol").values():
        found = room.app.mailroom.links.read(path.removeprefix("/decide/"))
        assert found is not None
        claims.append(found)
    return str(claims[0].task)
