"""Record linkage: how sure it is that two rows of two sources are about one enterprise, and by what.

An identifier that is the same settles it. Without one, names and addresses are compared by the pairs of characters
that they share (Dice 1945): Chinese names have no spaces to split at.
"""

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

# What says nothing of which enterprise it is.
FORMS = re.compile(r"(股份|有限|责任|公司|集团|分公司|个体工商户|经营部|\(.*?\)|（.*?）)")
NOISE = re.compile(r"[\s,，.。、\-—_#号()（）]")


class LinkedParts(NamedTuple):
    """How two rows were linked. by: "identifier" or "likeness"; scores in per mille; least: what is asked for."""

    by: str
    score: int
    name_score: int = 1000
    address_score: int = 1000
    least: int = 0

    @property
    def holds(self) -> bool:
        return self.by == "identifier" or self.score >= self.least


def core(name: str) -> str:
    """Return what is left of a name without its legal form, spaces and marks."""
    bare = NOISE.sub("", FORMS.sub("", unicodedata.normalize("NFKC", name)))
    return bare or NOISE.sub("", unicodedata.normalize("NFKC", name))


def likeness(one: str, other: str) -> int:
    """Return how alike two texts are, in per mille: twice the shared pairs of characters among all pairs."""
    first, second = _pairs(core(one)), _pairs(core(other))
    total = first.total() + second.total()
    return 1000 * 2 * (first & second).total() // total if total else 0


def link(
    one: tuple[str, str, str], other: tuple[str, str, str], *, name_share: int, address_share: int, least: int
) -> LinkedParts:
    """Say how two rows (identifier digest, name, address) belong together.

    name_share, address_share   per cent of the score that each counts; least: per mille from which they count as one
    Where both have an identifier and these differ, they are two, however alike.
    """
    if one[0] and other[0]:
        return LinkedParts("identifier", 1000) if one[0] == other[0] else LinkedParts("likeness", 0, 0, 0, least)
    name, address = likeness(one[1], other[1]), likeness(one[2], other[2])
    score = (name * name_share + address * address_share) // (name_share + address_share)
    return LinkedParts("likeness", score, name, address, least)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1)) or Counter([text] if text else [])
