"""Look through a whole definition: every file by its own rules, then all of them together."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.problems import FLAW, Problem, gettext_noop
from tongban.platform.catalogue.rules import consistency, examples, shape
from tongban.platform.catalogue.services import headings, promising, tables, trying
from tongban.platform.catalogue.services.reading import Folder
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.letters import ports as letters
from tongban.platform.registers.models import Register
from tongban.platform.workflow import services as workflow

SCHEMA = Path(__file__).resolve().parent.parent / "service.schema.json"
# Not a letter: "label :: text" for each element of a licence's face.
FACE = "documents/face.md"
LICENCE = "licence.md"
# What a case tells its process: the roles of those whose advice is asked.
CONSULTED = "consulted"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of service.toml; editors read the same file."""
    return dict(json.loads(SCHEMA.read_text()))


def problems(folder: Folder) -> list[Problem]:
    """Return everything that is wrong, errors first, then by file and place."""
    found = [*folder.problems, *_process(folder), *_form(folder)]
    broken = {problem.file for problem in found if problem.forbids}
    form = eforms.load(folder.form) if folder.form is not None and "form.json" not in broken else None
    found += _unfed(folder, broken)
    found += [*_tables(folder, form, broken), *_templates(folder, broken), *_sources(folder, form)]
    if form:
        found += _unguarded(folder, form)
    broken |= {problem.file for problem in found if problem.forbids}
    wrong_shape = list(shape.problems(folder.guide, schema())) if folder.guide else []
    found += wrong_shape
    if folder.guide and not wrong_shape:
        found += consistency.problems(folder.guide, _parts(folder, broken))
        found += consistency.quality(folder.guide, _stage_days(folder, broken))
        found += promising.problems(folder, broken)
        found += _too_long(folder, broken)
        if folder.examples is not None:
            malformed = list(shape.problems(folder.examples, examples.SHAPE, examples.FILE))
            found += malformed or _examples(folder, form, broken)
    return sorted(found, key=lambda problem: (not problem.forbids, problem.file, problem.place))


def _process(folder: Folder) -> Iterator[Problem]:
    if folder.process:
        yield from workflow.check(folder.process, folder.tables, alone=False)


def _too_long(folder: Folder, broken: set[str]) -> Iterator[Problem]:
    """Find tasks that together may take longer than is promised; acceptance comes before the promise begins."""
    limits = folder.guide["limits"]
    if not folder.process or "process.bpmn" in broken or limits.get("unit", "workday") != "workday":
        return
    days, tasks = workflow.longest_way(folder.process, without={"accept"})
    if days > limits["promised_days"] and tasks:
        yield Problem(
            "process.bpmn",
            tasks[-1],
            gettext_noop("The tasks %(tasks)s take %(total)d days one after another, promised are %(days)d."),
            gettext_noop("Give them fewer tongban:days, or promise more in service.toml."),
            details={"tasks": ", ".join(tasks), "total": days, "days": limits["promised_days"]},
        )


def _unfed(folder: Folder, broken: set[str]) -> Iterator[Problem]:
    """A case hands its process no answers: they may still change, and the process would keep the old ones."""
    if not folder.process or "process.bpmn" in broken:
        return
    told = {CONSULTED} if isinstance(folder.guide, dict) and folder.guide.get("consultation") else set()
    for place, names in workflow.asked_names(folder.process, folder.tables).items():
        for name in sorted(names - told):
            yield Problem(
                "process.bpmn",
                place,
                gettext_noop(
                    "The process asks for “%(name)s”, but it only knows the outcomes of its own tasks and decisions."
                ),
                gettext_noop(
                    "Ask for the outcome of a task; what follows from answers is decided in a separate .dmn file."
                ),
                details={"name": name},
            )


def _form(folder: Folder) -> Iterator[Problem]:
    if folder.form is not None:
        yield from eforms.check(folder.form)


def _tables(folder: Folder, form: eforms.Form | None, broken: set[str]) -> Iterator[Problem]:
    """A table answers under the name of its file, asks for what the case knows, and has an answer for everybody."""
    fields = _fields(folder)
    known = {*fields, *_tasks(folder, broken), *({tables.AGE} if {tables.BORN, tables.NUMBER} & set(fields) else ())}
    for file, found in _decisions(folder, broken).items():
        name = file.removesuffix(".dmn")
        if name not in found:
            yield Problem(
                file,
                "",
                gettext_noop("The file contains no decision with the id “%(id)s”."),
                gettext_noop("Give the file and its decision the same name."),
                details={"id": name},
            )
        for table in found.values() if fields else ():
            unknown = sorted(table.asked_names() - known)
            for asked in unknown:
                yield Problem(
                    file,
                    table.id,
                    gettext_noop("The table asks for “%(name)s”, which is in neither the form nor the process."),
                    gettext_noop("Use a question of form.json, a task, or “age” where the form asks for birth_date."),
                    details={"name": asked},
                )
            if form and not unknown and table.id == name:
                yield from tables.problems(file, table, form, folder.form["schema"]["properties"], _outcomes(folder))


def _decisions(folder: Folder, broken: set[str]) -> dict[str, Any]:
    return {file: workflow.decisions(text) for file, text in folder.tables.items() if file not in broken}


def _templates(folder: Folder, broken: set[str]) -> Iterator[Problem]:
    own = _names(folder, broken)
    for path, template in folder.templates.items():
        name = path.removeprefix("documents/").removesuffix(".md")
        letter = letters.TEMPLATES.get(name)
        known = {**(letter.names if letter else letters.APPLICATION_NAMES), **({} if path == LICENCE else own)}
        yield from (_flaw(path, "", flaw) for flaw in documents.check(template, names=known))
        if path not in {LICENCE, FACE} and letter is None:
            yield Problem(
                path,
                "",
                gettext_noop("The system writes no letter of this name."),
                gettext_noop("Use one of: %(known)s."),
                details={"known": ", ".join(sorted(letters.TEMPLATES))},
            )

    result = folder.guide.get("result")
    pattern = result.get("number_format") if isinstance(result, dict) else None
    if isinstance(pattern, str):
        flaws = documents.check(pattern, names={**letters.APPLICATION_NAMES, **own})
        yield from (_flaw(consistency.FILE, "result.number_format", flaw) for flaw in flaws)


def _unguarded(folder: Folder, form: eforms.Form) -> Iterator[Problem]:
    """Where a letter counts on an answer that nobody has to give, it cannot be written for some cases."""
    uncertain = form.optional()
    for path, template in folder.templates.items():
        if path != LICENCE and not documents.check(template):
            for flaw in documents.without_default(template, under="answers", names=uncertain):
                yield replace(_flaw(path, "", flaw), severity="warning")


def _flaw(file: str, place: str, flaw: documents.Flaw) -> Problem:
    return Problem(
        file,
        place or (f"line {flaw.line}" if flaw.line else ""),
        gettext_noop("The template cannot be filled: %(flaw)s."),
        gettext_noop("Correct it; docs/first-service.md shows what it may contain."),
        details={**flaw.details, FLAW: flaw.text},
    )


def _names(folder: Folder, broken: set[str]) -> dict[str, Any]:
    """Return what letters of this service may name besides what any letter may: its own answers and decisions."""
    fields = _fields(folder)
    said = _said(folder, broken)
    return {
        **({"answers": dict.fromkeys(fields)} if fields else {}),
        **({"decision": dict.fromkeys(name for names in said.values() for name in names)} if said is not None else {}),
    }


def _said(folder: Folder, broken: set[str]) -> dict[str, list[str]] | None:
    """Return what the decisions of each file say; None where one of the files cannot be read."""
    found = _decisions(folder, broken)
    if len(found) < len(folder.tables):
        return None
    return {file: [name for table in one.values() for name in table.outputs] for file, one in found.items()}


def _named(folder: Folder, broken: set[str]) -> dict[str, dict[str, set[str]]]:
    """Return the constant texts that the tables of each file say: file -> output -> texts."""
    found: dict[str, dict[str, set[str]]] = {}
    for file, one in _decisions(folder, broken).items():
        for table in one.values():
            for rule in table.rules:
                for output, formula in zip(table.outputs, rule.outputs, strict=False):
                    value = formula.evaluate({})
                    if isinstance(value, str):
                        found.setdefault(file, {}).setdefault(output, set()).add(value)
    return found


def _sources(folder: Folder, form: eforms.Form | None) -> Iterator[Problem]:
    """What a form is prefilled from, and what materials are fetched from, must be there; else nobody notices."""
    registers = {one.key: one for one in Register.objects.in_order()}
    if not registers:
        return
    asked: list[tuple[str, str, str, str]] = []
    for name, source in form.prefills().items() if form else ():
        kind, _colon, place = source.partition(":")
        if kind == "register":
            key, _dot, field = place.partition(".")
            asked.append(("form.json", f"layout.fields[{name}].prefill", key, field))
    for row in folder.guide.get("material", []) if isinstance(folder.guide.get("material"), list) else ():
        if isinstance(row, dict) and isinstance(row.get("fetch"), dict) and row["fetch"].get("register"):
            asked.append((consistency.FILE, f"material[{row.get('code')}].fetch", str(row["fetch"]["register"]), ""))
    for file, where, key, field in asked:
        if key not in registers:
            yield Problem(
                file,
                where,
                gettext_noop("The city has no register “%(key)s”, so nothing will be found there."),
                gettext_noop("Use one of: %(known)s."),
                severity="warning",
                details={"key": key, "known": ", ".join(registers)},
            )
        elif field and registers[key].field(field) is None:
            yield Problem(
                file,
                where,
                gettext_noop("The register “%(key)s” has no field “%(field)s”."),
                gettext_noop("Use one of: %(known)s."),
                details={"key": key, "field": field, "known": ", ".join(one.name for one in registers[key].declared)},
            )


def _examples(folder: Folder, form: eforms.Form | None, broken: set[str]) -> Iterator[Problem]:
    yield from examples.problems(
        folder.examples,
        fields=_fields(folder),
        materials={row["code"] for row in folder.guide.get("material", [])},
        media=folder.media,
        tasks=_tasks(folder, broken),
    )
    if form:
        yield from _answers(folder, form)
        yield from trying.checks(folder, form)


def _answers(folder: Folder, form: eforms.Form) -> Iterator[Problem]:
    """What an example answers must pass the form; what registers prefill may be left out."""
    for number, example in enumerate(folder.examples, 1):
        if example["kind"] == "incomplete":
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
        tables=_said(folder, broken),
        named=_named(folder, broken),
    )


def _stage_days(folder: Folder, broken: set[str]) -> int | None:
    """Return what the stages of a guide take at most, branches of the process at the same time."""
    if not folder.process or "process.bpmn" in broken:
        return None
    days: dict[str, int] = {stage["key"]: stage["days"] for stage in folder.guide["stage"]}
    after = sum(days.get(key, 0) for key in consistency.AFTERWARDS)
    return workflow.longest_way(folder.process, days=days)[0] + after


def _codes(kind: str) -> set[str]:
    return {entry.code for entry in headings.of(kind)}


def _tasks(folder: Folder, broken: set[str]) -> dict[str, tuple[str, str]]:
    if not folder.process or "process.bpmn" in broken:
        return {}
    return {node.id: (node.kind, node.role) for node in workflow.steps(folder.process)}


def _outcomes(folder: Folder) -> dict[str, tuple[str, ...]]:
    return {node.id: node.outcomes for node in workflow.steps(folder.process)} if folder.process else {}


def _fields(folder: Folder) -> set[str]:
    schema = folder.form.get("schema") if isinstance(folder.form, dict) else None
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return set(properties) if isinstance(properties, dict) else set()
