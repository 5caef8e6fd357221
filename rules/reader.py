"""Going through tokens: looking, taking, saying what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, DecimalException
from typing import Final

from orderloom.rules.error import FeelError
from orderloom.rules.lexer import Token, tokens
from orderloom.rules.values import number_of

_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}


class Reader:
    """A place in the tokens of one text. `names`: those with spaces that may occur."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text = text
        self.tokens = tokens(text, names)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def peek(self, ahead: int) -> str:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)].text

    def next(self) -> Token:
        token = self.token
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def take(self, text: str) -> bool:
        if self.token.kind in ("sign", "keyword") and self.token.text == text:
            self.index += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.error(f"{text!r} is missing here")

    def name(self) -> str:
        if self.token.kind != "name":
            raise self.error("a name is missing here")
        return self.next().text

    def member(self) -> str:
        words = []
        while self.token.kind in ("name", "keyword"):
            words.append(self.next().text)
            if self.token.text != ":" and self.tokens[self.index].kind != "name":
                break
        if not words:
            raise self.error("a name is missing here")
        return " ".join(words)

    def number(self) -> int | Decimal:
        """The number that comes next. Raises `FeelError` where it is out of range."""
        try:
            return number_of(self.token.text)
        except DecimalException as error:
            raise self.error("the number is out of range") from error
        finally:
            self.next()

    def string(self, token: Token) -> str:
        """The text between the quotes. Other signs keep their backslash, as in `"\\d+"`."""
        made = _ESCAPE.sub(_unescaped, token.text[1:-1])
        try:
            return made.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise FeelError("half a sign stands alone", token.at, self.text) from error

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.error(f"{self.token.text!r} was not expected")

    def error(self, message: str) -> FeelError:
        at = self.token.at
        return FeelError(f"{message} (at {at + 1})", at, self.text)


def _unescaped(found: re.Match[str]) -> str:
    word = found[1]
    if word[0] in "uU" and len(word) > 1:
        try:
            return chr(int(word[1:], 16))
        except ValueError:
            return found[0]
    return _ESCAPES.get(word, found[0])
