"""A search index of short Chinese texts that fits into a few megabytes: flat arrays, no object per document.

Neighbouring characters are the terms, so no segmenter (33 MB in each process) and no wrong cut stands between the
question and the title. Beside them: what each pair sounds like, and all titles spelled out in one long string.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tongban.infrastructure.search.rules import text as texts
from tongban.infrastructure.search.rules.sounds import Sounds

# Two letters may occur everywhere: what lies beyond so many places tells nothing apart and only costs time.
MAX_POSITIONS = 3000
# The fields of a document, as postings name them in two bits.
TITLE, NAME, BODY = range(3)


class FieldWeights(NamedTuple):
    """What a hit in each field of a document counts; 1 for a full hit."""

    title: float = 1.0
    # Nearly as good as the title: they are other words for it. Not quite, so that of two documents, one called so and
    # one that is only said to be called so, the first one comes first.
    names: float = 0.95
    # A body speaks of many things beside its own: less than half, so that it adds to a hit, but two hits in a body
    # never beat one in a title.
    body: float = 0.4


class IndexedDocument(NamedTuple):
    """What can be found.

    pk       its key in the table it comes from
    title    what it is called, in Chinese
    names    what else people call it
    body     what it says; adds to a hit in title or names, and answers nothing alone
    english  its title in English
    bonus    points it is ranked higher by, beside 100 for a question that it covers whole; 0 to 255
    """

    pk: int
    title: str
    names: tuple[str, ...] = ()
    body: str = ""
    english: str = ""
    bonus: int = 0


class TextPool:
    """All texts of one kind in one string; a position in it leads back to the document."""

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

    def at(self, number: int) -> str:
        end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end]

    def positions(self, part: str) -> Iterator[int]:
        """Yield where a part occurs, at most MAX_POSITIONS times."""
        return positions(self.text, part)


def positions(text: str, part: str) -> Iterator[int]:
    """Yield where a part occurs in a text, at most MAX_POSITIONS times."""
    position, left = text.find(part), MAX_POSITIONS
    while position >= 0 and left:
        yield position
        position = text.find(part, position + 1)
        left -= 1


class Index:
    """Everything that can be found, at one moment. It is never changed; what is new gets a new one.

    A document is known by its number: its position among `documents`. Whatever else a room knows of its documents, such
    as whom they are for, it keeps by the same numbers, and answers `find` with it.

    english   how the words of an English title are read; see `Words.english`
    weights   what a hit in each field counts
    """

    def __init__(
        self,
        documents: Iterable[IndexedDocument],
        sounds: Sounds,
        english: Callable[[str], Iterable[str]] = texts.english,
        weights: FieldWeights = FieldWeights(),  # noqa: B008
    ) -> None:
        self.weights = weights
        self.sounds = sounds
        self.english: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._english = english
        self.pks = array("Q")
        self.bonus = bytearray()
        self.lengths = array("H")
        self.names, self.spelled, self.initials, self.latin = TextPool(), TextPool(), TextPool(), TextPool()
        postings: dict[int, array[int]] = defaultdict(lambda: array("I"))
        for number, document in enumerate(documents):
            self._take(number, document, postings)
        for pool in (self.names, self.spelled, self.initials, self.latin):
            pool.close()
        self.sounded = self.spelled.text.lower()
        self.english = dict(self.english)
        self._pack(postings)
        self._listen()

    def __len__(self) -> int:
        return len(self.pks)

    @property
    def rarest(self) -> float:
        """The weight of a pair that occurs once."""
        return math.log(1 + max(len(self), 2))

    def _take(self, number: int, document: IndexedDocument, postings: dict[int, "array[int]"]) -> None:
        title = texts.normal(document.title)
        names = [texts.normal(name) for name in document.names]
        self.pks.append(document.pk)
        self.bonus.append(document.bonus)
        self.lengths.append(len(title))
        said = "\t".join([title, *names])
        self.names.add(said)
        self.spelled.add("".join(syllable.capitalize() for syllable in self.sounds.spell(said)))
        self.initials.add(self.sounds.initials(said))
        self.latin.add("".join(texts.runs(texts.normal(document.english))))
        for word in set(self._english(document.english)):
            self.english[word].append(number)
        field_of: dict[int, int] = {}
        short = texts.without_asides(title)
        sources = [(TITLE, title), *([(TITLE, short)] if short != title else [])]
        sources += [(NAME, name) for name in names] + [(BODY, document.body)]
        for field, text in sources:
            for run in texts.chinese(text):
                for gram in texts.grams(run):
                    field_of.setdefault(gram, field)
        for gram, field in field_of.items():
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
        self.heard = array("I", [sound for sound, _position in heard])
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
        """Return the documents that hold a phrase (all its pairs) in title or names."""
        pairs = [texts.gram(phrase[position : position + 2]) for position in range(len(phrase) - 1)]
        spans = sorted((self.span(pair) for pair in pairs), key=lambda span: span[1] - span[0])
        if not spans:
            return []
        start, end = spans[0]
        found = [posting >> 2 for posting in self.postings[start:end] if posting & 3 < BODY]
        for start, end in spans[1:]:
            found = [number for number in found if self._holds(start, end, number)]
        return found

    def _holds(self, start: int, end: int, number: int) -> bool:
        position = bisect_left(self.postings, number << 2, start, end)
        return position < end and self.postings[position] >> 2 == number and self.postings[position] & 3 < BODY

    def worth(self, start: int, end: int, number: int) -> float:
        """Return what the pair of these postings is worth in a document, 0 where it is not."""
        position = bisect_left(self.postings, number << 2, start, end)
        if position < end and self.postings[position] >> 2 == number:
            return self.weights[self.postings[position] & 3]
        return 0.0
