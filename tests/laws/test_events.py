"""Every fact has a title in words, and somebody who writes it."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.laws.house import HOUSE, parsed, sources, tree

# They say what is told, and what is done when it is heard: neither writes.
SILENT = {"events.py", "events", "reactions.py"}


def facts(module: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))


def untitled(module: ast.Module) -> list[str]:
    """Return the facts of a file without `title: ClassVar[StrOrPromise] = _("…")`."""
    return [fact.name for fact in facts(module) if not any(map(_is_title, fact.body))]


def _is_title(node: ast.stmt) -> bool:
    match node:
        case ast.AnnAssign(
            target=ast.Name(id="title"), value=ast.Call(args=[*_context, ast.Constant(value=str(text))])
        ):
            return bool(text.strip())
    return False


def unwritten(module: ast.Module, others: Iterable[ast.Module]) -> list[str]:
    """Return the facts of a file that none of the room's other files names."""
    named = {
        getattr(node, "id", getattr(node, "attr", ""))
        for other in others
        for node in ast.walk(other)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    return [fact.name for fact in facts(module) if fact.name not in named]


def files_of_facts() -> list[Path]:
    return [file for file in sources() if file.name == "events.py" or file.parent.name == "events"]


def test_every_fact_has_a_title_in_words():
    found = {str(file.relative_to(HOUSE)): untitled(tree(file)) for file in files_of_facts()}

    assert len(found) > 12
    assert not {file: names for file, names in found.items() if names}


def test_every_fact_is_written_by_its_room():
    found = {}
    for file in files_of_facts():
        room = file.parents[file.parent.name == "events"]
        others = [tree(other) for other in sources() if room in other.parents and not SILENT & set(other.parts)]
        found[str(file.relative_to(HOUSE))] = unwritten(tree(file), others)

    assert not {file: names for file, names in found.items() if names}


@pytest.mark.parametrize("body", ["case: int", 'title = "Seen"', 'title: ClassVar[str] = ""', 'title: X = _("")'])
def test_a_fact_without_a_title_is_seen(body):
    assert untitled(parsed(f"class Seen:\n    {body}\n")) == ["Seen"]


def test_a_fact_with_a_title_is_fine():
    assert not untitled(parsed('class Seen:\n    title: ClassVar[StrOrPromise] = pgettext_lazy("event", "Seen")\n'))


def test_a_fact_that_nobody_writes_is_seen():
    events, verbs = parsed("class Seen: ...\nclass Heard: ...\n"), parsed("journal.write(Seen(1), by=actor)\n")

    assert unwritten(events, [verbs]) == ["Heard"]
