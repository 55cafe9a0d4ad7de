"""Bring what people type, and what things are called, into one form."""

import re
import unicodedata
from collections.abc import Iterator

from tongban.infrastructure.search.rules.simplified import SIMPLIFIED

CHINESE = re.compile(r"[\u3400-\u9fff]+")
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
ASIDE = re.compile(r"[(\[{《〈【（][^()（）《》〈〉【】\[\]{}]*[)\]}》〉】）]")
# What comes after so many characters costs time for each pair, and says little that is new.
MAX_QUESTION = 80
_ENGLISH = re.compile("[a-z]{2,}")
_UMLAUT = "u\u0308"
_DIGITS = "零一二三四五六七八九"
_AGE = re.compile("(?<![0-9.])[0-9]{1,3}(?=(?:多|几)?(?:周?岁|高龄|老人))")


def normal(text: str) -> str:
    """Return the text in one width and case, cut to a sensible length.

    Traditional characters become simplified ones, pinyin loses its tone marks, and ages are written in characters.
    """
    plain = unicodedata.normalize("NFKC", text[: MAX_QUESTION * 2]).lower().translate(SIMPLIFIED)
    if not plain.isascii():
        plain = "".join(
            char for char in unicodedata.normalize("NFD", plain).replace(_UMLAUT, "v") if not _is_tone(char)
        )
    return _AGE.sub(lambda found: in_characters(int(found[0])), plain).strip()[:MAX_QUESTION]


def in_characters(number: int) -> str:
    """Return a whole number below 1000 in Chinese characters: 80 → 八十, 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += _DIGITS[0]
    return said + (_DIGITS[ones] if ones or not number else "")


def _is_tone(char: str) -> bool:
    return "\u0300" <= char <= "\u036f"


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and of Latin letters and digits, in their order."""
    return RUNS.findall(text)


def english(text: str) -> list[str]:
    """Return the English words of a text, in the singular."""
    return [_singular(word) for word in _ENGLISH.findall(text.lower())]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


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
