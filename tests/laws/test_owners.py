"""Law 6: only the owner writes. Outside its room a manager answers `get` and named questions only.

A chain of questions is followed to its end, through whatever name the model has in that file; a row that was fetched or
handed in is written by its own room alone.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.laws.house import HOUSE, room_of, sources, tree

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# What only the room may begin with: a question put together elsewhere is none that the owner knows of.
BEGINNING = {
    *("filter", "exclude", "all", "order_by", "annotate", "alias", "values", "values_list", "extra", "raw", "using"),
}
WRITING = {
    *("create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete"),
    *("acreate", "aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "aupdate", "adelete"),
    *("save", "asave", "save_base", "select_for_update"),
}
ON_ROWS = {"save", "asave", "save_base", "delete", "adelete"}


class Hands(ast.NodeVisitor):
    """Finds in one file what it does with rows and managers of other rooms."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.models: set[str] = set()  # names of foreign models in this file
        self.modules: set[str] = set()  # names under which a foreign file of models is known
        self.rows: list[set[str]] = [set()]  # names of foreign rows, function by function
        self.found: list[tuple[int, str]] = []

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        names = {alias.asname or alias.name for alias in node.names}
        if not module.startswith("tongban.") or f"{module}.".startswith(f"{self.room}."):
            return
        if ".models" in module:
            self.models |= names
        self.modules |= {alias.asname or alias.name for alias in node.names if alias.name == "models"}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self.rows.append({each.arg for each in arguments if each.annotation and self._is_model(each.annotation)})
        self.generic_visit(node)
        self.rows.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and self._is_model(node.annotation):
            self.rows[-1].add(node.target.id)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self._chain(node.value)[0]:
            self.rows[-1] |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        if isinstance(node.target, ast.Name) and self._chain(node.iter)[0]:
            self.rows[-1].add(node.target.id)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            model, asked = self._chain(node)
            method, owner = node.func.attr, node.func.value
            if model and (method in WRITING or (method in BEGINNING and asked == [method])):
                self.found.append((node.lineno, f"{model}.objects.{'.'.join(asked)}"))
            elif isinstance(owner, ast.Name) and owner.id in self.rows[-1] and method in ON_ROWS:
                self.found.append((node.lineno, f"{owner.id}.{method}"))
            elif isinstance(owner, ast.Call) and self._model(owner.func) and method in ON_ROWS:
                self.found.append((node.lineno, f"{self._model(owner.func)}().{method}"))
        self.generic_visit(node)

    def _chain(self, node: ast.AST) -> tuple[str, list[str]]:
        """Return the foreign model whose manager a chain begins with, and what is asked of it, in order."""
        asked: list[str] = []
        while True:
            match node:
                case ast.Call(func=func):
                    node = func
                case ast.Subscript(value=value) | ast.Await(value=value):
                    node = value
                case ast.Attribute(attr=attr, value=value) if attr in MANAGERS:
                    return self._model(value), asked[::-1]
                case ast.Attribute(attr=attr, value=value):
                    asked.append(attr)
                    node = value
                case _:
                    return "", []

    def _model(self, node: ast.AST) -> str:
        """Return the name of the foreign model that an expression is, "" where it is none."""
        match node:
            case ast.Name(id=name) if name in self.models:
                return name
            case ast.Attribute(attr=name, value=ast.Name(id=module)) if module in self.modules:
                return name
        return ""

    def _is_model(self, annotation: ast.AST) -> bool:
        match annotation:
            case ast.BinOp(left=left, right=right):
                return self._is_model(left) or self._is_model(right)
            case ast.Constant(value=str(text)):
                return text.removesuffix(" | None") in self.models
        return bool(self._model(annotation))


def strangers_hands(file: Path, root: Path = HOUSE) -> Iterator[str]:
    """Yield each use of another room's manager that is not a named question, and each row of another's it writes."""
    hands = Hands(".".join(("tongban", *room_of(file, root))))
    hands.visit(tree(file))
    for line, what in hands.found:
        yield f"{file.relative_to(root)}:{line} {what}"


def test_only_the_owner_writes():
    found = [line for file in sources() for line in strangers_hands(file)]

    assert not found, "\n".join(found)


PLANTED = {
    "a question put together elsewhere": "Case.objects.filter(pk=1)",
    "a write behind a named question": "Case.objects.visible_to(actor).update(state='x')",
    "a delete behind several": "Case.objects.visible_to(actor).filter(pk=1).delete()",
    "a lock": "Case.objects.select_for_update().get(pk=1)",
    "a row fetched and deleted in one": "Case.objects.get(pk=1).delete()",
    "another manager": "Case._default_manager.filter(pk=1)",
    "the model by its file": "models.Case.objects.create()",
    "columns alone": "Case.objects.values('pk')",
    "a row fetched": "case = Case.objects.get(pk=1)\n    case.save()",
    "a row handed in": "given.save()",
    "a row handed in that may be none": "maybe.delete()",
    "a row of a loop": "for case in Case.objects.visible_to(actor):\n        case.save()",
    "a row made": "Case(pk=1).save()",
}
FLOORS = ("infrastructure/jobs", "platform/codes", "applications/permits", "portals/hall", "city/founding")


@pytest.mark.parametrize("place", FLOORS)
@pytest.mark.parametrize("what", PLANTED)
def test_a_strangers_hand_is_seen_on_every_floor(tmp_path, place, what):
    file = tmp_path / place / "planted.py"
    file.parent.mkdir(parents=True)
    head = "from tongban.platform.cases import models\nfrom tongban.platform.cases.models import Case\n\n\n"
    file.write_text(f"{head}def work(actor, given: Case, maybe: Case | None):\n    {PLANTED[what]}\n")

    assert list(strangers_hands(file, tmp_path))


def test_what_a_stranger_may_do_is_fine(tmp_path):
    file = tmp_path / "platform" / "codes" / "planted.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        dedent("""
        from tongban.platform.cases.models import Case
        from tongban.platform.codes.models import Code


        def work(actor, given: Case, own: Code):
            case = Case.objects.visible_to(actor).filter(pk=given.pk).first()
            own.save()
            Code.objects.filter(pk=1).delete()
            return Case.objects.get(pk=case.pk)
        """)
    )

    assert not list(strangers_hands(file, tmp_path))
