"""Conditions of a process: FEEL, and what other modellers write around or instead of it.

Camunda 8 puts “=” before FEEL. Camunda 7, Flowable and Activiti write `${approve == 'grant'}`; of that language the
part that means the same in FEEL is rewritten: names, texts, numbers, comparisons, `&&`, `||`, `!`.
"""

import re

from tongban.infrastructure import feel
from tongban.infrastructure.feel import Expression, UnreadableExpression
from tongban.infrastructure.kernel.problems import gettext_noop

# FEEL as DMN 1.1 to 1.5 names it.
LANGUAGES = (
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "http://www.omg.org/spec/FEEL/20140401",
    "http://www.omg.org/spec/FEEL/20151101",
    "feel",
)
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_PIECE = re.compile(
    r"""\s+|"[^"\\]*"|'[^'"\\]*'|\d+(?:\.\d+)?|[^\W\d]\w*(?:\.[^\W\d]\w*)*|==|!=|<=|>=|&&|\|\||[<>!()+*/-]"""
)
_SAME = {"==": "=", "&&": "and", "||": "or", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_DIFFERENT = {"empty", "instanceof", "div", "mod", "in", "between", "if", "then", "else", "for", "some", "every"}


class OtherLanguage(ValueError):
    """The condition says that it is written in another language."""


class NotRewritten(ValueError):
    """A condition of another modeller holds something that FEEL has not, or that means something else there."""


def read(text: str, language: str = "") -> Expression:
    """Read a condition. Raises UnreadableExpression, OtherLanguage, NotRewritten.

    language   what the file says its conditions are written in; "" where it says nothing
    """
    text = text.strip()
    if found := _WRAPPED.fullmatch(text):
        return feel.parse(_rewritten(found[1]))
    if text.startswith("="):
        return feel.parse(text[1:])
    if language and language.strip().rstrip("/").lower() not in {known.rstrip("/").lower() for known in LANGUAGES}:
        raise OtherLanguage(language)
    return feel.parse(text)


def flaw(text: str, error: ValueError) -> tuple[str, str, dict[str, object]]:
    """Return sentence, remedy and details that say why a condition was not read."""
    shown = {"condition": text.strip()[:80]}
    if isinstance(error, UnreadableExpression):
        return (
            gettext_noop("The condition “%(condition)s” cannot be read: character %(position)d, %(flaw)s"),
            gettext_noop('Compare answers and outcomes in FEEL, e.g. review = "pass" and area_m2 > 200.'),
            {**shown, "position": error.problem.place, "flaw": error.problem},
        )
    if isinstance(error, OtherLanguage):
        return (
            gettext_noop("The condition “%(condition)s” is not written in FEEL but in %(language)s."),
            gettext_noop("Write it in FEEL, and expressionLanguage=“https://www.omg.org/spec/DMN/20230324/FEEL/”."),
            {**shown, "language": str(error)},
        )
    return (
        gettext_noop("“%(piece)s” in the condition “%(condition)s” has no counterpart in FEEL."),
        gettext_noop('Compare answers and outcomes in FEEL, e.g. review = "pass" and area_m2 > 200.'),
        {**shown, "piece": str(error)},
    )


def _rewritten(text: str) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None or found[0] in _DIFFERENT:
            raise NotRewritten(found[0] if found else text[at : at + 20])
        at = found.end()
        piece = found[0]
        if piece in {"!", "not"}:
            at = _negation(text, at, pieces)
        elif piece.startswith("'"):
            pieces.append(f'"{piece[1:-1]}"')
        elif text.startswith("(", at) and piece[0].isalpha():
            raise NotRewritten(f"{piece}(…)")
        else:
            pieces.append(_SAME.get(piece, piece))
    return " ".join(piece for piece in pieces if piece.strip())


def _negation(text: str, at: int, pieces: list[str]) -> int:
    """`!a` and `!(…)` become not(a) and not(…)."""
    at += len(text[at:]) - len(text[at:].lstrip())
    pieces.append("not")
    if text.startswith("(", at):
        return at
    found = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*").match(text, at)
    if found is None:
        raise NotRewritten("!")
    pieces.append(f"({found[0]})")
    return found.end()
