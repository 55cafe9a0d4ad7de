"""A search index of short Chinese texts that fits into a few megabytes: flat arrays, no object per item.

Neighbouring characters are the terms, so no segmenter (33 MB in each process) and no wrong cut stands between the
question and the name. Beside them: what each pair sounds like, and all names spelled out in one long string.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from tongban.platform.catalogue.rules import text as texts
from tongban.platform.catalogue.rules.sounds import Sounds

# How much a hit in the name, in an everyday word, in the summary is worth.
WORTH = (1.0, 0.95, 0.4)
NAME, KEYWORD, SUMMARY = range(3)


class IndexEntry(NamedTuple):
    """What the index knows of a service. audience: digits of GB/T 39046 A.4; headings: "person:060", "event:retire"."""

    pk: int
    name: str
    department: int
    keywords: tuple[str, ...] = ()
    summary: str = ""
    english: str = ""
    audience: str = ""
    online: bool = False
    headings: tuple[str, ...] = ()


class TextPool:
    """All texts of one kind in one string; a position in it leads back to the entry."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.starts = array("I")
        self._length = 0
        self.text = ""

    def add(self, text: str) -> None:
        self.starts.append(self._length)
        self._parts.append(text)
        self._length += len(text) + 1

    def close(self) -> None:
        self.text = "\n".join(self._parts)
        self._parts = []

    def of(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def at(self, entry: int) -> str:
        end = self.starts[entry + 1] - 1 if entry + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[entry] : end]

    def positions(self, part: str, limit: int = 3000) -> Iterator[int]:
        position = self.text.find(part)
        while position >= 0 and limit:
            yield position
            position = self.text.find(part, position + 1)
            limit -= 1


class Index:
    """Everything that can be found, at one moment. It is never changed; a new edition gets a new one.

    english   how the words of an English name are read; see `Words.english`
    """

    def __init__(
        self,
        entries: Iterable[IndexEntry],
        sounds: Sounds,
        departments: Mapping[int, str],
        english: Callable[[str], Iterable[str]] = texts.english,
    ) -> None:
        self.sounds = sounds
        self.english: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._english = english
        self.pks = array("Q")
        self.department_of = array("Q")
        self.audience_of = array("B")
        self.online = bytearray()
        self.lengths = array("H")
        self.headings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.departments = {pk: texts.normal(name) for pk, name in departments.items()}
        self.names, self.spelled, self.initials, self.latin = TextPool(), TextPool(), TextPool(), TextPool()
        postings: dict[int, array[int]] = defaultdict(lambda: array("I"))
        for number, entry in enumerate(entries):
            self._take(number, entry, postings)
        for strip in (self.names, self.spelled, self.initials, self.latin):
            strip.close()
        self.sounded = self.spelled.text.lower()
        self.headings, self.english = dict(self.headings), dict(self.english)
        self._pack(postings)
        self._listen()

    def __len__(self) -> int:
        return len(self.pks)

    @property
    def rarest(self) -> float:
        """The weight of a pair that occurs once."""
        return math.log(1 + max(len(self), 2))

    def _take(self, number: int, entry: IndexEntry, postings: dict[int, "array[int]"]) -> None:
        name = texts.normal(entry.name)
        keywords = [texts.normal(word) for word in entry.keywords]
        self.pks.append(entry.pk)
        self.department_of.append(entry.department)
        self.audience_of.append(sum(1 << int(code) for code in entry.audience))
        self.online.append(entry.online)
        self.lengths.append(len(name))
        for heading in entry.headings:
            self.headings[heading].append(number)
        said = "\t".join([name, *keywords])
        self.names.add(said)
        self.spelled.add("".join(syllable.capitalize() for syllable in self.sounds.spell(said)))
        self.initials.add(self.sounds.initials(said))
        self.latin.add("".join(texts.runs(texts.normal(entry.english))))
        for word in set(self._english(entry.english)):
            self.english[word].append(number)
        worth: dict[int, int] = {}
        short = texts.without_asides(name)
        sources = [(NAME, name), *([(NAME, short)] if short != name else [])]
        sources += [(KEYWORD, word) for word in keywords] + [(SUMMARY, entry.summary)]
        for field, text in sources:
            for run in texts.chinese(text):
                for gram in texts.grams(run):
                    worth.setdefault(gram, field)
        for gram, field in worth.items():
            postings[gram].append(number << 2 | field)

    def _pack(self, postings: dict[int, "array[int]"]) -> None:
        self.grams = array("I", sorted(postings))
        self.ends = array("I")
        self.postings = array("I")
        for gram in self.grams:
            self.postings.extend(postings[gram])
            self.ends.append(len(self.postings))

    def _listen(self) -> None:
        heard = []
        for position, gram in enumerate(self.grams):
            if gram & 0xFFFF:
                pair = texts.letters(gram)
                heard += [(sound, position) for sound in self.sounds.pairs(pair[0], pair[1])]
        heard.sort()
        self.heard = array("I", [sound for sound, _place in heard])
        self.heard_at = array("I", [position for _sound, position in heard])

    def span(self, gram: int) -> tuple[int, int]:
        """Return where the postings of a pair of characters begin and end; (0, 0) where there are none."""
        position = bisect_left(self.grams, gram)
        if position == len(self.grams) or self.grams[position] != gram:
            return 0, 0
        return (self.ends[position - 1] if position else 0), self.ends[position]

    def frequency(self, gram: int) -> int:
        start, end = self.span(gram)
        return end - start

    def weight(self, frequency: int) -> float:
        return math.log(1 + len(self) / frequency)

    def beginning_with(self, character: str) -> tuple[int, int]:
        """Return the postings of everything that holds this one character."""
        low = min(ord(character), 0xFFFF) << 16
        first, last = bisect_left(self.grams, low), bisect_left(self.grams, low + 0x10000)
        return (self.ends[first - 1] if first else 0), (self.ends[last - 1] if last else 0)

    def sounding_like(self, pair: str, limit: int = 4) -> list[str]:
        """Return pairs that exist here and sound like this one, the most frequent first."""
        found = set()
        for sound in self.sounds.pairs(pair[0], pair[1]):
            position = bisect_left(self.heard, sound)
            while position < len(self.heard) and self.heard[position] == sound:
                found.add(self.grams[self.heard_at[position]])
                position += 1
        ranked = sorted(found, key=self.frequency, reverse=True)
        return [texts.letters(gram) for gram in ranked if texts.letters(gram) != pair][:limit]

    def holding(self, phrase: str) -> list[int]:
        """Return the entries that hold a phrase (all its pairs) in name or everyday words."""
        pairs = [texts.gram(phrase[position : position + 2]) for position in range(len(phrase) - 1)]
        spans = sorted((self.span(pair) for pair in pairs), key=lambda span: span[1] - span[0])
        if not spans:
            return []
        start, end = spans[0]
        entries = [posting >> 2 for posting in self.postings[start:end] if posting & 3 < SUMMARY]
        for start, end in spans[1:]:
            entries = [entry for entry in entries if self._holds(start, end, entry)]
        return entries

    def _holds(self, start: int, end: int, entry: int) -> bool:
        position = bisect_left(self.postings, entry << 2, start, end)
        return position < end and self.postings[position] >> 2 == entry and self.postings[position] & 3 < SUMMARY

    def worth(self, start: int, end: int, entry: int) -> float:
        """Return what the pair of these postings is worth in an entry, 0 where it is not."""
        position = bisect_left(self.postings, entry << 2, start, end)
        if position < end and self.postings[position] >> 2 == entry:
            return WORTH[self.postings[position] & 3]
        return 0.0
