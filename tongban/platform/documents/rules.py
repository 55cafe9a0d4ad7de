"""How far a document may be trusted, how dates are written out, and what a template may name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

_DIGITS = "〇一二三四五六七八九"

# What a template may name. None is a value; "…" holds anything; a mapping holds these names; a list has rows of them.
ANYTHING = "…"


class Unknown(NamedTuple):
    """A word of a dotted name that stands for nothing; known: the words that do at its place."""

    word: str
    known: list[str]


def unknown(path: Sequence[str], names: Any) -> Unknown | None:
    """Compare a dotted name with what may be named; "*" steps into the rows of a list. None where all is known."""
    for word in path:
        if names is None or names == ANYTHING:
            return None
        if isinstance(names, list) and (word == "*" or word.isdecimal()):
            names = names[0]
        elif isinstance(names, Mapping) and word in names:
            names = names[word]
        else:
            return Unknown(word, sorted(names) if isinstance(names, Mapping) else [])
    return None


def required(lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return those of these lines under which something must lie."""
    return [line for line in lines if line.get("required", True)]


def missing(lines: Iterable[Mapping[str, Any]], there: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the lines that must have a document and have none. there: codes of those that have one."""
    return [line for line in required(lines) if line["code"] not in there]


def shown(characters: Iterable[str]) -> str:
    """Write characters with their codes, so that one can be found that a screen does not show: 𰌂 (U+30302)."""
    return "、".join(f"{one}（U+{ord(one):04X}）" for one in characters)


def trust_of(origin: str) -> str:
    """Return the trust level a document starts with.

    A produced by an authority, B seen by an official, C uploaded, the original is to be checked.
    D is for what applicants make or declare themselves. Source: 国办函〔2022〕108 号, levels of materials.
    """
    return {"issued": "A", "fetched": "A", "field": "B", "uploaded": "C"}[origin]


def hanzi_date(day: date) -> str:
    """Write a date in Chinese numerals: 二〇二六年十一月二十二日."""
    return f"{''.join(_DIGITS[int(d)] for d in str(day.year))}年{_up_to_99(day.month)}月{_up_to_99(day.day)}日"


def _up_to_99(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
