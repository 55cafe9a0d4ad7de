"""How Chinese text sounds: toneless pinyin from a small table."""

from collections.abc import Iterator
from functools import cached_property
from itertools import product


class Sounds:
    """The readings of characters, read from the text of data/sounds.txt.

    A line "hang 行航" gives first readings, "+xing 行" second ones, "=银行 yin hang" the reading of a whole word.
    """

    def __init__(self, table: str) -> None:
        self.first: dict[str, str] = {}
        self.second: dict[str, str] = {}
        self.words: dict[str, list[str]] = {}
        for line in table.splitlines():
            if line.startswith("="):
                word, *syllables = line[1:].split()
                self.words[word] = syllables
            elif not line.startswith("#"):
                syllable, characters = line.split()
                readings = self.second if syllable.startswith("+") else self.first
                for character in characters:
                    readings[character] = syllable.lstrip("+")

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return a small number for each syllable."""
        return {
            syllable: number for number, syllable in enumerate(sorted({*self.first.values(), *self.second.values()}))
        }

    def spell(self, text: str) -> list[str]:
        """Return one syllable a character; characters that are not in the table stand for themselves."""
        syllables = [self.first.get(character, character) for character in text]
        for position in range(len(text) - 1):
            if word := self.words.get(text[position : position + 2]):
                syllables[position : position + 2] = word
        return syllables

    def initials(self, text: str) -> str:
        return "".join(syllable[:1] for syllable in self.spell(text))

    def pairs(self, one: str, two: str) -> Iterator[int]:
        """Return a number for each way in which two neighbouring characters may sound; none where one is unknown."""
        for first, second in product(self._readings(one), self._readings(two)):
            yield self.numbers[first] << 10 | self.numbers[second]

    def _readings(self, character: str) -> list[str]:
        found = [self.first.get(character), self.second.get(character)]
        return [reading for reading in found if reading]
