"""Say why a document answers a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.infrastructure.search.rules import text as texts
from tongban.infrastructure.search.rules.finding import SearchQuery

# A part of a title must be at least so long to be worth pointing at: single characters occur everywhere.
MIN_SHARED = 2
# More is no explanation any more, and takes more room than the result.
MAX_REASONS = 3


class SearchText(NamedTuple):
    """What people can read of a document, as its fields are called there."""

    title: str
    names: tuple[str, ...] = ()
    english: str = ""


@dataclass(frozen=True)
class MatchReason:
    """One reason: a sentence with %(name)s places, and what goes into them; see `services.in_words`.

    english   it lies in the English title
    """

    text: str
    details: dict[str, str] = field(default_factory=dict)
    english: bool = field(default=False, compare=False)


def reasons(question: SearchQuery, searched: SearchText) -> list[MatchReason]:
    """Return the reasons why this document answers, the plainest first; at most MAX_REASONS."""
    found: list[MatchReason] = []
    for reason in _all(question, searched):
        if reason not in found:
            found.append(reason)
    return found[:MAX_REASONS]


def _all(question: SearchQuery, searched: SearchText) -> Iterator[MatchReason]:
    title, names = texts.normal(searched.title), [texts.normal(name) for name in searched.names]
    for part in _shared(question, title):
        yield MatchReason(gettext_noop("The name contains “%(part)s”."), {"part": part})
    if word := _called(question, names):
        yield MatchReason(gettext_noop("People call it “%(word)s”."), {"word": word})
    yield from _meant(question, [title, texts.without_asides(title), *names])
    for typed, like in question.corrected:
        if any(like in text for text in (title, *names)):
            yield MatchReason(gettext_noop("“%(typed)s” was read as “%(like)s”."), {"typed": typed, "like": like})
    if words := [word for word in question.english if word in texts.english(searched.english)]:
        yield MatchReason(
            gettext_noop("The English name contains “%(part)s”."), {"part": ", ".join(words)}, english=True
        )
    for letters in question.letters:
        if letters in "".join(texts.runs(texts.normal(searched.english))):
            part = _as_written(letters, searched.english)
            yield MatchReason(gettext_noop("The English name contains “%(part)s”."), {"part": part}, english=True)
        elif not any(word.typed == letters for word in question.meant):
            yield MatchReason(gettext_noop("“%(letters)s” is its pinyin, or nearly so."), {"letters": letters})


def _meant(question: SearchQuery, names: list[str]) -> Iterator[MatchReason]:
    sentences = {
        "said": gettext_noop("“%(typed)s” is officially called “%(term)s”."),
        "sound": gettext_noop("“%(typed)s” sounds like “%(said)s”, officially “%(term)s”."),
        "pinyin": gettext_noop("“%(typed)s” spells “%(said)s”, officially “%(term)s”."),
        "initials": gettext_noop("“%(typed)s” may stand for “%(said)s”, officially “%(term)s”."),
        "near": gettext_noop("“%(typed)s” is nearly “%(said)s”, officially “%(term)s”."),
    }
    for word in question.meant:
        for term in word.terms:
            if term != word.typed and any(texts.normal(term) in name for name in names):
                yield MatchReason(sentences[word.how], {"typed": word.typed, "said": word.said, "term": term})
                break


def marked(question: SearchQuery, title: str) -> list[tuple[str, bool]]:
    """Cut a title into parts, those that the question holds marked."""
    flat = texts.normal(title)
    if len(flat) != len(title):
        return [(title, False)]
    parts = [*_shared(question, flat), *question.english, *(_as_written(word, flat) for word in question.letters)]
    parts += [texts.normal(term) for word in question.meant for term in word.terms]
    parts += [like for _typed, like in question.corrected]
    hits = [False] * len(title)
    for part in parts:
        begins = r"\b" if part.isascii() else ""
        for match in re.finditer(begins + re.escape(part), flat):
            hits[match.start() : match.end()] = [True] * len(part)
    cut: list[tuple[str, bool]] = []
    for character, hit in zip(title, hits, strict=True):
        if cut and cut[-1][1] == hit:
            cut[-1] = (cut[-1][0] + character, hit)
        else:
            cut.append((character, hit))
    return cut


def _shared(question: SearchQuery, name: str) -> list[str]:
    """Return the parts of the question that stand in a name, longest first, none inside another."""
    found: list[str] = []
    for run in question.chinese:
        position = 0
        while position < len(run):
            rest = run[position:]
            size = next((size for size in range(len(rest), 0, -1) if rest[:size] in name), 0)
            if size >= MIN_SHARED or (size and len(run) == 1):
                found.append(rest[:size])
            position += max(size, 1)
    return sorted(found, key=len, reverse=True)


def _as_written(letters: str, name: str) -> str:
    """Return the part of a name that these letters, typed without gaps, stand for; the letters where there is none."""
    found = re.search(r"\W*".join(map(re.escape, letters)), name, re.IGNORECASE)
    return found[0] if found else letters


def _called(question: SearchQuery, names: list[str]) -> str:
    """Return the name that comes closest to the question, "" where none does."""
    shared = {word: max((_longest(run, word) for run in question.chinese), default=0) for word in names}
    close = [word for word, size in shared.items() if size >= max(MIN_SHARED, len(word) - 1)]
    return max(close, key=lambda word: (shared[word], -len(word)), default="")


def _longest(one: str, two: str) -> int:
    """Return the length of the longest part that both hold."""
    return max(
        (
            size
            for position in range(len(one))
            for size in range(1, len(one) - position + 1)
            if one[position : position + size] in two
        ),
        default=0,
    )
