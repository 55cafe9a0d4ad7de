"""Look through a whole definition: every file by its own rules, then all of them together."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tongban.platform.catalogue.rules import consistency, examples, shape
from tongban.platform.catalogue.rules.problems import Problem, gettext_noop
from tongban.platform.catalogue.services import headings
from tongban.platform.catalogue.services.reading import Folder
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

SCHEMA = Path(__file__).resolve().parent.parent / "service.schema.json"
# Not a letter: "label :: text" for each element of a licence's face.
FACE = "documents/face.md"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of service.toml; editors read the same file."""
    return dict(json.loads(SCHEMA.read_text()))


def problems(folder: Folder) -> list[Problem]:
    """Return everything that is wrong, errors first, then by file and place."""
    found = [*folder.problems, *_process(folder), *_form(folder), *_templates(folder)]
    broken = {problem.file for problem in found if problem.forbids}
    wrong_shape = list(shape.problems(folder.guide, schema())) if folder.guide else []
    found += wrong_shape
    if folder.guide and not wrong_shape:
        found += consistency.problems(folder.guide, _parts(folder, broken))
        found += consistency.quality(folder.guide)
        if folder.examples is not None:
            found += examples.problems(
                folder.examples,
                fields=_fields(folder),
                materials={row["code"] for row in folder.guide.get("material", [])},
                media=folder.media,
                tasks=_tasks(folder, broken),
            )
            found += _answers(folder, broken)
    return sorted(found, key=lambda problem: (not problem.forbids, problem.file, problem.place))


def sentence(problem: Problem) -> str:
    """Return "file, place: what is wrong. What to do." in the language of the moment."""
    where = f"{problem.file}, {problem.place}" if problem.place else problem.file
    details = {
        key: gettext(value) if isinstance(value, str) and value else value for key, value in problem.details.items()
    }
    return f"{where}: " + " ".join(gettext(part) % details for part in (problem.text, problem.remedy) if part)


def _process(folder: Folder) -> Iterator[Problem]:
    if folder.process:
        for fault in workflow.check(folder.process, folder.tables):
            yield Problem(fault.file, fault.place, fault.text, fault.remedy, details=fault.details)


def _form(folder: Folder) -> Iterator[Problem]:
    if folder.form is not None:
        for fault in eforms.check(folder.form):
            yield Problem(fault.file, fault.place, fault.text, fault.remedy, details=fault.details)


def _templates(folder: Folder) -> Iterator[Problem]:
    for path, template in folder.templates.items():
        for fault in documents.check(template):
            yield Problem(
                path,
                "",
                "%(fault)s",
                gettext_noop("Correct the template; docs/first-service.md shows what it may hold."),
                details={"fault": fault},
            )
        name = path.removeprefix("documents/").removesuffix(".md")
        if path not in {"licence.md", FACE} and name not in documents.letters():
            yield Problem(
                path,
                "",
                gettext_noop("The house writes no letter of this name."),
                gettext_noop("Take one of: %(known)s."),
                details={"known": ", ".join(sorted(documents.letters()))},
            )


def _answers(folder: Folder, broken: set[str]) -> Iterator[Problem]:
    """What an example answers must pass the form; what registers prefill may be left out."""
    if "form.json" in broken or not isinstance(folder.examples, list):
        return
    form = eforms.load(folder.form)
    for number, example in enumerate(folder.examples, 1):
        if example.get("kind") == "incomplete" or not isinstance(example.get("answers"), dict):
            continue
        for path, sentences in form.problems(example["answers"]).items():
            if path.split(".")[0] in example["answers"] or path.split(".")[0] not in form.prefills():
                yield Problem(
                    examples.FILE,
                    f"[{number}].answers.{path}",
                    "%(fault)s",
                    gettext_noop("Correct the answer: an example of a yes or a no must be a complete application."),
                    details={"fault": " ".join(sentences)},
                )


def _parts(folder: Folder, broken: set[str]) -> consistency.Parts:
    return consistency.Parts(
        folder=folder.name,
        tasks=_tasks(folder, broken),
        fields=_fields(folder),
        media=folder.media,
        templates=folder.templates,
        departments=set(Department.objects.in_order().values_list("key", flat=True)),
        headings={kind: codes for kind in (*headings.LISTS, headings.EVENT) if (codes := _codes(kind))},
    )


def _codes(kind: str) -> set[str]:
    return {entry.code for entry in headings.of(kind)}


def _tasks(folder: Folder, broken: set[str]) -> dict[str, tuple[str, str]]:
    if not folder.process or "process.bpmn" in broken:
        return {}
    return {node.id: (node.kind, node.role) for node in workflow.steps(folder.process)}


def _fields(folder: Folder) -> set[str]:
    form = folder.form
    if not isinstance(form, dict) or not isinstance(form.get("schema"), dict):
        return set()
    return set(form["schema"].get("properties", {}))
