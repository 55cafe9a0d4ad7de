"""Who has to sign, and when it is clear what all of them together say: 会签, 或签, 依次签.

A definition names a rule at a task that several people do, `tongban:signing="percent:60"`, and its signers,
`tongban:signers="review traffic streets"`: roles, each once for every signature; `traffic=2` counts twice. A yes is
the first of the task's outcomes, every other is a no.

  all           everybody agrees; the first no ends it
  any           one agreement is enough; refused once nobody is left who could agree
  percent:60    at least so many in a hundred agree
  weight:5      signatures that count at least so much together agree
  first         whoever signs first decides for all 或签
  in-turn       one after another, in the order of the signers; the first no ends it 依次签

“to-the-end” behind it, `all to-the-end`: everybody is asked, even where it is clear already what comes out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SigningName = Literal["all", "any", "percent", "weight", "first", "in-turn"]
RULES: tuple[SigningName, ...] = ("all", "any", "percent", "weight", "first", "in-turn")
TO_THE_END = "to-the-end"
# Rules with a number, and the most it may be.
_NUMBERED: dict[str, int] = {"percent": 100, "weight": 10_000}
_MAX_WEIGHT = 100
_SIGNER = re.compile(r"([a-z][a-z0-9_-]*)(?:=([1-9][0-9]{0,2}))?")


class UnknownRule(ValueError):
    """The text names no rule of signing."""


class UnknownSigner(ValueError):
    """A word among the signers is no role with a weight."""


class SigningRole(NamedTuple):
    """A role that signs, and how much its signature counts."""

    role: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Signing:
    """A rule of signing, as a definition states it.

    number       percent, or the weight that is enough
    to_the_end   everybody is asked
    """

    name: SigningName
    number: int = 0
    to_the_end: bool = False

    @property
    def in_turn(self) -> bool:
        return self.name == "in-turn"

    def needed(self, total: int) -> int:
        """Return how much agreement makes a yes. total: how much all signatures count together."""
        if self.name == "percent":
            return -(-total * self.number // 100)
        if self.name == "weight":
            return self.number
        return 1 if self.name in {"any", "first"} else total

    def refusing(self, total: int) -> int:
        """Return how much refusal makes a no: the rest could not make a yes any more."""
        return 1 if self.name == "first" else total - self.needed(total) + 1

    def is_over(self, agreed: int, refused: int, total: int) -> bool:
        """Say whether it is clear what comes out, so that nobody else has to be asked."""
        return not self.to_the_end and (agreed >= self.needed(total) or refused >= self.refusing(total))

    def agrees(self, agreed: int, total: int) -> bool:
        """Say whether all of them together say yes."""
        return total > 0 and agreed >= self.needed(total)


# A task for one to which others were added.
ADDED_TO = Signing("all")


def weight_of(signers: Sequence[SigningRole], number: int) -> int:
    """Return how much the signature of this number counts; one that was added later counts once."""
    return signers[number - 1].weight if 0 < number <= len(signers) else 1


def read(text: str) -> Signing:
    """Read a rule. Raises UnknownRule."""
    words = text.split()
    name, colon, number = (words[0] if words else "").partition(":")
    to_the_end = words[1:] == [TO_THE_END]
    if name not in RULES or (words[1:] and not to_the_end) or (to_the_end and name == "first"):
        raise UnknownRule(text)
    if name not in _NUMBERED:
        if colon:
            raise UnknownRule(text)
        return Signing(name, to_the_end=to_the_end)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", number, re.ASCII) or int(number) > _NUMBERED[name]:
        raise UnknownRule(text)
    return Signing(name, int(number), to_the_end)


def read_signers(text: str) -> tuple[SigningRole, ...]:
    """Read who signs, in their order. Raises UnknownSigner."""
    found = []
    for word in text.split():
        matched = _SIGNER.fullmatch(word)
        if matched is None or int(matched[2] or 1) > _MAX_WEIGHT:
            raise UnknownSigner(word)
        found.append(SigningRole(matched[1], int(matched[2] or 1)))
    return tuple(found)
