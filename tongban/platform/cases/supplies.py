"""What cases supply to rooms below: their letters, what a case is called, and what the to-do list says of its tasks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import Problem
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import presenting, site
from tongban.platform.cases.services import consulting, staffing, succeeding
from tongban.platform.catalogue import ports as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.identity import ports as identity
from tongban.platform.letters import ports as letters
from tongban.platform.parties import ports as parties
from tongban.platform.registers import ports as registers
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import CopyRow, Task, TaskRow

# letter -> what it may name besides what every letter may: it comes from the data of its step
NAMES: Mapping[str, Mapping[str, Any]] = {
    "supplement-notice": dict.fromkeys(("due_on",)),
    "supplement-overdue": dict.fromkeys(("due_on",)),
    "termination": dict.fromkeys(("cause",)),
    "file-receipt": dict.fromkeys(("from_office", "to_office", "signed_by")),
    "transfer": dict.fromkeys(("from_office", "to_office")),
    "forwarding": dict.fromkeys(("office",)),
    "delivery": {**dict.fromkeys(("how", "receiver")), "papers": [None]},
    "deferral-promise": dict.fromkeys(("named", "days")),
    "commitment": {"conditions": [None], "due_on": None},
    "hearing-rights": dict.fromkeys(("due_on",)),
    "hearing": dict.fromkeys(("day", "time", "where", "host")),
    "hearing-record": dict.fromkeys(("day", "time", "where", "host")),
    "deferral": dict.fromkeys(("named", "due_on")),
    "annulment-notice": dict.fromkeys(("cause", "due_on")),
    "annulment": dict.fromkeys(("cause",)),
    "reopening": dict.fromkeys(("authority", "file", "due_on")),
    "deemed-extension": dict.fromkeys(("ended_on",)),
    "payment-notice": dict.fromkeys(("amount", "capitals", "code", "due_on")),
    "fee-overdue": dict.fromkeys(("amount", "due_on")),
    "deemed-withdrawn": dict.fromkeys(("named", "due_on")),
    "archive-record": {"contents": [dict.fromkeys(("title", "number", "digest"))]},
    "extension": dict.fromkeys(("days", "due_on")),
    "special-procedure": dict.fromkeys(("procedure", "days")),
}
DUTIES = {
    "counter": ("cases.accept", "cases.approve"),
    "desk": ("cases.review", "cases.approve", "cases.inspect", "cases.lead"),
    "crew": ("cases.inspect",),
}


def describe_cases(keys: Collection[str]) -> Mapping[str, registers.Matter]:
    """Say what "case:12" is called on the page 谁看了我的数据."""
    found = Case.objects.with_related().in_bulk([int(key) for key in keys if key.isdigit()])
    return {str(case.pk): _matter(case) for case in found.values()}


def describe_drafts(keys: Collection[str]) -> Mapping[str, registers.Matter]:
    found = Case.objects.with_related().in_bulk(list(keys), field_name="uid")
    return {uid: _matter(case) for uid, case in found.items()}


def _matter(case: Case) -> registers.Matter:
    title = f"{case.version.service.name} {case.number or ''}".strip()
    return registers.Matter(title, reverse("hall:cases:follow", args=[case.uid]))


def summarise(tasks: Sequence[TaskRow], portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say whose cases these tasks are about, and how their clocks stand; outdoors where each inspection is as well."""
    numbers = {task.id: Subject.parse(task.subject).number("case") or 0 for task in tasks}
    found = Case.objects.rows_of(numbers.values())
    items = {item.case.id: item for item in presenting.list_items(found.values())}
    sites = site.sites_of({numbers[task.id]: task.key for task in tasks}) if portal == "crew" else {}
    return {
        task.id: _summary(task, item, portal, sites.get(item.case.id))
        for task in tasks
        if (item := items.get(numbers[task.id])) is not None
    }


def may_do(actor: Actor, task: Task) -> bool:
    """Say whether nothing that was done in the case, and no conflict, keeps an official from a task of it."""
    case = Case.objects.with_related().filter(pk=Subject.parse(task.subject).number("case") or 0).first()
    return case is None or cases.why_another(actor, case, task) is None


def summarise_copies(copies: Sequence[CopyRow]) -> Mapping[int, ports.TaskSummary]:
    """Say whose cases these copies are of, and where they are read."""
    numbers = {copy.id: Subject.parse(copy.subject).number("case") or 0 for copy in copies}
    found = Case.objects.rows_of(numbers.values())
    return {
        copy.id: ports.TaskSummary(
            url=reverse("desk:cases:copy", args=[case.uid]),
            number=str(case.number),
            what=case.service_name,
            who=case.applicant_name,
        )
        for copy in copies
        if (case := found.get(numbers[copy.id])) is not None
    }


def _summary(task: TaskRow, item: presenting.ListItem, portal: str, where: site.Site | None) -> ports.TaskSummary:
    details = {"place": where, "inspect_by": task.due_on}
    return ports.TaskSummary(
        url=presenting.task_address(task.kind, task.uid, portal),
        number=str(item.case.number),
        what=item.case.service_name,
        who=item.case.applicant_name,
        light=item.light.light,
        light_word=item.light.word,
        due=item.light.due_on,
        due_word=item.light.name,
        note=_("waiting for the applicant") if item.case.state == Case.State.SUPPLEMENT else "",
        details=render_to_string("cases/part/site_in_list.html", details) if portal == "crew" else "",
    )


def check_staffing(guide: Mapping[str, Any], process: str) -> Iterable[Problem]:
    """Find what too few officials of the city could keep apart."""
    return staffing.problems(guide, process)


def open_work(department: int) -> Iterable[str]:
    """Say in how many open cases a department takes part."""
    number = succeeding.open_at(department)
    return [ngettext("%(number)s open case", "%(number)s open cases", number) % {"number": number}] if number else []


for _file in sorted((Path(__file__).parent / "letters").glob("*.md")):
    letters.register(_file, {**letters.APPLICATION_NAMES, **NAMES.get(_file.stem, {})})
identity.register_work(open_work)
catalogue.register_check(check_staffing)
registers.register("case", describe_cases)
registers.register("draft", describe_drafts)
subjects.register("case", Case.objects.numbers_of, Case.objects.pk_of)
parties.register(lambda: [(service.code, service.name) for service in Service.objects.begun()])
ports.SERVICES.register("no-advice", consulting.take_silence)
ports.SOURCES.register(
    "case",
    ports.TaskSource(
        duties=DUTIES,
        summarise=summarise,
        topics=Service.objects.applied_for,
        summarise_copies=summarise_copies,
        may_do=may_do,
        remarks={
            "counter": gettext_lazy(
                "An application that is not answered by that day is deemed accepted from the day it was received "
                "(Administrative Licensing Law, article 32)."
            )
        },
    ),
)
