"""After it was handed in: what waits begins, what cannot go on is told, the joint clock is counted, the whole ends."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.events import JointApplicationFinished, JointItemDropped, JointItemStarted
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.applications.bundles.rules import clocks, moving
from tongban.applications.bundles.rules.moving import Progress
from tongban.applications.bundles.services import plan, wholes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, wording
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices

LIMITS = Path(__file__).parent.parent / "data" / "limits.toml"
# States of a case that nothing follows any more, other than a granted result in the applicant's hands.
ENDED = frozenset(
    {
        Case.State.NOT_ACCEPTED,
        Case.State.WITHDRAWN,
        Case.State.LAPSED,
        Case.State.TERMINATED,
        Case.State.FORWARDED,
        Case.State.REVOKED,
    }
)
BEFORE_FAILED = _("“%(service)s”, which has to come first, did not lead to a result.")
GONE = frozenset({BundleItem.State.STUCK, BundleItem.State.DROPPED})


def key_of(item: BundleItem) -> str:
    """Return the idempotency key under which an item is handed in."""
    return f"bundle:{item.application.uid}:{item.key}"


def progress_of(item: BundleItem) -> Progress:
    """Say how an item stands: by its case, once it has one."""
    if item.state in GONE:
        return Progress.FAILED
    case = item.case
    if case is None:
        return Progress.WAITING
    if case.state == Case.State.COMPLETED:
        return Progress.GRANTED if case.outcome == "granted" else Progress.FAILED
    return Progress.FAILED if case.state in ENDED else Progress.OPEN


@transaction.atomic
def advance(*, case: int) -> BundleApplication | None:
    """Let the whole follow one of its cases; None where the case belongs to none. Again changes nothing."""
    part = BundleItem.objects.for_case(case)
    if part is None:
        return None
    application = BundleApplication.objects.locked(part.application.uid)
    if application is None or application.state != BundleApplication.State.RUNNING:
        return application
    items = BundleItem.objects.of(application)
    _move(application, items)
    recount(application, items)
    if moving.is_settled({item.key: progress_of(item) for item in items}):
        _finish(application, items)
    return application


def try_again(application: BundleApplication, items: Sequence[BundleItem], item: BundleItem) -> None:
    """Hand in an item that could not be; what was left out because of it waits for it again.

    Where it cannot be handed in this time either, all stays as it is, with the new reason.
    """
    _begin(application, items, item)
    if item.state == BundleItem.State.STUCK:
        return
    after, back = {one.key: one.after for one in items}, {item.key}
    while more := {key for key, before in after.items() if back & set(before)} - back:
        back |= more
    for one in items:
        if one.key in back and one.state == BundleItem.State.DROPPED:
            one.state, one.note = BundleItem.State.WAITING, ""
            one.save(update_fields=["state", "note"])
    application.state, application.finished_on = BundleApplication.State.RUNNING, None
    application.updated_at = clock.now()
    application.save(update_fields=["state", "finished_on", "updated_at"])
    _move(application, items)
    recount(application, items)


def _move(application: BundleApplication, items: Sequence[BundleItem]) -> None:
    """Begin what can begin, and drop what never will, until nothing moves."""
    by_key = {item.key: item for item in items}
    after = {item.key: item.after for item in items}
    while moves := list(moving.next_moves({item.key: progress_of(item) for item in items}, after)):
        for move in moves:
            item = by_key[move.item]
            if move.begins:
                _begin(application, items, item)
            elif item.state == BundleItem.State.WAITING:
                _drop(application, item, by_key[move.because])


def _begin(application: BundleApplication, items: Sequence[BundleItem], item: BundleItem) -> None:
    """Hand in an item that waited, with what the earlier ones gave; tell where it cannot be."""
    whole = wholes.of(application, items)
    try:
        with transaction.atomic():
            prepared = wholes.prepared(application, whole, item, _papers(application, items, item), _fed(items, item))
            case = cases.hand_in(actor=SYSTEM, prepared=prepared, key=key_of(item), declared=True)
    except Refusal as refusal:
        item.state, item.note = BundleItem.State.STUCK, _in_words(refusal)
        item.save(update_fields=["state", "note"])
        _tell_dropped(application, item, "stuck", item.note)
        return
    item.state, item.case, item.note = BundleItem.State.STARTED, case, ""
    item.save(update_fields=["state", "case", "note"])
    event = JointItemStarted(application.pk, str(application.number), item.key, case.pk)
    journal.write(event, by=SYSTEM, subject=application.subject)


def _papers(application: BundleApplication, items: Sequence[BundleItem], item: BundleItem) -> dict[str, Any]:
    """Return the documents of the merged list, and what earlier items gave, each under its line."""
    found: dict[str, Any] = dict(wholes.papers_of(application))
    cases_of = {one.key: one.case for one in items if one.case}
    for code, earlier in plan.of(application.version).item(item.key).brings.items():
        letters = Letter.objects.about(cases_of[earlier].subject) if earlier in cases_of else []
        if granting := [letter.document for letter in letters if letter.kind == "grant"]:
            found[wholes.code_of(application, item, code)] = granting[-1:]
    for line in item.version.guide.get("material", []):
        kind = line.get("fetch", {}).get("licence")
        code = wholes.code_of(application, item, line["code"])
        if kind and code not in found:
            licence = Licence.objects.held_by(application.applicant, kind).in_force(clock.today()).first()
            if licence and licence.document:
                found[code] = [licence.document]
    return found


def _fed(items: Sequence[BundleItem], item: BundleItem) -> dict[str, Any]:
    """Return the answers that results of earlier items give: question -> answer."""
    cases_of = {one.key: one.case for one in items if one.case}
    feeds = plan.of(item.application.version).item(item.key).feeds
    found = {}
    for question, sources in feeds.items():
        told = [_given(case, what) for source in sources for case, what in [_source(cases_of, source)] if case]
        if answer := next((value for value in told if value not in (None, "")), None):
            found[question] = answer
    return found


def _source(cases_of: Mapping[str, Case], source: str) -> tuple[Case | None, str]:
    """Return the case that a source is about, and what of it is wanted."""
    earlier, _dot, what = source.partition(".")
    return cases_of.get(earlier), what


def _given(case: Case, what: str) -> Any:
    """Return what a granted case gives: "licence.number", "licence.face.LABEL" or "answers.QUESTION"."""
    kind, _dot, name = what.partition(".")
    if kind == "answers":
        return case.answers.get(name)
    licence = Licence.objects.of_subject(case.subject).first()
    if licence is None:
        return None
    return licence.number if name == "number" else licence.face.get(name.removeprefix("face."))


def _in_words(refusal: Refusal) -> str:
    """Return why an item could not be handed in, with each thing that is missing."""
    faults = refusal.errors if isinstance(refusal, Invalid) else {}
    return "".join([str(refusal), *(text for texts in faults.values() for text in texts)])


def _drop(application: BundleApplication, item: BundleItem, because: BundleItem) -> None:
    """Leave out an item whose earlier one has failed; what does not depend on it goes on."""
    withdrawn = because.case is not None and because.case.state == Case.State.WITHDRAWN
    item.state = BundleItem.State.DROPPED
    item.note = str(wording.recorded(BEFORE_FAILED)) % {"service": because.version.service.name}
    item.save(update_fields=["state", "note"])
    _tell_dropped(application, item, "withdrawn" if withdrawn else "refused", item.note)


def _tell_dropped(application: BundleApplication, item: BundleItem, because: str, note: str) -> None:
    event = JointItemDropped(application.pk, str(application.number), item.key, because)
    journal.write(event, by=SYSTEM, subject=application.subject)
    notify(
        application,
        f"dropped:{item.key}",
        _("“%(bundle)s”: “%(service)s” could not be handed in"),
        _("%(why)s The other items go on. You can also apply for it by itself. Number %(number)s."),
        service=lambda: item.version.service.title,
        why=note,
    )


def recount(application: BundleApplication, items: Sequence[BundleItem]) -> None:
    """Count the joint clock anew from the cases, and write what differs."""
    found = [item.case for item in items if item.case]
    counted = clocks.counted(
        [case.accepted_on for case in found if case.accepted_on],
        [case.lost_days for case in found],
        days_of(application),
        codes.calendar(),
    )
    told = ("started_on", "lost_days", "promised_due_on", "statutory_due_on")
    changed = [name for name in told if getattr(application, name) != getattr(counted, name)]
    for name in changed:
        setattr(application, name, getattr(counted, name))
    if changed:
        application.updated_at = clock.now()
        application.save(update_fields=[*changed, "updated_at"])


def days_of(application: BundleApplication) -> clocks.Days:
    """Return how long the whole may take: as the bundle says, else what the law says of joint handling."""
    limits = plan.of(application.version).limits
    statutory = limits.statutory_days or int(law_on(_day(application))["days"])
    return clocks.Days(limits.promised_days, statutory, application.extended_days)


def _day(application: BundleApplication) -> date:
    return application.started_on or clock.today()


def law_on(day: date) -> Mapping[str, Any]:
    """Return the law's limit on joint handling on a day: days, extension, source. Raises LookupError."""
    return clocks.law(_limits(), day)


@cache
def _limits() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(LIMITS.read_text())["limit"])


def _finish(application: BundleApplication, items: Sequence[BundleItem]) -> None:
    """End the whole: every item is settled, and all results lie together."""
    granted = sum(progress_of(item) is Progress.GRANTED for item in items)
    application.state, application.finished_on = BundleApplication.State.FINISHED, clock.today()
    application.updated_at = clock.now()
    application.save(update_fields=["state", "finished_on", "updated_at"])
    event = JointApplicationFinished(application.pk, str(application.number), granted, len(items))
    journal.write(event, by=SYSTEM, subject=application.subject)
    notify(
        application,
        f"{granted}:finished",  # told again where an item was handed in after the end, and led to more
        _("“%(bundle)s”: all results are here"),
        _("%(granted)s of %(items)s items were granted. All results lie together on one page. Number %(number)s."),
        granted=granted,
        items=len(items),
    )


def notify(
    application: BundleApplication, occasion: str, title: StrOrPromise, body: StrOrPromise, **details: object
) -> None:
    """Tell the applicant of the whole; once for each occasion."""
    bundle = application.version.bundle
    notices.send(
        to=application.applicant,
        **notices.in_both(title, body, {"bundle": lambda: bundle.title, "number": application.number, **details}),
        url=reverse("hall:bundles:follow", args=[application.uid]),
        subject=application.subject,
        key=f"bundle:{application.pk}:{occasion}",
    )
