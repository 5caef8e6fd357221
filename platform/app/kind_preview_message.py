"""A message that is being changed as people would get it: the real renderer, the real receivers,
and nobody is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.platform.app.mail_content import Page, plain_mail
from orderloom.platform.app.mail_writing import own_content
from orderloom.platform.app.message_receivers import Receivers, Render, TemplateFault
from orderloom.platform.app.template_fault import TemplateEndless
from orderloom.platform.definitions import Bundle
from orderloom.platform.engine import Actor
from orderloom.platform.words import LANGUAGES, Words

MOST_NAMED: Final = 50
MOST_LANGUAGES: Final = 12
MOST_SHOWN: Final = 100_000
# So many templates without end are waited for; the languages after them are not tried.
MOST_ENDLESS: Final = 2
# Of a message about a task: what the product knows of one.
TASK: Final[Mapping[str, Any]] = {"id": "task", "title": "…"}


def message_preview(
    value: Mapping[str, Any],
    names: Mapping[str, Any],
    *,
    bundle: Bundle,
    actor: Actor,
    receivers: Receivers,
    render: Render,
    page: Page,
    link: Callable[[str], str],
    words: Words,
) -> dict[str, Any]:
    """In each language of the bundle: subject, text, how large they are. Of a value of the right
    shape. `link`: the page of an order by its number."""
    order = names.get("order")
    number = str(order.get("number") or "") if isinstance(order, Mapping) else ""
    scope = {
        "task": TASK,
        **names,
        "link": link(number),
        "user": {"id": actor.id, "name": actor.name},
    }
    patient = _Patient(render)
    return {
        "channel": str(value.get("channel", "email")),
        "languages": [
            _rendered(value, language, scope, patient, page, words)
            for language in _languages(value, bundle)
        ],
        **_told(value, names, actor, receivers),
    }


class _Patient:
    """Fills templates until some of them had to be ended."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._ended = 0

    def __call__(self, template: str, names: Mapping[str, Any]) -> str:
        if self._ended >= MOST_ENDLESS:
            raise TemplateFault("it was not tried after others that do not end")
        try:
            return self._render(template, names)
        except TemplateEndless:
            self._ended += 1
            raise


def _rendered(
    value: Mapping[str, Any],
    language: str,
    scope: Mapping[str, Any],
    render: Render,
    page: Page,
    words: Words,
) -> dict[str, Any]:
    spoken = Words(language)
    try:
        subject = " ".join(render(_chosen(value, "subject", language, spoken), scope).split())
        text = render(_chosen(value, "body", language, spoken), scope)
    except TemplateFault as fault:
        return {"language": language, "why": words.text("kinds.template", why=str(fault))}
    content = own_content(subject, text, language)
    html = page(content)
    return {
        "language": language,
        "subject": subject,
        "text": text[:MOST_SHOWN],
        "paragraphs": [each.splitlines() for each in content.paragraphs],
        "bytes": len((content.text or plain_mail(content)).encode()),
        "html_bytes": len(html.encode()),
    }


def _languages(value: Mapping[str, Any], bundle: Bundle) -> list[str]:
    """Those of the bundle, and those that the message itself has."""
    listed = bundle.meta.get("languages")
    known = [str(each) for each in listed] if isinstance(listed, list) else list(LANGUAGES)
    own = [
        str(language)
        for key in ("subject", "body")
        if isinstance(value.get(key), Mapping)
        for language in value[key]
    ]
    return list(dict.fromkeys([*known, *own]))[:MOST_LANGUAGES]


def _chosen(value: Mapping[str, Any], key: str, language: str, spoken: Words) -> str:
    """The template of a language, also of one that the product has no words for."""
    text: Any = value.get(key)
    if isinstance(text, Mapping) and isinstance(text.get(language), str):
        return str(text[language])
    return spoken.choose(text if isinstance(text, str | Mapping) else None)


def _told(
    value: Mapping[str, Any], names: Mapping[str, Any], actor: Actor, receivers: Receivers
) -> dict[str, Any]:
    to: Any = value.get("to") or ()
    found = receivers.of(to, names, actor.organisation)
    return {
        "people": [each.user.name for each in found.people[:MOST_NAMED]],
        "more": max(0, len(found.people) - MOST_NAMED),
        "addresses": list(found.addresses[:MOST_NAMED]),
        "lost": [str(each)[:200] for each in found.lost[:MOST_NAMED]],
        "anyone": bool(to),
    }
