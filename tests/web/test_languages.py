"""Pages in Polish and Slovak say no word that only the English catalogues know."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.catalogues import LANGUAGES, catalogue, sentences
from parts.surfing import enter
from parts.worlds import Screen, World, open_world
from playwright.sync_api import Browser, Page

# What people typed, ids and definitions as they are written are in no language of ours.
FOREIGN = "noscript, pre, code, .mono, kbd, .ol-lang, option, [data-typed]"
AREAS = ("web", "audit", "forms", "problems")
PLACEHOLDER = re.compile(r"\{\w+\}")
WORD = re.compile(r"[^\W\d_]{3,}")
# Every text that is seen or read aloud.
TEXTS = """(foreign) => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.data.trim() && !node.parentElement.closest(foreign)) found.push(node.data.trim());
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (!each.closest(foreign)) found.push(each.getAttribute(name));
  return found;
}"""


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world("one", tmp_path_factory.mktemp("languages")) as opened:
        yield opened


@pytest.mark.parametrize("language", ["pl", "sk"])
def test_no_english_word_on_any_page(browser: Browser, one: World, language: str) -> None:
    english = _words("en") - _words(language) - _spoken(one)
    context = browser.new_context(locale=language)
    page = context.new_page()
    found = {}
    for screen in (*one.screens, *_refusals()):
        texts = _texts(page, one, screen, language)
        said = {word: text for text in texts for word in _split(text) if word in english}
        if said:
            found[screen.name] = said
    context.close()
    assert found == {}


@pytest.mark.parametrize("language", ["pl", "sk"])
def test_english_would_be_found(browser: Browser, one: World, language: str) -> None:
    """The test above can fail: the same pages in English are full of English words."""
    english = _words("en") - _words(language) - _spoken(one)
    context = browser.new_context()
    texts = _texts(context.new_page(), one, one.screens[0], "en")
    context.close()
    assert len({word for text in texts for word in _split(text)} & english) > 20


def _refusals() -> tuple[Screen, ...]:
    return (
        Screen("not-found", "alice", "/orders/PO-2026-999999"),
        Screen("no-permission", "alice", "/definitions"),
        Screen("sign-in", "", "/sign-in"),
        Screen("nothing", "mallory", "/tasks"),
        Screen("none", "mallory", "/orders"),
        Screen("none-found", "bob", "/orders?number=9"),
        Screen("nothing-to-start", "mallory", "/orders/new"),
    )


def _texts(page: Page, world: World, screen: Screen, language: str) -> list[str]:
    page.context.clear_cookies(name="orderloom_session")
    if screen.login:
        enter(page, world.site, screen.login, language)
    page.goto(world.site.url + screen.path)
    if screen.act is not None:
        screen.act(page)
    found: list[str] = page.evaluate(TEXTS, FOREIGN)
    return found


def _words(language: str) -> set[str]:
    assert language in LANGUAGES
    return {
        word
        for key, entry in catalogue(language).items()
        if key.partition(".")[0] in AREAS
        for sentence in sentences(entry)
        for word in _split(PLACEHOLDER.sub(" ", sentence))
    }


def _spoken(world: World) -> set[str]:
    """Names, ids and data of the site, which look the same in every language."""
    text = Path(__file__).parent.joinpath("bundle", "order.yaml").read_text(encoding="utf-8")
    polish_or_slovak = set(_split(" ".join(re.findall(r"(?:pl|sk): ([^,}]+)", text))))
    names = {word for login in world.site.actors for word in _split(login)}
    ids = set(_split("pump-order pump-checks Circulation pump Europe Warsaw Orderloom"))
    return names | ids | polish_or_slovak


def _split(text: str) -> Iterator[str]:
    return (word.lower() for word in WORD.findall(text))
