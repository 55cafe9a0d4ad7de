"""Pages are thin: they parse, call one verb or ask one question, and answer."""

import ast
from pathlib import Path

import pytest

from tests.laws.house import HOUSE, sources, tree
from tongban.infrastructure.kernel.refusals import Refusal


def refusals(of: type[Refusal] = Refusal) -> set[str]:
    """Return the names of everything that a verb may refuse."""
    return {of.__name__}.union(*(refusals(kind) for kind in of.__subclasses__()))


def caught(module: ast.AST) -> list[str]:
    """Return the refusals that a file catches by hand."""
    handlers = [node.type for node in ast.walk(module) if isinstance(node, ast.ExceptHandler) and node.type]
    names = [name for kind in handlers for name in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    return [name for part in names if (name := getattr(part, "attr", getattr(part, "id", ""))) in refusals()]


def pages() -> list[Path]:
    return [file for file in sources() if file.name == "pages.py" or file.parent.name == "pages"]


def test_no_page_catches_a_refusal_by_hand():
    """`refusals` and `refusals_on` of `ui.forms` do it, and let 403 and 404 go on."""
    found = {str(file.relative_to(HOUSE)): caught(tree(file)) for file in pages()}

    assert len(found) > 25
    assert not {file: names for file, names in found.items() if names}


@pytest.mark.parametrize("kind", ["Refusal", "cases.WrongCaseState", "(ValueError, Conflict)"])
def test_a_refusal_that_is_caught_by_hand_is_seen(kind):
    assert caught(ast.parse(f"try:\n    verb()\nexcept {kind} as said:\n    pass"))


def test_other_errors_may_be_caught():
    assert not caught(ast.parse("try:\n    reverse(name)\nexcept NoReverseMatch:\n    pass"))


def written(module: ast.AST) -> list[str]:
    """Return the facts that a file writes itself."""
    calls = [node.func for node in ast.walk(module) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if ast.unparse(call).startswith("journal.write")]


def test_no_page_writes_a_fact():
    """A fact belongs to a verb, in its transaction."""
    assert not [str(file.relative_to(HOUSE)) for file in pages() if written(tree(file))]


@pytest.mark.parametrize("verb", ["write", "write_reading"])
def test_a_fact_that_a_page_writes_is_seen(verb):
    assert written(ast.parse(f"journal.{verb}(CaseOpened(1), by=actor)")) == [f"journal.{verb}"]
