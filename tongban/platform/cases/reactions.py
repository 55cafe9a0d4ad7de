"""What follows from a step: letters are written, the applicant is told, a delivered result closes the case."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.wording import all_worded
from tongban.platform.cases import services as cases
from tongban.platform.cases.events import (
    CaseAccepted,
    CaseCompleted,
    CaseDaysMoved,
    CaseDecided,
    CaseExtended,
    CaseNotAccepted,
    CaseSubmitted,
    CaseWithdrawn,
    FactsRenewed,
    PersonAskedFor,
    ProcedureBegun,
    ProcedureEnded,
    SupplementRequested,
    VisitProposed,
)
from tongban.platform.cases.models import Action, Case
from tongban.platform.catalogue.models import Service
from tongban.platform.codes import services as codes
from tongban.platform.codes.events import CalendarLoaded
from tongban.platform.documents.events import GlyphsAdded, GlyphsMissing
from tongban.platform.licences.events import LicenceIssued
from tongban.platform.notices import services as notices
from tongban.platform.parties import ports as party_ports
from tongban.platform.registers import ports as registers

VISIT_PARTS = {"morning": _("in the morning"), "afternoon": _("in the afternoon")}


@journal.on(CaseSubmitted)
def confirm_receipt(event: CaseSubmitted) -> None:
    case = _case(event.case_id)
    _notify(
        case,
        "submitted",
        _("We received your application “%(service)s”"),
        _("Number %(number)s. You will hear from us by %(due)s at the latest."),
        due=case.acceptance_due_on,
    )


@journal.on(FactsRenewed)
def notify_facts_renewed(event: FactsRenewed) -> None:
    """Tell the applicant of a case that was handed in; whoever fills in a draft reads it on its page."""
    if not event.number:
        return
    case = _case(event.case_id)
    _notify(
        case,
        f"facts-renewed-{event.action}",
        _("“%(service)s”: a register was changed, and your application with it"),
        _("Changed: %(labels)s. Number %(number)s. If that is wrong, ask for a correction with your data."),
        labels=lambda: cases.labels_of(case, event.answers),
    )


@journal.on(SupplementRequested, atomic=False)
def write_supplement_notice(event: SupplementRequested) -> None:
    cases.write_letters(_case(event.case_id))


@journal.on(SupplementRequested)
def ask_for_supplement(event: SupplementRequested) -> None:
    case = _case(event.case_id)
    _notify(
        case,
        "supplement",
        _("Please supplement your application “%(service)s”"),
        _("%(points)s points are open; all of them stand in the one request. Number %(number)s.\n%(list)s"),
        points=event.points,
        list=lambda: _missing(case),
    )


@journal.on(CaseAccepted, atomic=False)
def write_acceptance(event: CaseAccepted) -> None:
    cases.write_letters(_case(event.case_id))


@journal.on(CaseAccepted)
def notify_acceptance(event: CaseAccepted) -> None:
    case = _case(event.case_id)
    _notify(
        case,
        "accepted",
        _("Your application “%(service)s” was accepted"),
        _("Number %(number)s. We promise a decision by %(due)s; the law allows until %(legal)s."),
        due=case.promised_due_on,
        legal=case.statutory_due_on,
    )


@journal.on(CaseExtended, atomic=False)
def write_extension(event: CaseExtended) -> None:
    cases.write_letters(_case(event.case_id))


@journal.on(CaseExtended)
def notify_extension(event: CaseExtended) -> None:
    _notify(
        _case(event.case_id),
        "extended",
        _("The time limit of “%(service)s” was extended"),
        _("The last day by law is now %(legal)s. The notice with the reason lies with your case %(number)s."),
        legal=event.due_on,
    )


@journal.on(CalendarLoaded, atomic=False)
def count_open_cases_anew(event: CalendarLoaded) -> None:
    cases.recount(since=date.fromisoformat(event.first) if event.first else date(event.year, 1, 1))


@journal.on(CaseDaysMoved)
def notify_days_moved(event: CaseDaysMoved) -> None:
    due = event.acceptance_due_on or event.promised_due_on or event.statutory_due_on
    _notify(
        _case(event.case_id),
        f"days-moved-{due}",
        _("“%(service)s”: the last day is now %(due)s"),
        _("A new notice about holidays changed which days are working days. Number %(number)s."),
        due=due,
    )


@journal.on(VisitProposed)
def notify_visit(event: VisitProposed) -> None:
    _notify(
        _case(event.case_id),
        f"visit-{event.turn}",
        _("“%(service)s”: the inspector comes on %(when)s"),
        _("Please agree on the page of your case, or propose another time. Number %(number)s."),
        when=lambda: str(_("%(day)s %(part)s")) % {"day": event.day, "part": VISIT_PARTS[event.part]},
    )


@journal.on(ProcedureBegun, atomic=False)
def write_procedure_notice(event: ProcedureBegun) -> None:
    cases.write_letters(_case(event.case_id))


@journal.on(ProcedureBegun)
def notify_procedure(event: ProcedureBegun) -> None:
    _notify(
        _case(event.case_id),
        f"procedure-{event.turn}",
        _("“%(service)s”: %(procedure)s is needed"),
        _("It takes about %(limit)s, and the time limits are paused until then. Number %(number)s."),
        procedure=event.procedure,
        limit=lambda: codes.in_words(event.days, "workday"),
    )


@journal.on(ProcedureEnded)
def notify_procedure_over(event: ProcedureEnded) -> None:
    _notify(
        _case(event.case_id),
        f"procedure-{event.turn}-over",
        _("“%(service)s”: the time limits run again"),
        _(
            "%(procedure)s is finished. We promise a decision by %(due)s; the law allows until %(legal)s. "
            "Number %(number)s."
        ),
        procedure=event.procedure,
        due=event.promised_due_on,
        legal=event.statutory_due_on,
    )


@journal.on(PersonAskedFor)
def notify_person_asked_for(event: PersonAskedFor) -> None:
    case = _case(event.case_id)
    _notify(
        case,
        "person",
        _("“%(service)s”: a person decides now"),
        _("%(office)s answers by %(due)s. What you were given stays valid until then. Number %(number)s."),
        office=lambda: case.department.title,
        due=case.promised_due_on,
    )


@journal.on(CaseNotAccepted, atomic=False)
def write_non_acceptance(event: CaseNotAccepted) -> None:
    cases.write_letters(_case(event.case_id))


@journal.on(CaseNotAccepted)
def notify_non_acceptance(event: CaseNotAccepted) -> None:
    _notify(
        _case(event.case_id),
        "not-accepted",
        _("Your application “%(service)s” was not accepted"),
        _("The decision with the reason, and how to object to it, lies with your case %(number)s."),
    )


@journal.on(CaseDecided, atomic=False)
def write_decision(event: CaseDecided) -> None:
    """Write the decision; where the letter itself is the result, the case is complete with it."""
    case = _case(event.case_id)
    cases.write_letters(case)
    _complete_by_letter(case)


@journal.on(GlyphsMissing)
def notify_that_it_takes_longer(event: GlyphsMissing) -> None:
    case = _case_of(event.origin)
    if case:
        _notify(
            case,
            f"glyphs-{event.kind}",
            _("“%(service)s”: a document takes longer"),
            _(
                "It says a rare character, %(shown)s, that our typeface does not have yet. The operator is told and "
                "adds it; then the document is made by itself. You need not do anything. Number %(number)s."
            ),
            shown=event.shown,
        )


@journal.on(GlyphsAdded, atomic=False)
def write_letters_that_waited(event: GlyphsAdded) -> None:
    case = _case_of(event.origin)
    if case:
        cases.write_letters(case)
        if case.state in {Case.State.GRANTED, Case.State.REFUSED}:
            _complete_by_letter(case)


@journal.on(LicenceIssued)
def hand_over_licence(event: LicenceIssued) -> None:
    case = _case_of(event.origin)
    if case:
        cases.complete(case=case, licence=event.identifier)


@journal.on(CaseCompleted)
def notify_completion(event: CaseCompleted) -> None:
    case = _case(event.case_id)
    granted = case.outcome == "granted"
    _notify(
        case,
        "completed-again" if case.person_asked_on else "completed",
        _("“%(service)s”: %(decision)s, your result is here") if granted else _("“%(service)s”: %(decision)s"),
        _("Number %(number)s. You can see and download it now.")
        if granted
        else _("Number %(number)s. The reason, and how and until when you can object, stand with your case."),
        decision=lambda: cases.wording_of(case).decided(case.outcome),
    )


@journal.on(CaseWithdrawn)
def notify_withdrawal(event: CaseWithdrawn) -> None:
    """Tell the applicant, whoever took it back: the agent, a clerk at the window, another system, or themself."""
    case = _case(event.case_id)
    withdrawn = Action.objects.of(case).withdrawals().get()
    _notify(
        case,
        "withdrawn",
        _("Your application “%(service)s” was taken back"),
        _("%(who)s took it back. If you did not want this, contact %(office)s. Number %(number)s."),
        who=lambda: _who_took_back(withdrawn),
        office=lambda: case.department.title,
    )


def describe_cases(keys: Collection[str]) -> Mapping[str, registers.Matter]:
    """Say what "case:12" is called on the page 谁看了我的数据."""
    found = Case.objects.with_related().in_bulk([int(key) for key in keys if key.isdigit()])
    return {str(case.pk): _matter(case) for case in found.values()}


def describe_drafts(keys: Collection[str]) -> Mapping[str, registers.Matter]:
    found = Case.objects.with_related().in_bulk(list(keys), field_name="uid")
    return {uid: _matter(case) for uid, case in found.items()}


registers.register("case", describe_cases)
registers.register("draft", describe_drafts)
subjects.register("case", Case.objects.numbers_of, Case.objects.pk_of)


party_ports.register(lambda: [(service.code, service.name) for service in Service.objects.begun()])


def _matter(case: Case) -> registers.Matter:
    title = f"{case.version.service.name} {case.number or ''}".strip()
    return registers.Matter(title, f"/cases/{case.uid}/")


def _complete_by_letter(case: Case) -> None:
    """Close a case whose letter is the result; not as long as the letter waits for a typeface."""
    # Whoever asked for a person holds their licence already.
    by_letter = cases.plan_of(case.version).answers_by_letter or case.person_asked_on
    if (case.outcome != "granted" or by_letter) and not cases.letters_unwritten(case):
        cases.complete(case=case)


def _case_of(origin: str) -> Case | None:
    pk = Subject.parse(origin).number("case")
    return None if pk is None else _case(pk)


def _case(pk: int) -> Case:
    case: Case = Case.objects.get_with_related(pk)
    return case


def _missing(case: Case) -> str:
    """Name what a request for a supplement asks for: a line for each point."""
    asked = Action.objects.of(case).supplement_requests().last()
    names = {line["code"]: line["name"] for line in all_worded(cases.plan_of(case.version).lines)}
    points = [(names.get(point["material"], ""), point["text"]) for point in asked.data["points"]] if asked else []
    return "\n".join(
        f"{number}. {name}：{text}" if name else f"{number}. {text}" for number, (name, text) in enumerate(points, 1)
    )


def _who_took_back(action: Action) -> str:
    return str(_("%(name)s, at the window,")) % {"name": action.actor} if action.data.get("window") else action.actor


def _notify(case: Case, occasion: str, title: StrOrPromise, body: StrOrPromise, **details: object) -> None:
    words = {"service": lambda: case.version.service.title, "number": case.number, **details}
    notices.send(
        to=case.applicant,
        **notices.in_both(title, body, words),
        url=f"/cases/{case.uid}/",
        subject=case.subject,
        service=case.version.service.code,
        key=f"case:{case.pk}:{occasion}",
    )
