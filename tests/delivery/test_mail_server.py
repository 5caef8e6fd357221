"""Mail is handed over to a real server, or the reason why not is told."""

from __future__ import annotations

import pytest
from parts.mailbox import mailbox

from orderloom.platform.app.mail_content import Mail, MailFault
from orderloom.platform.delivery.smtp import mail_server

BOB = "bob@orders.example"


def test_nobody_listens_for_mail() -> None:
    with mailbox() as box:
        url = box.url
    with pytest.raises(MailFault) as caught:
        mail_server(url, "a@b.example")(Mail("1", BOB, "s", "t", "en"))
    assert caught.value.again


@pytest.mark.parametrize(
    ("answer", "code", "again"),
    [
        ("550 nobody here", "mail.refused", False),
        ("450 greylisted", "mail.refused", True),
        ("", "mail.unsupported", False),
    ],
    ids=["unknown", "later", "unsupported"],
)
def test_a_receiver_that_the_server_refuses(answer: str, code: str, again: bool) -> None:
    with mailbox(ascii=not answer) as box:
        box.receivers[BOB] = answer
        server = mail_server(box.url, "a@b.example")
        to = BOB if answer else "bób@orders.example"
        with pytest.raises(MailFault) as caught:
            server(Mail("1", to, "s", "t", "en"))
    assert (caught.value.code, caught.value.again) == (code, again)


def test_a_server_that_cannot_be_trusted_gets_nothing() -> None:
    with mailbox(encrypted=True) as box:
        with pytest.raises(MailFault) as caught:
            mail_server(box.url, "a@b.example")(Mail("1", BOB, "s", "t", "en"))
        assert (caught.value.code, caught.value.again) == ("mail.tls", True)
        assert box.mails == []


@pytest.mark.parametrize(
    ("url", "sender"), [("http://x", "a@b"), ("smtp://", "a@b"), ("smtp://x", "nobody")]
)
def test_a_mail_server_that_cannot_be_used(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"expected|address"):
        mail_server(url, sender)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, False, "", "")),
        ("smtps://us%40er:p%3Aw@mail.example", ("mail.example", 465, True, "us@er", "p:w")),
        ("smtp://mail.example:2525", ("mail.example", 2525, False, "", "")),
    ],
)
def test_a_mail_server_s_url(url: str, expected: tuple[str, int, bool, str, str]) -> None:
    server = mail_server(url, "a@b.example")
    assert (
        server.host,
        server.port,
        server.encrypted,
        server.user,
        server.password,
    ) == expected
    assert "p:w" not in repr(server)
