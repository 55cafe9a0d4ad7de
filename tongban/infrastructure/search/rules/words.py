"""What people say, and what they mean by it."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tongban.infrastructure.search.rules import text as texts
from tongban.infrastructure.search.rules.sounds import Sounds

# Longer ones are no words but sentences.
MAX_WORD = 10
# Everyday words are seldom longer, and each character more is one more look-up at each position.
MAX_SOUNDED = 6
# With one letter wrong, fewer than so many letters are near to a good part of all words.
MIN_NEARLY = 5


class Meant(NamedTuple):
    """One everyday word found in a question.

    typed   as it stands in the question; said: the word it was taken for; terms: official words, best first
    how     "said": as it is; "sound": it sounds like it; "pinyin", "initials": spelled; "near": one letter off
    """

    typed: str
    said: str
    terms: tuple[str, ...]
    how: str = "said"


class Words:
    """A table of everyday words, ready for asking.

    table   group      for what, what people `say`, what that `means` in titles, best first
            filler, filler_characters   what only makes a question of it
            first, later   words of titles: the form that most people mean, and those who mean it name it
            english    `filler` words, and words that mean the `same` as another
    """

    def __init__(self, table: Mapping[str, Any], sounds: Sounds) -> None:
        self.sounds = sounds
        self.groups: dict[str, tuple[str, ...]] = {}
        for group in table["group"]:
            for word in group["say"]:
                said = texts.normal(word)
                self.groups[said] = tuple(dict.fromkeys([*self.groups.get(said, ()), *group["means"]]))
        # Everyday words come first: what looks like filler inside of one stays.
        longest_first = [*sorted(self.groups, key=len, reverse=True), *sorted(table["filler"], key=len, reverse=True)]
        self._kept = re.compile("|".join(map(re.escape, longest_first)))
        self._first, self._later = tuple(table.get("first", ())), tuple(table.get("later", ()))
        self._characters = frozenset(table["filler_characters"])
        english = table.get("english", {})
        self._same = dict(english.get("same", {}))
        self._filler = frozenset(texts.english(" ".join(english.get("filler", ()))))
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._spelled: dict[str, str] = {}
        self._initials: dict[str, str] = {}
        for said in self.groups:
            if len(said) > 1 and texts.CHINESE.fullmatch(said):
                self._by_sound.setdefault(tuple(sounds.spell(said)), said)
                self._spelled.setdefault("".join(sounds.spell(said)), said)
                self._initials.setdefault(sounds.initials(said), said)

    def core(self, question: str, known: Callable[[str], bool]) -> str:
        """Take out what only makes it a question. known: does this pair of characters occur in what can be found?"""
        kept = self._kept.sub(lambda match: match[0] if match[0] in self.groups else " ", question)
        held = {position for start, said in self._said_in(kept) for position in range(start, start + len(said))}
        rest = "".join(
            character
            for position, character in enumerate(kept)
            if character not in self._characters or position in held or self._bound(kept, position, known)
        )
        return " ".join(rest.split()) or question

    def _bound(self, text: str, position: int, known: Callable[[str], bool]) -> bool:
        around = (text[position - 1 : position + 1] if position else "", text[position : position + 2])
        return any(len(pair) == 2 and texts.CHINESE.fullmatch(pair) and known(pair) for pair in around)

    def _said_in(self, question: str) -> Iterator[tuple[int, str]]:
        """Return the everyday words in a question and where they begin, the longest ones, none inside another."""
        position = 0
        while position < len(question):
            for size in range(min(MAX_WORD, len(question) - position), 0, -1):
                if question[position : position + size] in self.groups:
                    yield position, question[position : position + size]
                    position += size
                    break
            else:
                position += 1

    def english(self, text: str) -> list[str]:
        """Return the English words of a text that say what it is about, each as titles spell it."""
        return [self._same.get(word, word) for word in texts.english(text) if word not in self._filler]

    def usual(self, question: str, name: str) -> int:
        """Return 1 for the form of a thing that most people mean, -1 for one that they would name, else 0."""
        if any(word in name and word not in question for word in self._later):
            return -1
        return int(any(word in name for word in self._first))

    def meant(self, question: str) -> list[Meant]:
        """Return the everyday words that stand in a question as they are."""
        return [Meant(said, said, self.groups[said]) for _position, said in self._said_in(question)]

    def by_sound(self, run: str) -> list[Meant]:
        """Return the everyday words that a run of characters sounds like: 饭管 → 饭馆."""
        found, position = [], 0
        syllables = self.sounds.spell(run)
        while position < len(run) - 1:
            for size in range(min(MAX_SOUNDED, len(run) - position), 1, -1):
                said = self._by_sound.get(tuple(syllables[position : position + size]))
                if said and said != run[position : position + size]:
                    found.append(Meant(run[position : position + size], said, self.groups[said], "sound"))
                    position += size - 1
                    break
            position += 1
        return found

    def spelled(self, letters: str) -> list[Meant]:
        """Return the everyday words that letters spell: fanguan → 饭馆; with one letter off where nothing else fits."""
        if said := self._spelled.get(letters):
            return [Meant(letters, said, self.groups[said], "pinyin")]
        if len(letters) > 2 and (said := self._initials.get(letters)):
            return [Meant(letters, said, self.groups[said], "initials")]
        return []

    def nearly(self, letters: str) -> list[Meant]:
        if len(letters) < MIN_NEARLY:
            return []
        near = [said for spelled, said in self._spelled.items() if within_one(letters, spelled)]
        return [Meant(letters, said, self.groups[said], "near") for said in near[:3]]


def within_one(one: str, two: str) -> bool:
    """Say whether one insertion, deletion, change or swap of neighbours makes both the same."""
    if abs(len(one) - len(two)) > 1:
        return False
    position = 0
    while position < min(len(one), len(two)) and one[position] == two[position]:
        position += 1
    one, two = one[position:], two[position:]
    if one[1:] == two[1:] or one == two[1:] or one[1:] == two:
        return True
    return one[2:] == two[2:] and one[:2] == two[:2][::-1]


# So much of a question must stand in a heading, or sound like it, for the two to be called related. One pair of four:
# a question of five characters shares one word with the heading.
RELATED = 0.25
# A pair that only sounds the same may be another word: two of them count a little more than one that is the same.
SAME_SOUND = 0.6


def nearest(question: str, headings: Iterable[tuple[str, str]], sounds: Sounds, limit: int) -> Sequence[str]:
    """Return the keys of the headings that are related to a question, closest first; none where none is.

    headings   (key, text) pairs
    Single characters say nothing (护照 and 执照 share one): what counts are pairs of neighbours.
    """
    asked = {
        run[position : position + 2]
        for run in texts.chinese(texts.normal(question))
        for position in range(len(run) - 1)
    }
    if not asked:
        return []
    scored = []
    for key, text in headings:
        heard = " ".join(sounds.spell(text))
        same = sum(
            1.0 if pair in text else SAME_SOUND if " ".join(sounds.spell(pair)) in heard else 0.0 for pair in asked
        )
        if same >= RELATED * len(asked):
            scored.append((-same / math.sqrt(len(text)), key))
    return [key for _score, key in sorted(scored)[:limit]]
