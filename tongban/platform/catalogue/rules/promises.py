"""What a definition promises to do for people, and whether a room of the installation keeps it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

SENTENCE = re.compile(r"[^。！？；\n]+")
# Tags of templates are no words of the letter.
TAG = re.compile(r"\{[%#{].*?[%#}]\}")


@dataclass(frozen=True)
class Kind:
    """One kind of promise. rooms: those that can keep it; words: how it is made."""

    key: str
    title: str
    rooms: tuple[str, ...]
    words: re.Pattern[str]


@dataclass(frozen=True)
class Table:
    """The list of promises in force. denials: words by which a sentence says that something is not done."""

    kinds: tuple[Kind, ...]
    denials: re.Pattern[str]


def read(data: Mapping[str, Any]) -> Table:
    """Read the table from its data file."""
    kinds = tuple(
        Kind(row["kind"], row["title"], tuple(row["rooms"]), re.compile("|".join(row["words"])))
        for row in data["promise"]
    )
    return Table(kinds, re.compile("|".join(map(re.escape, data["denials"]))))


def made(text: str, table: Table) -> Iterator[tuple[Kind, str]]:
    """Return the promises of a text, each with the words that make it."""
    for sentence in SENTENCE.findall(TAG.sub("", text)):
        for kind in table.kinds:
            for found in kind.words.finditer(sentence):
                if not table.denials.search(_clause(sentence, found.end())):
                    yield kind, found.group()
                    break


def _clause(sentence: str, place: int) -> str:
    """Return the part of a sentence, between commas, in which this place lies."""
    return sentence[:place].rpartition("，")[2] + sentence[place:].partition("，")[0]


def problems(
    texts: Sequence[tuple[str, str, str]],
    declared: Sequence[Mapping[str, str]],
    table: Table,
    installed: Collection[str],
) -> Iterator[Problem]:
    """Find promises that nobody keeps.

    texts      (file, place, text) of everything that people read in a definition
    declared   [[promise]] of service.toml
    installed  labels of the rooms of this installation
    """
    known = {kind.key: kind for kind in table.kinds}
    honoured = set()
    for row in declared:
        kind = known.get(row["what"])
        if kind is None:
            yield Problem(
                "service.toml",
                f"promise[{row['what']}]",
                gettext_noop("“%(what)s” is not a kind of promise."),
                gettext_noop("Use one of: %(known)s."),
                details={"what": row["what"], "known": ", ".join(known)},
            )
        elif row["room"] not in kind.rooms or row["room"] not in installed:
            yield Problem(
                "service.toml",
                f"promise[{kind.key}].room",
                gettext_noop("The module “%(room)s” does not fulfil this promise here: %(title)s."),
                gettext_noop("Remove the promise, and say in the texts what is true."),
                details={"room": row["room"], "title": kind.title},
            )
        else:
            honoured.add(kind.key)
    for file, place, text in texts:
        for kind, words in made(text, table):
            if kind.key not in honoured:
                yield Problem(
                    file,
                    place,
                    gettext_noop("“%(words)s” promises something that no module fulfils (%(title)s)."),
                    gettext_noop("Name the module in [[promise]], or say what is true: who does it, and where."),
                    details={"words": words, "title": kind.title},
                )


def unpayable(guide: Mapping[str, Any], payments: bool) -> Iterator[Problem]:
    """Find a fee that cannot be paid: handled online to the end, but no room takes money."""
    if guide["fee"]["charged"] and guide["online_depth"] == "4" and not payments:
        yield Problem(
            "service.toml",
            "fee",
            gettext_noop(
                "A fee is charged and no visit is required, but no module of this installation takes payments."
            ),
            gettext_noop("Say with visits and visits_reason where it is paid, and lower online_depth."),
        )
