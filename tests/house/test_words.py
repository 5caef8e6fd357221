"""Every text is in all three languages, and every text a person sees comes from a catalogue."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from parts.catalogues import (
    LANGUAGES,
    PLURALS,
    catalogue,
    placeholders,
    sentences,
    used_keys,
)
from parts.repository import files, text

# Text that is the same in every language.
SAME = {
    "Orderloom",
    "YAML",
    "JSON",
    "CSV",
    "API",
    "English",
    "Polski",
    "Slovenčina",
    "EN",
    "PL",
    "SK",
}
SHOWN_ATTRIBUTES = {"title", "placeholder", "aria-label", "aria-description", "alt", "label"}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    everything = set().union(*(catalogue(each) for each in LANGUAGES))
    assert sorted(everything - set(catalogue(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_something_else_than_text(language: str) -> None:
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if not all(isinstance(sentence, str) and sentence.strip() for sentence in sentences(entry))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["pl", "sk"])
def test_translations_fill_in_the_same_values(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    wrong = {
        key: (placeholders(english[key]), placeholders(other[key]))
        for key in english.keys() & other.keys()
        if placeholders(english[key]) != placeholders(other[key])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_every_form_of_the_language(language: str) -> None:
    wrong = {
        key: sorted(PLURALS[language] - set(entry))
        for key, entry in catalogue(language).items()
        if isinstance(entry, dict) and set(entry) != PLURALS[language]
    }
    assert wrong == {}


def test_a_text_that_is_plural_in_one_language_is_so_in_all() -> None:
    kinds = {
        key: {isinstance(catalogue(language).get(key), dict) for language in LANGUAGES}
        for key in catalogue("en")
    }
    assert [key for key, kind in kinds.items() if len(kind) > 1] == []


def test_every_key_asked_for_exists() -> None:
    known = catalogue("en")
    missing = [
        f"{place} {key}"
        for place, key in used_keys()
        if key not in known and not _is_built(key, known)
    ]
    assert missing == []


def test_templates_have_no_text_of_their_own() -> None:
    templates = [name for name in files() if re.match(r"platform/.*/templates/.*\.html$", name)]
    assert [f"{name}:{found}" for name in templates for found in _bare_text(text(name))] == []


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<p>Approve</p>", ["1 Approve"]),
        ("<p>{{ t('web.approve') }}</p>", []),
        ("<p>\n{% if a > b %}<b>{{ n }} left</b>{% endif %}</p>", ["2 left"]),
        ('<a title="Close">×</a>', ["1 Close"]),
        ('<a title="{{ t("web.close") }}" class="btn">×</a>', []),
        ("<script>const label = 'x';</script><p>Orderloom</p>", []),
    ],
)
def test_bare_text_is_found(template: str, expected: list[str]) -> None:
    assert list(_bare_text(template)) == expected


def _is_built(key: str, known: dict[str, object]) -> bool:
    """Whether a key with a part filled in at run time matches a known one."""
    if "{" not in key:
        return False
    pattern = ".+".join(re.escape(part) for part in re.split(r"\{[^{}]*\}?", key))
    return any(re.fullmatch(pattern, each) for each in known)


def _bare_text(template: str) -> Iterator[str]:
    # Jinja goes first, leaving its line breaks, so that what remains is plain HTML.
    html = JINJA.sub(lambda match: "\n" * match[0].count("\n"), template)
    reader = _Texts()
    reader.feed(html)
    for line, found in reader.found:
        shown = found.strip()
        if WORD.search(shown) and shown not in SAME:
            yield f"{line} {shown}"


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in {"script", "style"}
        self.found += [
            (self.getpos()[0], value) for name, value in attrs if name in SHOWN_ATTRIBUTES and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            line = self.getpos()[0]
            self.found += [
                (line + number, part)
                for number, part in enumerate(data.split("\n"))
                if part.strip()
            ]
