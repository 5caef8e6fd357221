"""The documentation leads where it says, and has what a newcomer looks for first."""

import re
from pathlib import Path

from parts.repository import files, text
from parts.shared_data import REPOSITORY

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PAGES = [name for name in files() if name.endswith(".md")]


def test_links_between_files_lead_to_files() -> None:
    broken = [
        f"{name} → {target}"
        for name in PAGES
        for target in _targets(text(name))
        if not (REPOSITORY / Path(name).parent / target).exists()
    ]
    assert broken == []


def test_the_front_page_shows_the_two_commands() -> None:
    assert "make run" in text("README.md")
    assert "make test" in text("README.md")


def test_the_changelog_says_what_is_new() -> None:
    assert "## Unreleased" in text("CHANGELOG.md")


def test_every_decision_is_in_the_index() -> None:
    index = text("docs/decisions/README.md")
    decisions = [Path(name).name for name in files() if re.match(r"docs/decisions/\d{4}-", name)]
    assert decisions
    assert [name for name in decisions if f"({name})" not in index] == []


def test_every_page_of_docs_is_reachable_from_its_index() -> None:
    index = text("docs/README.md")
    pages = [name for name in PAGES if re.fullmatch(r"docs/[^/]+\.md", name)]
    names = [Path(name).name for name in pages if name != "docs/README.md"]
    assert [name for name in names if f"({name})" not in index] == []


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    words = re.findall(r"^\*\*(.+?)\*\*", text("docs/glossary.md"), re.MULTILINE)
    assert len(words) > 60
    assert words == sorted(set(words), key=str.lower)


def test_every_make_target_that_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {
        (name, target) for name in PAGES for target in re.findall(r"`make ([a-z]+)", text(name))
    }
    assert sorted((name, target) for name, target in named if target not in targets) == []


def _targets(page: str) -> list[str]:
    found = [match[1] or match[2] for match in LINK.finditer(page)]
    return [link.split("#")[0] for link in found if not re.match(r"(https?:|mailto:|#|/)", link)]
