"""A browser without scripts: what stands in a page, what is typed into its controls, a button."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

import httpx2

from parts.site import Site


class Visitor:
    """A person with a browser that runs no scripts: `page` is what it shows."""

    def __init__(self, site: Site) -> None:
        self.client = httpx2.Client(base_url=site.url, follow_redirects=True)
        self.answer: httpx2.Response

    @property
    def page(self) -> str:
        return self.answer.text

    def open(self, path: str) -> Visitor:
        self.answer = self.client.get(path)
        return self

    def press(self, action: str, button: tuple[str, str] = ("", ""), **typed: str) -> Visitor:
        """Sends the form of that address with what is typed into its controls, and a button that
        it has. A control that the page does not have cannot be typed into."""
        return self.fill(action, typed, button)

    def fill(
        self, action: str, typed: Mapping[str, str], button: tuple[str, str] = ("", "")
    ) -> Visitor:
        """The same for names that Python has no words for."""
        form = next(one for one in forms_of(self.page) if one.action == action)
        names = {name for name, _ in form.pairs} | form.controls
        for name in typed:
            assert name in names, f"{name} is no control of {action}: {sorted(names)}"
        assert not button[0] or button in form.buttons, form.buttons
        pairs = [pair for pair in form.pairs if pair[0] not in typed]
        return self.send(action, [*pairs, *typed.items(), *([button] if button[0] else [])])

    def send(self, action: str, pairs: list[tuple[str, str]]) -> Visitor:
        """Any fields at all, as somebody sends them who writes requests by hand."""
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        self.answer = self.client.post(action, data=data)
        return self

    def fields(self, action: str) -> list[tuple[str, str]]:
        return next(one for one in forms_of(self.page) if one.action == action).pairs

    def any_field(self, name: str) -> list[tuple[str, str]]:
        """The controls of a name, in whatever form of the page."""
        found = [pair for form in forms_of(self.page) for pair in form.pairs]
        return [pair for pair in found if pair[0] == name]


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.pairs: list[tuple[str, str]] = []
        self.controls: set[str] = set()
        self.buttons: list[tuple[str, str]] = []


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.form: _Form | None = None
        self.area: str | None = None
        self.text = ""
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = _Form(given.get("action", ""))
            self.forms.append(self.form)
        if self.form is None or "disabled" in given:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" and name:
            self.form.buttons.append((name, value))
        elif tag == "input" and name:
            self.form.controls.add(name)
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.form.pairs.append((name, value))
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
            self.form.controls.add(name)
        elif tag == "option" and "selected" in given and self.select:
            self.form.pairs.append((self.select, value))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area is not None:
            if self.form is not None:
                self.form.controls.add(self.area)
                self.form.pairs.append((self.area, self.text.removeprefix("\n")))
            self.area = None
        elif tag == "select":
            self.select = None


def forms_of(html: str) -> list[_Form]:
    """The forms of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms
