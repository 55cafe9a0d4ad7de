"""Bring what people type, and what services are called, into one form."""

import re
import unicodedata
from collections.abc import Iterator

CHINESE = re.compile(r"[\u3400-\u9fff]+")
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
ASIDE = re.compile(r"[(\[{《〈【（][^()（）《》〈〉【】\[\]{}]*[)\]}》〉】）]")
LONGEST = 80


def normal(text: str) -> str:
    """Return the text in one width and case, cut to a sensible length."""
    return unicodedata.normalize("NFKC", text[: LONGEST * 2]).lower().strip()[:LONGEST]


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and of Latin letters and digits, in their order."""
    return RUNS.findall(text)


def chinese(text: str) -> list[str]:
    return CHINESE.findall(text)


def without_asides(text: str) -> str:
    """Return a name without what stands in brackets: 食品(含保健食品)经营 → 食品经营."""
    return ASIDE.sub("", text)


def grams(run: str) -> Iterator[int]:
    """Return a number for each two neighbouring characters, and one for the last alone."""
    codes = [min(ord(character), 0xFFFF) for character in run]
    for one, two in zip(codes, [*codes[1:], 0], strict=True):
        yield one << 16 | two


def gram(pair: str) -> int:
    return min(ord(pair[0]), 0xFFFF) << 16 | min(ord(pair[1]), 0xFFFF)


def letters(code: int) -> str:
    return chr(code >> 16) + chr(code & 0xFFFF)


# What might say who somebody is: numbers of identity cards, telephones, accounts; e-mail addresses; “我叫…”.
PERSONAL = re.compile(r"[\w.+-]+@[\w.-]+|[0-9x*-]{4,}|(?:我叫|我是|姓名)[\u4e00-\u9fff]{2,4}")


def anonymous(text: str, longest: int = 40) -> str:
    """Return what somebody looked for, without what could tell who it was; "" where nothing sensible is left."""
    rest = " ".join(runs(PERSONAL.sub(" ", normal(text))))
    return rest[:longest].strip() if len(rest) > 1 else ""
