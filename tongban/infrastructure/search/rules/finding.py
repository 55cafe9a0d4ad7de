"""From a question to the documents that answer it, best first."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import NamedTuple

from tongban.infrastructure.search.rules import text as texts
from tongban.infrastructure.search.rules.index import BODY, Index, positions
from tongban.infrastructure.search.rules.words import Meant, Words, within_one

# Shares of the question that an answer must cover. 0.3: of a whole sentence only the word for the thing need be known,
# and that is seldom less than a third. 0.4 of what the best one covers: where one answers well, what shares a mere
# 许可 with the question is left out.
ENOUGH, BESIDE_BEST = 0.3, 0.4
# An unknown pair of characters weighs this much of the rarest known one: what is in no title counts against an answer
# (火箭发射许可 is not 经营许可), but less than what is in one counts for it, since people also say what nobody writes.
UNKNOWN = 0.5
# At the edge of a known word the pair is an accident of how the two words stand together, and says hardly anything.
EDGE = 0.12
# What a hit counts that is not literal. An everyday word, or pinyin in full, is meant as surely as it can be short of
# the title itself. A sound is one of several characters (饭管 → 饭馆). A correction is a guess: it must
# not pass a word that was written right, and still be ENOUGH alone.
SAID, SOUND, SPELLED, NEARLY = 0.9, 0.7, 0.9, 0.6
# Each further official word for an everyday one counts a little less: a table names the most usual one first.
# So little less that the third still counts more than a sound does.
LATER_WORD = 0.06
# Each further pair that sounds like the one typed is rarer, and less likely to be meant; the fourth counts half of a
# literal hit.
LATER_SOUND = 0.1
# Letters weigh as the rarest pair for each six of them, which two syllables have; a single run never more than two
# pairs, so that a long English word does not outweigh all Chinese that stands beside it.
LETTERS_OF_A_PAIR, MAX_PAIRS = 6, 2.0
# A pair in so many times more documents than were found is not read through: it can only add to what was found.
READ_THROUGH = 4
# So many are ranked, which costs time for each: nobody turns to the sixteenth page, and 许可 stands in thousands.
MAX_CANDIDATES = 300
# Points beside the share of the question that is covered, which is 0 to 100.
# One title for each eight characters: of two that cover the same, the shorter says less that was not asked for.
CHARACTERS_A_POINT = 8
# The form that most people mean (核发 rather than 注销) decides between equals, and nothing else.
USUAL = 2
# Who writes the title means it, whatever else covers as much; its beginning is half as sure, a part of it half of that.
WHOLE_TITLE, BEGINNING, PART = 25, 12, 6


@dataclass
class SearchQuery:
    """How a question was understood.

    core         what is left without "how do I", "please", "I want to"
    meant        everyday words in it and what they stand for
    corrected    (typed, taken for) pairs
    letters      runs of Latin letters, taken for pinyin
    english      English words that titles hold
    chinese      runs of Chinese characters
    """

    asked: str
    core: str = ""
    meant: list[Meant] = field(default_factory=list)
    corrected: list[tuple[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    chinese: list[str] = field(default_factory=list)


class Matches(NamedTuple):
    """pks: of documents, best first (at most MAX_CANDIDATES); total: how many answer at all."""

    question: SearchQuery
    pks: list[int]
    total: int


def find(index: Index, words: Words, asked: str, allowed: Callable[[int], bool] | None = None) -> Matches:
    """Answer a question. Pure: the same index and words always give the same answer.

    allowed   whether the document with this number may answer at all; None: all may
    """
    search = _Search(index, words, asked)
    search.run()
    return search.answer(allowed)


class _Search:
    """One question on its way; `covered` maps documents to the weight of the question they cover."""

    def __init__(self, index: Index, words: Words, asked: str) -> None:
        self.index, self.words = index, words
        self.question = SearchQuery(texts.normal(asked))
        self.covered: dict[int, float] = {}
        self.firm: set[int] = set()
        self.total = 0.0

    def run(self) -> None:
        question = self.question
        question.core = self.words.core(question.asked, lambda pair: self.index.frequency(texts.gram(pair)) > 0)
        question.meant = self.words.meant(question.core)
        pieces = texts.runs(question.core)
        question.chinese = [piece for piece in pieces if texts.CHINESE.fullmatch(piece)]
        letters = "".join(piece for piece in pieces if not texts.CHINESE.fullmatch(piece))
        question.english = [] if question.chinese else self._english(question.asked)
        letters = "" if question.english else letters
        question.letters = [letters] if letters and not any(said.typed == letters for said in question.meant) else []
        long = [run for run in question.chinese if len(run) > 1]
        if not long and not letters and question.chinese:
            self._one_character(question.chinese[0])
        for run in long:
            self._score_run(run)
        for said in question.meant:
            if not texts.CHINESE.search(said.typed):
                self.total += self.index.rarest
                self._credit_synonym(said, self.index.rarest)
        for run in question.letters:
            self._letters(run)

    def answer(self, allowed: Callable[[int], bool] | None) -> Matches:
        found = [(weight, number) for number, weight in self.covered.items() if allowed is None or allowed(number)]
        best = max(found, default=(0.0, 0))[0]
        least = max(ENOUGH * self.total, BESIDE_BEST * best)
        found = [(weight, number) for weight, number in found if weight >= least and weight > 0]
        candidates = nlargest(MAX_CANDIDATES, found, key=lambda pair: (pair[0], -self.index.lengths[pair[1]], -pair[1]))
        vague = [
            pair
            for pair in candidates
            if pair[1] not in self.firm and (not self._named(pair[1]) or self._of_another(pair[1]))
        ]
        candidates = [pair for pair in candidates if pair not in vague]
        ranked = sorted(candidates, key=lambda pair: (-self._rank(*pair), pair[1]))
        return Matches(self.question, [self.index.pks[number] for _weight, number in ranked], len(found) - len(vague))

    def _named(self, number: int) -> bool:
        """Say whether title or names hold a part of the question; a body alone answers nothing."""
        pairs = (run[position : position + 2] for run in self.question.chinese for position in range(len(run) - 1))
        return any(
            self.index.worth(*self.index.span(texts.gram(pair)), number) > self.index.weights.body for pair in pairs
        )

    def _of_another(self, number: int) -> bool:
        """Say whether only the last word is shared, and each speaks of another thing: 火星移民, 水库移民."""
        names = self.index.names.at(number).split("\t")
        return any(
            not any(self.index.frequency(texts.gram(run[position : position + 2])) for position in range(len(run) - 2))
            and not any(name.startswith(run[-2:]) for name in names)
            for run in self.question.chinese
            if len(run) > 3
        )

    def _rank(self, weight: float, number: int) -> float:
        share = 100 * weight / self.total if self.total else 0
        core = self.question.core.replace(" ", "")
        said = self.index.names.at(number).split("\t")
        rank = share + self.index.bonus[number] - self.index.lengths[number] / CHARACTERS_A_POINT
        rank += USUAL * self.words.usual(core, said[0])
        if core == said[0] or core in said[1:]:
            return rank + WHOLE_TITLE
        return rank + (BEGINNING if said[0].startswith(core) else PART if core in said[0] else 0)

    def _add(self, numbers: Iterable[int], weight: float) -> None:
        for number in numbers:
            self.covered[number] = self.covered.get(number, 0.0) + weight
            self.firm.add(number)

    def _one_character(self, character: str) -> None:
        start, end = self.index.beginning_with(character)
        self.total += 1.0
        for posting in self.index.postings[start:end]:
            if posting & 3 < BODY:
                self.firm.add(posting >> 2)
                self.covered[posting >> 2] = max(self.covered.get(posting >> 2, 0.0), self.index.weights[posting & 3])

    def _score_run(self, run: str) -> None:
        """Cover a run of Chinese characters: by its own pairs, by everyday words in it, by how it sounds."""
        index = self.index
        pairs = [run[position : position + 2] for position in range(len(run) - 1)]
        spans = [index.span(texts.gram(pair)) for pair in pairs]
        said = [word for word in self.question.meant if word.typed in run]
        inside = self._inside(run, said)
        known = [start < end for start, end in spans]
        if not any(known) and not said:
            heard = self.words.by_sound(run)
            self.question.meant += heard
            said, inside = heard, self._inside(run, heard)
        weights = [self._weight(position, spans, known, inside) for position in range(len(pairs))]
        self.total += sum(weights)
        self._score(spans, weights)
        for word in said:
            first = run.find(word.typed)
            credit = sum(weights[first : first + len(word.typed) - 1]) or index.rarest * UNKNOWN
            self._credit_synonym(word, credit * (SAID if word.how == "said" else SOUND))
        for position, pair in enumerate(pairs):
            if not _around(known, position) and position not in inside:
                self._score_homophones(pair, weights[position])
        if len(run) == 3 and not any(known) and not said:
            self._one_wrong(run, sum(weights))

    def _inside(self, run: str, said: Sequence[Meant]) -> set[int]:
        """Return the pairs that lie inside an everyday word or touch it."""
        found: set[int] = set()
        for word in said:
            first = run.find(word.typed)
            found |= set(range(first - 1, first + len(word.typed)))
        return found

    def _weight(self, position: int, spans: list[tuple[int, int]], known: list[bool], inside: set[int]) -> float:
        start, end = spans[position]
        if end > start:
            return self.index.weight(end - start)
        at_edge = _around(known, position) or (position in inside and position - 1 not in inside)
        at_edge = at_edge or (position in inside and position + 1 not in inside)
        return self.index.rarest * (EDGE if at_edge else UNKNOWN)

    def _score(self, spans: list[tuple[int, int]], weights: list[float]) -> None:
        """Add what each pair covers. Pairs that nearly every title contains only add to what rarer ones have found."""
        covered, postings, weights_of_fields = self.covered, self.index.postings, self.index.weights
        order = sorted(range(len(spans)), key=lambda position: spans[position][1] - spans[position][0])
        done = 0.0
        for position in order:
            (start, end), weight = spans[position], weights[position]
            if covered and done >= ENOUGH * self.total and end - start > READ_THROUGH * len(covered):
                for number in list(covered):
                    if worth := self.index.worth(start, end, number):
                        covered[number] += weight * worth
            else:
                for posting in postings[start:end]:
                    number = posting >> 2
                    covered[number] = covered.get(number, 0.0) + weight * weights_of_fields[posting & 3]
            done += weight if end > start else 0.0

    def _credit_synonym(self, word: Meant, credit: float) -> None:
        """Give credit to what holds an official word for an everyday one; the first such word counts most."""
        given: dict[int, float] = {}
        for position, term in enumerate(dict.fromkeys([word.said, *word.terms])):
            if word.how == "said" and term == word.typed:
                continue
            for number in self.index.holding(texts.normal(term)):
                given.setdefault(number, credit * (1 - LATER_WORD * position))
        for number, part in given.items():
            self.covered[number] = min(max(self.covered.get(number, 0.0), 0.0) + part, max(self.total, credit))
            self.firm.add(number)

    def _score_homophones(self, pair: str, weight: float) -> None:
        for position, like in enumerate(self.index.sounding_like(pair)):
            start, end = self.index.span(texts.gram(like))
            self._add(
                (posting >> 2 for posting in self.index.postings[start:end]),
                weight * SOUND * (1 - LATER_SOUND * position),
            )
            if not position:
                self.question.corrected.append((pair, like))

    def _one_wrong(self, run: str, weight: float) -> None:
        """Three characters of which the middle one is wrong: 居往证 → 居住证."""
        pool = self.index.names
        for match in re.finditer(f"{re.escape(run[0])}(.){re.escape(run[2])}", pool.text):
            self._add([pool.of(match.start())], weight * SOUND)
            self._correct(run, match[0])

    def _letters(self, letters: str) -> None:
        """Cover a run of letters: pinyin in full, initials, an English word; with one letter off where nothing fits."""
        weight = self.index.rarest * min(MAX_PAIRS, max(1.0, len(letters) / LETTERS_OF_A_PAIR))
        self.total += weight
        given: dict[int, float] = {}
        for word in self.words.spelled(letters):
            self.question.meant.append(word)
            self._credit_synonym(word, weight * (SPELLED if word.how == "pinyin" else NEARLY))
        for number, how in self._exactly(letters):
            given[number] = max(given.get(number, 0.0), weight * how)
        if not given and not self.covered and len(letters) > 4:
            for word in self.words.nearly(letters):
                self.question.meant.append(word)
                self._credit_synonym(word, weight * NEARLY)
            for number in self._nearly(letters):
                given[number] = weight * NEARLY
        for number, part in given.items():
            self.covered[number] = min(self.covered.get(number, 0.0) + part, self.total)
            self.firm.add(number)

    def _english(self, asked: str) -> list[str]:
        """Cover English words, rare ones more; return those known here, none where the words are no English."""
        index, words = self.index, self.words.english(asked)
        known = [word for word in dict.fromkeys(words) if word in index.english]
        for word in dict.fromkeys(words) if known else ():
            numbers = index.english.get(word, ())
            weight = index.weight(len(numbers)) if numbers else index.rarest * UNKNOWN
            self.total += weight
            self._add(numbers, weight)
        return known

    def _exactly(self, letters: str) -> Iterable[tuple[int, float]]:
        index = self.index
        if len(letters) < 2:
            return
        for position in positions(index.sounded, letters):
            if index.spelled.text[position].isupper() and _ends(index.spelled.text, position + len(letters)):
                yield index.spelled.of(position), 1.0 if _begins(index.sounded, position) else SPELLED
        for position in index.initials.positions(letters):
            yield index.initials.of(position), SPELLED if _begins(index.initials.text, position) else NEARLY
        if len(letters) > 2:
            for position in index.latin.positions(letters):
                yield index.latin.of(position), SPELLED

    def _nearly(self, letters: str) -> set[int]:
        """One wrong letter leaves one half right: look for the halves, then compare what stands around them."""
        text, size, found = self.index.sounded, len(letters), set()
        half = size // 2
        for offset, part in ((0, letters[:half]), (half, letters[half:])):
            for position in positions(text, part):
                for start in (
                    {position - offset, position - offset - 1, position - offset + 1} if offset else {position}
                ):
                    if start < 0 or not self.index.spelled.text[start : start + 1].isupper():
                        continue
                    if any(within_one(letters, text[start : start + length]) for length in (size, size - 1, size + 1)):
                        found.add(self.index.spelled.of(start))
                        break
        return found

    def _correct(self, typed: str, taken_for: str) -> None:
        if (typed, taken_for) not in self.question.corrected:
            self.question.corrected.append((typed, taken_for))


def _around(known: list[bool], position: int) -> bool:
    """Say whether this pair of characters, or one beside it, exists."""
    return any(known[max(0, position - 1) : position + 2])


def _begins(text: str, position: int) -> bool:
    return position == 0 or text[position - 1] in "\n\t"


def _ends(spelled: str, position: int) -> bool:
    """Say whether a syllable ends here, or the typing may go on inside the last one."""
    return position >= len(spelled) or not spelled[position].islower() or spelled[position - 1].isupper()
