"""What pages show of a joint application: its items with their lights, its clock, its results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundleVersion
from tongban.applications.bundles.rules import clocks
from tongban.infrastructure.kernel.wording import all_worded, worded
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue.models import Service
from tongban.platform.deadlines import services as deadlines
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence


class Named(NamedTuple):
    """An item of a bundle as people read of it before they apply. office: who decides it."""

    code: str
    title: str
    office: str
    applies: bool = True
    why: str = ""
    days: str = ""


def services_of(plan: bundles.BundlePlan) -> list[Named]:
    """Return what a bundle puts together."""
    return [
        Named(code, service.title, service.department.title)
        for code, service in _services([item.service for item in plan.items]).items()
    ]


def applying(said: Sequence[bundles.Applying]) -> list[Named]:
    """Return the items with whether they apply, and why."""
    found = _services([one.item.service for one in said])
    return [
        Named(service.code, service.title, service.department.title, one.applies, one.why)
        for one in said
        if (service := found.get(one.item.service))
    ]


def _services(codes: Sequence[str]) -> dict[str, Service]:
    found = {one.code: one for one in Service.objects.begun().filter(code__in=list(codes))}
    return {code: found[code] for code in codes if code in found}


def lines_wanted(version: BundleVersion, said: Sequence[bundles.Applying]) -> list[Mapping[str, Any]]:
    """Return the merged list of materials of the items that apply, in the reader's language."""
    chosen = bundles.versions_for(bundles.plan_of(version), [one.item.key for one in said if one.applies])
    lines = bundles.merged_for(version, chosen).lines if chosen else []
    return list(all_worded(list(lines)))


def sent(form: Any, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return answers as a page sends them again: name and text of each."""
    found = []
    for name, value in form.relevant(answers).items():
        values = value if isinstance(value, list) else [value]
        found += [
            (name, {True: "true", False: "false"}.get(one, one) if isinstance(one, bool) else one) for one in values
        ]
    return [(name, str(value)) for name, value in found]


@dataclass(frozen=True)
class ItemView:
    """An item as a progress page shows it.

    words, shape    where it stands: words; colour and icon
    light, word     its clock: colour and what it means; "" where none runs
    url             its own page for the reader, "" where there is none
    awaits          titles of the items that have to be granted first
    """

    item: BundleItem
    title: str
    office: str
    words: str
    shape: tuple[str, str]
    light: str
    word: str
    due_on: date | None
    url: str
    awaits: Sequence[str]
    why: str
    note: str

    @property
    def case(self) -> Case | None:
        return self.item.case


GONE = {BundleItem.State.STUCK: ("red", "cross"), BundleItem.State.DROPPED: ("grey", "back")}


def views(items: Sequence[BundleItem], page: str = "") -> list[ItemView]:
    """Return the items of an application. page: name of the page of a case, where the reader has one"""
    now, titles = deadlines.now(), {item.key: item.version.service.title for item in items}
    return [_view(item, now, titles, page) for item in items]


def _view(item: BundleItem, now: deadlines.ClockContext, titles: Mapping[str, str], page: str) -> ItemView:
    case = item.case
    light, done = light_of(item, now), case is not None and case.decided_on is not None
    return ItemView(
        item=item,
        title=titles[item.key],
        office=item.department.title,
        words=cases.state_of(case) if case else str(BundleItem.State(item.state).label),
        shape=cases.shape_of(case) if case else GONE.get(BundleItem.State(item.state), ("grey", "clock")),
        light=light,
        word=now.word(light, done=done) if light else "",
        due_on=case.promised_due_on if case and case.state == Case.State.ACCEPTED else None,
        url=reverse(page, args=[case.uid]) if case and page else "",
        awaits=[titles[key] for key in item.after if item.state == BundleItem.State.WAITING],
        why=worded(item.reason, item.reason_english),
        note=item.note,
    )


def light_of(item: BundleItem, now: deadlines.ClockContext) -> Any:
    """Return the light of an item: that of the promise for its case; "" before it is accepted."""
    case = item.case
    if case is None or case.accepted_on is None:
        return ""
    return now.light(
        start=case.accepted_on,
        due=case.promised_due_on,
        done=case.decided_on,
        paused=case.lost_days,
        unit=case.unit,
    )


class JointLight(NamedTuple):
    """How the whole stands. own: by its own clock; colour: the worst of that and its items; late: items overdue."""

    colour: str
    word: str
    late: list[str]


def joint_light(application: BundleApplication, items: Sequence[BundleItem]) -> JointLight:
    """Return the light of the whole: an item that is overdue paints it too."""
    now = deadlines.now()
    own = now.light(
        start=application.started_on,
        due=application.promised_due_on,
        done=application.finished_on,
        paused=application.lost_days,
    )
    running = [item for item in items if item.case and item.case.state == Case.State.ACCEPTED]
    lights = {item.key: light_of(item, now) for item in running}
    colour: Any = clocks.worst([own, *filter(None, lights.values())])
    late = [item.version.service.title for item in running if lights[item.key] == "red"]
    return JointLight(colour, now.word(colour, done=application.finished_on is not None), late)


class Result(NamedTuple):
    """A licence or letter that an item led to."""

    title: str
    number: str
    url: str
    is_licence: bool


def results_of(items: Sequence[BundleItem]) -> list[tuple[ItemView, list[Result]]]:
    """Return each item with what it led to."""
    found = []
    for view in views(items, "hall:cases:follow"):
        case = view.case
        found.append((view, [*_licences(case), *_letters(case)] if case else []))
    return found


def _licences(case: Case) -> list[Result]:
    return [
        Result(licence.title, licence.number, reverse("hall:licences:licence", args=[licence.token]), True)
        for licence in Licence.objects.of_subject(case.subject)
    ]


def _letters(case: Case) -> list[Result]:
    kinds = {"grant", "refusal", "non-acceptance", "termination", "forwarding"}
    return [
        Result(one.title, one.number, reverse("hall:cases:paper", args=[case.uid, one.document.uid]), False)
        for one in Letter.objects.about(case.subject)
        if one.kind in kinds
    ]


class Counted(NamedTuple):
    """How many items stand how."""

    items: int
    granted: int
    failed: int

    @property
    def open(self) -> int:
        return self.items - self.granted - self.failed


def counted(items: Sequence[BundleItem]) -> Counted:
    progress = [bundles.progress_of(item) for item in items]
    granted = sum(one is bundles.Progress.GRANTED for one in progress)
    return Counted(len(items), granted, sum(one is bundles.Progress.FAILED for one in progress))
