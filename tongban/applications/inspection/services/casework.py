"""普通程序: file a case, investigate, tell the party, hear it, review, discuss, decide, serve."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.inspection.events import PenaltyMoved
from tongban.applications.inspection.models import PenaltyCase, PenaltyEntry
from tongban.applications.inspection.rules import limits, steps
from tongban.applications.inspection.services import chaining, laws, tickets
from tongban.applications.inspection.services.refusing import AgainstTheLaw
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.documents import services as documents
from tongban.platform.letters import services as letters

PUNISH, REVIEW, DECIDE = "inspection.punish", "inspection.review", "inspection.decide"
DUTY = {steps.PUNISH: PUNISH, steps.REVIEW: REVIEW, steps.DECIDE: DECIDE}
MAX_EVIDENCE_MB = 15
SPARED_FOR: Mapping[str, StrOrPromise] = {
    "slight": _("slight, corrected in time, without harm"),
    "first": _("first time, little harm, corrected in time"),
    "no_fault": _("the party proved that it was not at fault"),
    "unfounded": _("the act could not be established"),
}
H = PenaltyCase.Hearing


class StepNotPossible(Refusal):
    message = _("This step is not possible now: the case is “%(state)s”.")


@transaction.atomic
def file_case(*, actor: Actor, act: tickets.ActFound) -> PenaltyCase:
    """File an ordinary case 立案. Raises NotAllowed, AgainstTheLaw, Invalid."""
    actor.must_hold(PUNISH, department=act.department.pk, area=act.area)
    if not act.facts.strip():
        raise Invalid({"facts": [_("Say what was found.")]})
    today, law = clock.today(), laws.law()
    opening = tickets.opened(act, law)
    case = PenaltyCase.objects.create(
        **opening,
        procedure=PenaltyCase.Procedure.ORDINARY,
        state=steps.FILED,
        number=letters.number(mark="罚立", year=today.year, serial=ids.token(7), turn=1),
        due_on=deadlines.last_day(today, law.value("decide"), "day", codes.calendar()),
    )
    chaining.enter(case, actor, "file", act.facts)
    if act.inspection:
        chaining.enter(case, actor, "evidence", f"{act.inspection.number} {act.inspection.digest}")
    _tell(actor, case, "file")
    return case


def add_evidence(
    *, actor: Actor, case: PenaltyCase, words: str, place: str = "", file: Any = None, version: int | None = None
) -> PenaltyEntry:
    """Add evidence: what it is, where it was taken, perhaps its file. Raises NotAllowed, StepNotPossible, Invalid."""
    must_be_possible(actor, case, "evidence", words)
    kept = None
    if file is not None:
        kept = documents.attach(
            actor=actor,
            owner=None,
            kind="penalty-evidence",
            title=case.number,
            file=file,
            max_bytes=storage.max_file_mb(MAX_EVIDENCE_MB) * storage.MEGABYTE,
            origin="field",
        )
    with transaction.atomic():
        case = begin(actor, case, "evidence", words, version)
        entry = chaining.enter(case, actor, "evidence", words, place=place, document=kept)
        _end(actor, case, "evidence")
    return entry


@transaction.atomic
def preserve(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Register and keep evidence that may be lost 先行登记保存; it is dealt with within days of the law."""
    case = begin(actor, case, "preserve", words, version)
    case.preserved_until = codes.calendar().add(clock.today(), laws.law().value("preservation"))
    return take(actor, case, "preserve", words)


@transaction.atomic
def release(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Say what becomes of what was preserved."""
    case = begin(actor, case, "release", words, version)
    case.preserved_until = None
    return take(actor, case, "release", words)


@transaction.atomic
def extend(*, actor: Actor, case: PenaltyCase, words: str, due_on: date, version: int | None = None) -> PenaltyCase:
    """Extend the time for the decision, with the legal basis in words. Raises Invalid where the day is no later one."""
    case = begin(actor, case, "extend", words, version)
    assert case.due_on is not None
    if due_on <= case.due_on:
        raise Invalid({"due_on": [_("The new last day lies after the present one.")]})
    case.due_on = due_on
    return take(actor, case, "extend", words)


@transaction.atomic
def tell(
    *,
    actor: Actor,
    case: PenaltyCase,
    words: str,
    step: str,
    fine_fen: int = 0,
    grave_kind: bool = False,
    version: int | None = None,
) -> PenaltyCase:
    """Tell the party of facts, reasons and proposed penalty 处罚事先告知, with its right to state, defend and be heard.

    grave_kind   a licence or a business would end. Raises AgainstTheLaw without evidence, or outside the step.
    """
    case = begin(actor, case, "tell", words, version)
    today, law, calendar = clock.today(), laws.law(), codes.calendar()
    if not PenaltyEntry.objects.evidence_of(case).exists():
        raise AgainstTheLaw("evidence", law=law)
    case.proposed = tickets.within_step(law, case.violation, step, fine_fen)
    case.step, case.proposed_fen, case.grave_kind = step, fine_fen, grave_kind
    case.told_on = today
    case.statement_until = calendar.add(today, law.value("statement"))
    owed = limits.hearing_owed(law, fine_fen=fine_fen, confiscated_fen=0, citizen=case.citizen, grave_kind=grave_kind)
    if owed:
        case.hearing, case.hearing_until = H.OFFERED, calendar.add(today, law.value("hearing_ask"))
    return take(actor, case, "tell", words)


@transaction.atomic
def state(*, actor: Actor, case: PenaltyCase, words: str) -> PenaltyCase:
    """Let the party state and defend itself 陈述申辩, as long as nothing is decided. Raises NotAllowed, Invalid."""
    case = _own(actor, case, words)
    case.stated, case.considered = True, False
    chaining.enter(case, actor, "state", words)
    return _end(actor, case, "state")


@transaction.atomic
def ask_hearing(*, actor: Actor, case: PenaltyCase, words: str) -> PenaltyCase:
    """Let the party ask for a hearing that was offered. Raises NotAllowed, AgainstTheLaw after its day."""
    case = _own(actor, case, words)
    if case.hearing != H.OFFERED or case.hearing_until is None:
        raise StepNotPossible(state=case.get_state_display())
    if clock.today() > case.hearing_until:
        raise AgainstTheLaw("hearing_late", law=laws.law(), day=case.hearing_until)
    case.hearing = H.ASKED
    chaining.enter(case, actor, "ask_hearing", words)
    return _end(actor, case, "ask_hearing")


@transaction.atomic
def consider(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Check what the party stated, and say what of it holds."""
    case = begin(actor, case, "consider", words, version)
    if not case.stated:
        raise StepNotPossible(state=case.get_state_display())
    case.considered = True
    return take(actor, case, "consider", words)


@transaction.atomic
def call_hearing(*, actor: Actor, case: PenaltyCase, words: str, on: date, version: int | None = None) -> PenaltyCase:
    """Tell the party day and place of the hearing it asked for. Raises AgainstTheLaw where that is too soon."""
    case = begin(actor, case, "call_hearing", words, version)
    if case.hearing != H.ASKED:
        raise StepNotPossible(state=case.get_hearing_display())
    law = laws.law()
    first = codes.calendar().add(clock.today(), law.value("hearing_notice"))
    if on < first:
        raise AgainstTheLaw("hearing_notice", law=law, day=first)
    case.hearing, case.hearing_on = H.CALLED, on
    return take(actor, case, "call_hearing", words)


@transaction.atomic
def hold_hearing(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Record the hearing 听证笔录; chaired by somebody who did not investigate. Raises AgainstTheLaw."""
    case = begin(actor, case, "hold_hearing", words, version)
    if case.hearing != H.CALLED or case.hearing_on is None or clock.today() < case.hearing_on:
        raise StepNotPossible(state=case.get_hearing_display())
    _must_be_another(actor, case, "reviewer")
    case.hearing = H.HELD
    return take(actor, case, "hold_hearing", words)


@transaction.atomic
def review(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Review a case legally 法制审核; never by who investigated. Raises AgainstTheLaw."""
    case = begin(actor, case, "review", words, version)
    _must_be_another(actor, case, "reviewer")
    case.reviewed_by = actor.account
    return take(actor, case, "review", words)


@transaction.atomic
def discuss(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Record how the heads of the office discussed a grave case together 集体讨论."""
    case = begin(actor, case, "discuss", words, version)
    case.discussed_on = clock.today()
    return take(actor, case, "discuss", words)


@transaction.atomic
def decide(
    *, actor: Actor, case: PenaltyCase, words: str, fine_fen: int = 0, version: int | None = None
) -> PenaltyCase:
    """Decide a penalty. Raises NotAllowed, StepNotPossible, and AgainstTheLaw for each limit that is not kept."""
    if case.state == steps.FILED:
        raise AgainstTheLaw("told", law=laws.law())
    case = begin(actor, case, "decide", words, version)
    today, law, calendar = clock.today(), laws.law(), codes.calendar()
    _must_be_another(actor, case, "decider")
    for name, details in hindrances(case, today, law):
        raise AgainstTheLaw(name, law=law, **details)
    outcome = tickets.within_step(law, case.violation, case.step, fine_fen)
    if fine_fen > case.proposed_fen:
        raise AgainstTheLaw("heavier", law=law, value=ui.yuan(case.proposed_fen))
    case.state, case.outcome, case.fine_fen = steps.DECIDED, outcome, fine_fen
    case.decided_on, case.decided_by = today, actor.account
    case.number = letters.number(mark="罚", year=today.year, serial=ids.token(7), turn=1)
    case.serve_until = calendar.add(today, law.value("serve"))
    case.publish_until = calendar.add(today, law.value("publish"))
    return take(actor, case, "decide", words)


def hindrances(case: PenaltyCase, today: date, law: limits.PenaltyLaw) -> list[tuple[str, dict[str, Any]]]:
    """Return what keeps a case that was told from being decided today: names of limits, with what they say."""
    found: list[tuple[str, dict[str, Any]]] = []
    if case.due_on and today > case.due_on:
        found.append(("decide", {"day": case.due_on}))
    if case.preserved_until and today > case.preserved_until:
        found.append(("preservation", {"day": case.preserved_until}))
    if case.statement_until and today <= case.statement_until and not case.stated:
        found.append(("statement", {"day": case.statement_until}))
    if case.stated and not case.considered:
        found.append(("consider", {}))
    if case.hearing == H.OFFERED and case.hearing_until and today <= case.hearing_until:
        found.append(("hearing_ask", {"day": case.hearing_until}))
    if case.hearing in {H.ASKED, H.CALLED}:
        found.append(("hearing_hold", {}))
    if case.reviewed_by is None:
        found.append(("review", {}))
    if case.hearing and case.discussed_on is None:
        found.append(("discuss", {}))
    return found


@transaction.atomic
def spare(*, actor: Actor, case: PenaltyCase, cause: str, words: str, version: int | None = None) -> PenaltyCase:
    """End a case without a penalty 不予处罚, for a cause of SPARED_FOR. Raises AgainstTheLaw for any other cause."""
    case = begin(actor, case, "spare", words, version)
    law = laws.law()
    fined = [one for one in PenaltyCase.objects.about(case.party, case.violation)[:50] if one.pk != case.pk]
    again = cause == "first" and any(one.outcome for one in fined)
    if cause not in SPARED_FOR or again:
        raise AgainstTheLaw("spare", law=law)
    case.state, case.outcome, case.ended_on = steps.SPARED, limits.NONE, clock.today()
    case.decided_on, case.decided_by, case.told_on = clock.today(), actor.account, case.told_on or clock.today()
    return take(actor, case, "spare", f"{SPARED_FOR[cause]}。{words}")


@transaction.atomic
def serve(*, actor: Actor, case: PenaltyCase, words: str = "", version: int | None = None) -> PenaltyCase:
    """Record that the decision was served 送达; the days to pay begin. Late service needs its reason in words."""
    case = begin(actor, case, "serve", words, version)
    today, law = clock.today(), laws.law()
    if case.serve_until and today > case.serve_until and not words.strip():
        raise AgainstTheLaw("serve", law=law, day=case.serve_until)
    case.served_on = today
    if case.outcome == limits.FINE:
        case.state = steps.SERVED
        case.pay_until = deadlines.last_day(today, law.value("pay"), "day", codes.calendar())
    else:
        case.state, case.ended_on = steps.WARNED, today
    return take(actor, case, "serve", words)


@transaction.atomic
def annul(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Take a decision back 撤销; what was published is withdrawn within days of the law."""
    case = begin(actor, case, "annul", words, version)
    case.state, case.ended_on = steps.ENDED, clock.today()
    if case.published_on and case.withdrawn_on is None:
        case.withdraw_until = codes.calendar().add(clock.today(), laws.law().value("withdraw"))
    return take(actor, case, "annul", words)


def possible(actor: Actor, case: PenaltyCase) -> list[str]:
    """Return the steps that this official may take now, in their order."""
    held = {side for side, duty in DUTY.items() if actor.holds(duty, department=case.department_id, area=case.area)}
    found = []
    for name in steps.possible(case.state):
        fits = {
            "release": case.preserved_until is not None,
            "consider": case.stated and not case.considered,
            "call_hearing": case.hearing == H.ASKED,
            "hold_hearing": case.hearing == H.CALLED,
            "publish": case.published_on is None,
            "withdraw": case.published_on is not None and case.withdrawn_on is None,
        }.get(name, True)
        if steps.STEPS[name].side in held and fits:
            found.append(name)
    return found


def _must_be_another(actor: Actor, case: PenaltyCase, name: str) -> None:
    if actor.account in {case.first_officer.account_id, case.second_officer.account_id}:
        raise AgainstTheLaw(name, law=laws.law())


def must_be_possible(actor: Actor, case: PenaltyCase, step: str, words: str) -> None:
    row = steps.STEPS[step]
    actor.must_hold(DUTY[row.side], department=case.department_id, area=case.area)
    if case.state not in row.states:
        raise StepNotPossible(state=case.get_state_display())
    if row.words and not words.strip():
        raise Invalid({"words": [_("Put it in words: they become part of the case.")]})


def begin(actor: Actor, case: PenaltyCase, step: str, words: str, version: int | None) -> PenaltyCase:
    """Lock a case for a step of an official. Raises NotAllowed, CaseChanged, StepNotPossible, Invalid."""
    case = chaining.lock(case, version)
    must_be_possible(actor, case, step, words)
    return case


def _own(actor: Actor, case: PenaltyCase, words: str) -> PenaltyCase:
    """Lock a case for a step of its party. Raises NotAllowed, StepNotPossible, Invalid."""
    case = chaining.lock(case)
    if actor.represents_fully is None or case.party_id != actor.represents_fully or case.told_on is None:
        raise NotAllowed()
    if case.state != steps.TOLD:
        raise StepNotPossible(state=case.get_state_display())
    if not words.strip():
        raise Invalid({"words": [_("Put it in words: they become part of the case.")]})
    return case


def take(actor: Actor, case: PenaltyCase, step: str, words: str) -> PenaltyCase:
    if target := steps.STEPS[step].target:
        case.state = target if case.state in steps.STEPS[step].states else case.state
    chaining.enter(case, actor, step, words)
    return _end(actor, case, step)


def _end(actor: Actor, case: PenaltyCase, step: str) -> PenaltyCase:
    case.version += 1
    case.save()
    _tell(actor, case, step)
    return case


def _tell(actor: Actor, case: PenaltyCase, step: str) -> None:
    journal.write(PenaltyMoved(case.pk, step, case.state), by=actor, subject=case.subject)
