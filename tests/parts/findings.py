"""Whether a finding is said in a language: nothing left open, nothing left in English."""

import re
from collections.abc import Iterable

from orderloom.platform.definitions import Finding
from orderloom.platform.words import Words

TRANSLATED = ("pl", "sk")
# What stands in quotes or backticks, keys (`from:`), and words of the definition language, which
# all languages have.
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|\{[^}]*\}|\b\w+:(?=\s|$)|\bCOLLECT\b")
CODE = re.compile(r"`[^`]*`")
OPEN = re.compile(r"(?<!/)\{(name|id|line|why|names|value|count|kind|what|example|process)\}")
# Words that only English has: one of them stands in nearly every sentence of it.
ENGLISH = re.compile(
    r"\b(the|is|are|of|and|which|not|cannot|there|this|write|expected|found|such|with|nothing|"
    r"did|you|mean|has|have|an|it|be|here|was|only|never|nobody|for example)\b",
    re.IGNORECASE,
)


def untold(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """Sentences that are missing, open or English: language, code, text."""
    wrong = []
    for one in findings:
        for language in TRANSLATED:
            said = one.in_words(Words(language))
            for text, english in ((said.message, one.message), (said.hint, one.hint)):
                if _is_untold(text, english):
                    wrong.append((language, one.code, text))
    return wrong


def _is_untold(text: str, english: str) -> bool:
    if bool(text) != bool(english):
        return True
    plain = QUOTED.sub("", text)
    return bool(OPEN.search(CODE.sub("", text)) or ENGLISH.search(plain)) or (
        text == english and any(sign.isalpha() for sign in plain)
    )
