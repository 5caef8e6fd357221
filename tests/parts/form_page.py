"""A form's view as HTML, and what a browser would send back for it untouched."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orderloom.forms import FormView
from orderloom.platform.web.icons import icon
from orderloom.platform.words import Words

TEMPLATES = Path(__file__).parents[2] / "platform" / "web" / "templates"


def page(view: FormView, language: str = "en") -> str:
    """The summary and the sections of a view."""
    return _template().render(view=view, t=Words(language).text)


def sent(html: str) -> list[tuple[str, str]]:
    """The successful controls of the page, as a browser sends them without pressing a button."""
    reader = _Controls()
    reader.feed(html)
    reader.close()
    return reader.pairs


@cache
def _template() -> Template:
    """Compiled once for all pages: that takes far longer than to fill it."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(icon=icon)
    return made.from_string(
        '{% import "forms/form.html" as forms with context %}'
        "{{ forms.summary(view) }}{{ forms.sections(view) }}"
    )


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._name: str | None = None
        self._area = ""
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input":
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.pairs.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self._name, self._area = given["name"], ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given and self._select:
            self.pairs.append((self._select, given["value"]))

    def handle_data(self, data: str) -> None:
        if self._name is not None:
            self._area += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name is not None:
            self.pairs.append((self._name, self._area.removeprefix("\n")))
            self._name = None
        elif tag == "select":
            self._select = None
