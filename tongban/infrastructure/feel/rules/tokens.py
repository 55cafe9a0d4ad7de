"""Cut a text into the words of FEEL: numbers, texts, names (with spaces, in any script), keywords, operators."""

import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tongban.infrastructure.feel.rules.problems import UnreadableExpression, refuse
from tongban.infrastructure.kernel.problems import gettext_noop

Kind = Literal["number", "text", "moment", "name", "word", "sign", "end"]

# Characters of names: DMN 1.5, grammar rules 28 and 29, which let in Chinese characters and full-width punctuation.
_FIRST = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_REST = f"{_FIRST}0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NAME = re.compile(f"[{_FIRST}][{_REST}]*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_SIGN = re.compile(r"\*\*|\.\.|<=|>=|!=|[-+*/<>=()\[\]{},.:?]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)")
_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_SPACE = re.compile(r"\s+")

_LOGIC = ("and", "or", "not", "in", "between", "true", "false", "null")
_CHOICE = ("if", "then", "else", "for", "return", "some", "every", "satisfies")
WORDS = frozenset({*_LOGIC, *_CHOICE, "instance", "function"})
# What people coming from other languages write, and what FEEL writes instead.
_FOREIGN = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "!": "not(…)",
    "'": '"',
    "“": '"',
    "”": '"',
    "%": "modulo(a, b)",
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One word: its kind, its content, where it begins and ends."""

    kind: Kind
    value: str | Decimal
    position: int
    end: int

    def is_(self, *values: str) -> bool:
        return self.kind in {"word", "sign"} and self.value in values


def cut(text: str, names: Collection[str] = (), functions: Collection[str] = ()) -> list[Lexeme]:
    """Return the words of a text, with one of kind "end" after the last. Raises UnreadableExpression.

    names       names that are known, so that “low-income” is one name and no subtraction
    functions   names of functions; those with spaces are one name where a bracket follows
    """
    return [*_Cutter(text, names, functions).tokens(), Lexeme("end", "", len(text), len(text))]


class _Cutter:
    def __init__(self, text: str, names: Collection[str], functions: Collection[str]) -> None:
        self.text = text
        self.names = sorted(({_SPACE.sub(" ", name.strip()) for name in names} - WORDS) - {""}, key=len, reverse=True)
        self.functions = sorted((name for name in functions if " " in name), key=len, reverse=True)

    def tokens(self) -> Iterator[Lexeme]:
        at = 0
        while True:
            at += len(self.text[at:]) - len(self.text[at:].lstrip())
            if at >= len(self.text):
                return
            token = self._next(at)
            yield token
            at = token.end

    def _next(self, at: int) -> Lexeme:
        foreign = self.text[at : at + 2] if self.text[at : at + 2] in _FOREIGN else self.text[at]
        if foreign in _FOREIGN and self.text[at : at + 2] != "!=":
            raise refuse(
                at,
                gettext_noop("FEEL has no “%(sign)s”."),
                gettext_noop("Write %(instead)s instead."),
                sign=foreign,
                instead=_FOREIGN[foreign],
            )
        if token := self._known(at):
            return token
        if found := _NUMBER.match(self.text, at):
            return Lexeme("number", Decimal(found[0]), at, found.end())
        if self.text[at] == "@" and (found := _TEXT.match(self.text, at + 1)):
            return Lexeme("moment", _plain(found[1], at), at, found.end())
        if found := _TEXT.match(self.text, at):
            return Lexeme("text", _plain(found[1], at), at, found.end())
        if found := _SIGN.match(self.text, at):
            return Lexeme("sign", found[0], at, found.end())
        if _NAME.match(self.text, at):
            return self._name(at)
        raise _stray(self.text[at], at)

    def _known(self, at: int) -> Lexeme | None:
        for name in self.names:
            if end := self._spelled(name, at):
                return Lexeme("name", name, at, end)
        for name in self.functions:
            end = self._spelled(name, at)
            if end and self.text[end:].lstrip().startswith("("):
                return Lexeme("name", name, at, end)
        return None

    def _spelled(self, name: str, at: int) -> int:
        """Return where a name that begins here ends; 0 where another word stands."""
        if not self.text.startswith(name[0], at):
            return 0
        found = re.compile(r"\s+".join(map(re.escape, name.split(" ")))).match(self.text, at)
        if found is None:
            return 0
        goes_on = re.compile(f"[{_REST}]").match(self.text, found.end())
        return 0 if goes_on and re.fullmatch(f"[{_REST}]", name[-1]) else found.end()

    def _name(self, at: int) -> Lexeme:
        """Take one word, or several that nothing parts: “loan amount”."""
        parts: list[str] = []
        end = at
        while found := _NAME.match(self.text, end):
            if parts and (found[0] in WORDS or self._known(found.start())):
                break
            parts.append(found[0])
            end = found.end()
            if found[0] in WORDS:
                return Lexeme("word", found[0], at, end)
            space = _SPACE.match(self.text, end)
            if space is None or not _NAME.match(self.text, space.end()):
                break
            end = space.end()
        return Lexeme("name", " ".join(parts), at, at + len(self.text[at:end].rstrip()))


def _stray(sign: str, at: int) -> UnreadableExpression:
    if sign == '"':
        return refuse(at, gettext_noop("The text is not closed."), gettext_noop('Close it with ".'))
    return refuse(
        at,
        gettext_noop("The character “%(sign)s” has no meaning here."),
        gettext_noop("Remove it; texts are written between straight quotation marks."),
        sign=sign,
    )


def _plain(text: str, at: int) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) > 1 and int(code[1:], 16) <= sys.maxunicode:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise refuse(
                at,
                gettext_noop("The text contains “\\%(code)s”, which has no meaning."),
                gettext_noop("Write \\\\ for a backslash."),
                code=code,
            )
        return _ESCAPES[code]

    try:
        # A character may be written as two halves: \\uD83D\\uDE00.
        return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _stray("\\u", at) from None
