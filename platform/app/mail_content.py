"""What a mail says, before it becomes text and HTML, and the mail that goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class MailFault(Exception):
    """Mail could not be handed over, or not be written; `again`: the next try may differ."""

    def __init__(self, code: str, *, again: bool) -> None:
        super().__init__(code)
        self.code = code
        self.again = again


@dataclass(frozen=True, slots=True)
class MailLink:
    """A line that leads on. `tone`: `primary`, `danger`, or plain."""

    label: str
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class MailItem:
    """A row of a list: what it is, what there is to know of it, where it leads."""

    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MailGroup:
    """A list under its heading; `more`: the sentence about those that are left out."""

    heading: str
    items: tuple[MailItem, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """Finished sentences in one language. `facts`: name and value; `links`: what can be done;
    `notes`: small print below them; `footer`: the way to the preferences; `text`: the whole as
    text, where it is not made of the parts."""

    subject: str
    language: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    groups: tuple[MailGroup, ...] = ()
    links: tuple[MailLink, ...] = ()
    notes: tuple[str, ...] = ()
    text: str | None = None
    footer: MailLink | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `id`: the same for every try of the same message. `preferences`: the
    address of the page where its receiver says what they want to get."""

    id: str
    to: str
    subject: str
    text: str
    language: str
    html: str = ""
    preferences: str = ""


SendMail = Callable[[Mail], None]
"""Hands a mail over; raises `MailFault`."""

Page = Callable[[MailContent], str]
"""The content as an HTML document."""


def plain_mail(content: MailContent) -> str:
    """The content as text: what a reader without HTML sees."""
    blocks = [*content.paragraphs]
    if content.facts:
        blocks.append("\n".join(f"{name}: {value}" for name, value in content.facts))
    for group in content.groups:
        rows = [f"{group.heading}:", *map(_row, group.items), *([group.more] if group.more else [])]
        blocks.append("\n".join(rows))
    blocks += [f"{link.label}:\n{link.url}" for link in content.links]
    blocks += content.notes
    if content.footer is not None:
        blocks.append(f"-- \n{content.footer.label}:\n{content.footer.url}")
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _row(item: MailItem) -> str:
    shown = f"- {item.title}" + (f" ({item.detail})" if item.detail else "")
    return f"{shown}\n  {item.url}" if item.url else shown
