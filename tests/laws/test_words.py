"""One word for one thing: a class name means one thing in all rooms, and a column's name says what it holds."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.laws.house import FLOORS, HOUSE, ROOT, sources, tree

# A row of docs/words.md that lets a class name live in several rooms: | `Problem` | eforms, workflow | … |
SHARED_ROW = re.compile(r"\| `(?P<name>\w+)` \| (?P<rooms>[\w, ]+) \|")
# A variable of types, and the model that it stands for.
BOUND = re.compile(r"""^(\w+) = TypeVar\("\w+", bound="(\w+)"\)$""", re.MULTILINE)
# What a column named *_by or *_id may be, besides a foreign key: the number or the uid of a row.
KEYS = (models.IntegerField, models.UUIDField)


def public_classes(files: Iterable[Path], root: Path = HOUSE) -> dict[str, set[str]]:
    """Return class name -> rooms that have a public class of it; Django wants `Command` in every command."""
    found: dict[str, set[str]] = {}
    for file in files:
        if file.parent == root or file.parent.name == "commands":
            continue
        for node in tree(file).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, set()).add(room(file, root))
    return found


def room(file: Path, root: Path) -> str:
    """Return the name of a file's room; what stands on no floor, as the city does, is one of its own."""
    first, second = file.relative_to(root).parts[:2]
    return second if first in FLOORS else first


def shared(words: str) -> dict[str, set[str]]:
    """Return class name -> rooms that may have it, from docs/words.md."""
    return {row["name"]: set(row["rooms"].split(", ")) for row in SHARED_ROW.finditer(words)}


def doubles(classes: dict[str, set[str]], allowed: dict[str, set[str]]) -> Iterator[str]:
    """Yield the names that live in rooms which docs/words.md does not list for them."""
    for name, rooms in sorted(classes.items()):
        if len(rooms) > 1 and rooms != allowed.get(name):
            yield f"{name}: {', '.join(sorted(rooms))}"
    for name in sorted(allowed.keys() - {name for name, rooms in classes.items() if len(rooms) > 1}):
        yield f"{name}: in docs/words.md, but in one room only"


def misnamed_querysets(files: Iterable[Path]) -> Iterator[str]:
    """Yield the classes that are a `QuerySet["Model"]` and not called ModelQuerySet."""
    for file in files:
        bound = dict(BOUND.findall(file.read_text()))
        for node in ast.walk(tree(file)):
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                if isinstance(base, ast.Subscript) and ast.unparse(base.value).endswith("QuerySet"):
                    # A model may be named by its class, in quotes, or followed by the row that is read.
                    model = ast.unparse(base.slice).strip("()").split(",")[0].strip("'\"")
                    # What is bound to no table of its own is a base of many.
                    if bound.get(model) != "Model" and node.name != f"{bound.get(model, model)}QuerySet":
                        yield f"{file.name}: {node.name} of {model}"


def misleading_columns(models_: Iterable[type[models.Model]]) -> Iterator[str]:
    """Yield the columns that are called as a key is and hold something else."""
    for model in models_:
        for field in model._meta.concrete_fields:
            if field.name.endswith(("_by", "_id")) and not (field.is_relation or isinstance(field, KEYS)):
                yield f"{model._meta.label}.{field.name}"


def test_a_class_name_means_one_thing():
    words = (ROOT / "docs" / "words.md").read_text()

    assert not list(doubles(public_classes(sources()), shared(words)))


def test_a_query_set_is_called_after_its_model():
    assert not list(misnamed_querysets(sources()))


def test_a_column_called_as_a_key_holds_one():
    ours = [model for model in apps.get_models() if model.__module__.startswith("tongban.")]

    assert not list(misleading_columns(ours))


def planted(root: Path, room: str, text: str) -> Path:
    file = root / room / "models.py"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def test_a_second_class_of_a_name_is_found_on_every_floor(tmp_path):
    rooms = ("infrastructure/jobs", "platform/cases", "applications/permits", "portals/hall")
    files = [planted(tmp_path, room, "class Reason: ...\nclass _Own: ...\n") for room in rooms]
    classes = public_classes(files, tmp_path)
    row = "| `Reason` | cases, hall, jobs, permits | why something was done |"

    assert list(doubles(classes, {})) == ["Reason: cases, hall, jobs, permits"]
    assert list(doubles(classes, shared(row.replace(", permits", "")))) == ["Reason: cases, hall, jobs, permits"]
    assert not list(doubles(classes, shared(row)))
    assert list(doubles({"Reason": {"jobs"}}, shared(row))) == ["Reason: in docs/words.md, but in one room only"]


def test_a_query_set_with_a_name_of_its_own_is_found(tmp_path):
    text = 'class Jobs(models.QuerySet["Job"]): ...\nclass JobQuerySet(QuerySet["Job", "Job"]): ...\n'
    file = planted(tmp_path, "jobs", text)

    assert list(misnamed_querysets([file])) == ["models.py: Jobs of Job"]


def test_a_text_that_is_called_as_a_key_is_found():
    class Paper(models.Model):
        made_by = models.CharField(max_length=20)
        case_id = models.TextField()
        asked_by = models.BigIntegerField()
        sent_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT)
        form_id = models.UUIDField()

        class Meta:
            app_label = "planted"
            abstract = True

    assert list(misleading_columns([Paper])) == ["planted.Paper.made_by", "planted.Paper.case_id"]
