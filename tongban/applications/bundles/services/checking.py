"""Look through the definition of a bundle, together with the services it puts together."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from tongban.applications.bundles.rules import definitions, merging, papers
from tongban.applications.bundles.services import plan
from tongban.applications.bundles.services.reading import EXAMPLES, GUIDE, TABLE, BundleFolder
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.catalogue.services import headings, tables
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

# Choices of items whose merged form is tried; a bundle of ten services has a thousand.
MAX_CHOICES = 1100


def problems(folder: BundleFolder) -> list[Problem]:
    """Return everything that is wrong, errors first, then by file and place."""
    found = [*folder.problems]
    if folder.guide:
        found += definitions.problems(folder.guide)
    if folder.form is not None:
        found += eforms.check(folder.form)
    if not any(problem.forbids for problem in found):
        found += [*_office(folder.guide), *_table(folder), *_services(folder)]
    if not any(problem.forbids for problem in found):
        found += [*_merging(folder), *_examples(folder)]
    return sorted(found, key=lambda problem: (not problem.forbids, problem.file, str(problem.place)))


def _office(guide: Mapping[str, Any]) -> Iterator[Problem]:
    if not Department.objects.with_keys([guide["department"]]).exists():
        yield Problem(
            GUIDE,
            "department",
            gettext_noop("There is no department “%(key)s”."),
            gettext_noop("Write the key of one."),
            details={"key": guide["department"]},
        )
    events = {entry.code for entry in headings.of("event")}
    if guide.get("life_event", "") not in {"", *events}:
        yield Problem(
            GUIDE,
            "life_event",
            gettext_noop("There is no life event “%(key)s”."),
            gettext_noop("Write one of the list of headings."),
            details={"key": guide["life_event"]},
        )


def _table(folder: BundleFolder) -> Iterator[Problem]:
    """Every item has a decision that answers everybody who fills in the questionnaire, and says why."""
    try:
        found = workflow.decisions(folder.table)
    except workflow.BrokenDefinition as refusal:
        yield Problem(TABLE, "", "%(error)s", "", details={"error": str(refusal)})
        return
    form, questions = eforms.load(folder.form), folder.form["schema"]["properties"]
    for item in definitions.items(folder.guide):
        table = found.get(item.key)
        if table is None or not {"applies", "reason"} <= set(table.outputs):
            yield Problem(
                TABLE,
                item.key,
                gettext_noop("No decision says whether the item “%(item)s” applies, and why."),
                gettext_noop("Add a decision with this id and the outputs applies, reason and reason_en."),
                details={"item": item.key},
            )
        elif stray := sorted(set(table.asked_names()) - form.names()):
            yield Problem(
                TABLE,
                item.key,
                gettext_noop("The table asks for “%(name)s”, which the questionnaire does not ask."),
                gettext_noop("Correct the spelling, or ask it in form.json."),
                details={"name": ", ".join(stray)},
            )
        else:
            yield from tables.problems(TABLE, table, form, questions, {})


def _services(folder: BundleFolder) -> Iterator[Problem]:
    for item in definitions.items(folder.guide):
        service = Service.objects.begun_as(item.service)
        if service is None or service.current is None:
            yield Problem(
                GUIDE,
                f"item[{item.key}].service",
                gettext_noop("No service “%(code)s” is offered."),
                gettext_noop("Publish it first, or correct the code."),
                details={"code": item.service},
            )
            continue
        fields = {field["name"] for step in service.current.form["layout"] for field in step["fields"]}
        for question in sorted(item.feeds.keys() - fields):
            yield Problem(
                GUIDE,
                f"item[{item.key}].feeds[{question}]",
                gettext_noop("The service asks no question “%(name)s”."),
                gettext_noop("Correct the spelling."),
                details={"name": question},
            )


def _merging(folder: BundleFolder) -> Iterator[Problem]:
    """The forms and lists of all items, and of every choice of them, are one."""
    planned = plan.parsed(folder.content())
    chosen = plan.versions_of(planned)
    forms = plan.item_forms(planned, chosen)
    apart = folder.guide.get("apart", [])
    found = [*merging.problems(forms, planned.elements, apart)]
    names = {item.key: merging.names_of(item, planned.elements) for item in forms}
    found += papers.problems(plan.item_lines(planned, chosen, names), planned.papers)
    yield from found
    if found:
        return
    for number, keys in enumerate(_choices([item.key for item in planned.items])):
        if number >= MAX_CHOICES:
            return
        broken = _broken(planned, {key: chosen[key] for key in keys})
        if broken:
            yield broken[0]
            return


def _choices(keys: list[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(keys), 0, -1):
        yield from combinations(keys, size)


def _broken(planned: plan.BundlePlan, chosen: Mapping[str, Version]) -> list[Problem]:
    try:
        plan.merged(planned, chosen)
    except eforms.BrokenForm as refusal:
        return refusal.problems
    return []


def _examples(folder: BundleFolder) -> Iterator[Problem]:
    """Each example names a situation, and which items apply in it."""
    planned = plan.parsed(folder.content())
    for number, example in enumerate(folder.examples):
        situation = example["situation"]
        place = str(example.get("name", number))
        if wrong := planned.asked.problems(situation):
            yield Problem(
                EXAMPLES,
                place,
                gettext_noop("The questionnaire does not take these answers: %(names)s."),
                gettext_noop("Correct the example."),
                details={"names": ", ".join(wrong)},
            )
            continue
        applies = [said.item.key for said in planned.which(situation) if said.applies]
        if applies != example["items"]:
            yield Problem(
                EXAMPLES,
                place,
                gettext_noop("These items apply: %(found)s, and the example expects: %(wanted)s."),
                gettext_noop("Correct the table or the example."),
                details={"found": ", ".join(applies), "wanted": ", ".join(example["items"])},
            )
