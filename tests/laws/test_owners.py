"""Law 6: only the owner writes. Outside its room a manager answers `get` and named questions only."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.laws.house import HOUSE, room_of, sources, tree

FORBIDDEN = {
    "filter",
    "exclude",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "raw",
    "order_by",
    "all",
    "annotate",
    "extra",
}


def strangers_hands(file: Path, root: Path = HOUSE) -> Iterator[str]:
    """Yield each use of another room's manager that is not a named question."""
    module = tree(file)
    room = ".".join(("tongban", *room_of(file, root)))
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".models")
        if not node.module.startswith(room) and node.module.startswith("tongban.")
        for alias in node.names
    }
    for node in ast.walk(module):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=method, value=ast.Attribute(attr="objects", value=ast.Name(id=model)))
            ):
                if model in foreign and method in FORBIDDEN:
                    yield f"{file.relative_to(root)}:{node.lineno} {model}.objects.{method}"


def test_only_the_owner_writes():
    found = [line for file in sources() for line in strangers_hands(file)]

    assert not found, "\n".join(found)


def test_a_strangers_hand_is_seen(tmp_path):
    file = tmp_path / "platform" / "codes" / "planted.py"
    file.parent.mkdir(parents=True)
    file.write_text("from tongban.platform.cases.models import Case\n\nCase.objects.filter(pk=1)\n")

    assert list(strangers_hands(file, tmp_path)) == ["platform/codes/planted.py:3 Case.objects.filter"]
