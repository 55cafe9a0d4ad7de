"""公示: applications and decisions are shown to everybody, personal data masked.

Source: 行政许可法 art. 40 (public decisions); 双公示: decisions within seven working days, here as soon
as they are made.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.platform.cases.events import CasePublished
from tongban.platform.cases.models import Action, Case, Concern, Publication
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.cases.services.wording import wording_of
from tongban.platform.codes import services as codes
from tongban.platform.licences.models import Licence

APPLICATION, DECISION = Publication.Kind.APPLICATION, Publication.Kind.DECISION
# 行政许可 (GB/T 39046 A.1): of these every decision is published, whatever the definition says.
PERMITS = "01"
DECIDED = ("granted", "refused", "deemed_granted")


class PublicityRunning(Refusal):
    message = gettext_lazy("The application is published until %(until)s; it can be decided after that.")


class ConcernUnanswered(Refusal):
    message = gettext_lazy("Somebody concerned raised an objection to the published application. Answer it first.")


def publish_application(case: Case) -> None:
    """Show an accepted application to everybody, where its definition says so; in the transaction of its acceptance."""
    days = plan.of(case.version).publicity.get("application_days")
    if days:
        until = codes.calendar().add(clock.today(), int(days))
        _publish(case, APPLICATION, until, _said_of_application(case))


@transaction.atomic
def publish_decision(*, case: Case) -> Case:
    """Show a decision to everybody. Once for each decision.

    Raises WrongCaseState where nothing is decided.
    """
    case = lock(pk=case.pk)
    if Publication.objects.of(case).filter(kind=DECISION, turn=_turn_of(case)).exists():
        return case
    days = plan.of(case.version).publicity.get("decision_days")
    until = codes.calendar().add(clock.today(), int(days)) if days else None
    _publish(case, DECISION, until, _said_of_decision(case))
    return case


def is_published(case: Case) -> bool:
    """Say whether the decisions of a service are published: of every permit, and where its definition says so."""
    guide = plan.of(case.version).guide
    return guide["type"] == PERMITS or bool(plan.of(case.version).publicity.get("decision_days"))


def must_be_over(case: Case) -> None:
    """Raise PublicityRunning or ConcernUnanswered where a definition lets the decision wait for its publication."""
    if until := awaited(case):
        raise PublicityRunning(until=until)
    if plan.of(case.version).publicity.get("waits") and Concern.objects.about(case).unanswered().exists():
        raise ConcernUnanswered()


def awaited(case: Case) -> date | None:
    """Return the last day of the publication that the decision still waits for; None where it waits for none."""
    if not plan.of(case.version).publicity.get("waits"):
        return None
    shown = Publication.objects.of(case).filter(kind=APPLICATION).last()
    return shown.until if shown and shown.until and clock.today() <= shown.until else None


def _turn_of(case: Case) -> int:
    """Return the how-manieth decision a case is at."""
    return Action.objects.of(case).of_kinds(["decision_reopened"]).count() + 1


def _publish(case: Case, kind: str, until: date | None, says: list[list[str]]) -> None:
    turn = _turn_of(case) if kind == DECISION else Publication.objects.of(case).filter(kind=kind).count() + 1
    name = masked(case.applicant_name) if case.applicant.kind == "person" else case.applicant_name
    shown = Publication.objects.create(
        case=case,
        kind=kind,
        turn=turn,
        service=case.version.service.code,
        title=case.version.service.name,
        name=name,
        number=str(case.number),
        began_on=clock.today(),
        until=until,
        says=says,
    )
    last = until.isoformat() if until else ""
    act(case, f"{kind}_published", actor=SYSTEM, data={"publication": shown.uid, "last_on": last})
    journal.write(CasePublished(case.pk, str(case.number), kind, last), by=SYSTEM, subject=case.subject)


def _said_of_application(case: Case) -> list[list[str]]:
    with translation.override(settings.LANGUAGE_CODE):
        form, asked = plan.of(case.version).form, plan.of(case.version).publicity.get("shows", ())
        shown = [form.fields[name] for name in asked if case.answers.get(name) not in (None, "")]
        return [
            [pgettext("publications", "Accepted on"), day(case.accepted_on)],
            [pgettext("publications", "Office"), case.department.name],
            *[[str(field.label), str(form.text(field, case.answers, masked=True))] for field in shown],
        ]


def _said_of_decision(case: Case) -> list[list[str]]:
    """Return what 双公示 shows: what was decided, when, by whom, and the licence, with its validity."""
    with translation.override(settings.LANGUAGE_CODE):
        decided = Action.objects.of(case).of_kinds(DECIDED).newest()
        words = wording_of(case).decided("refused" if case.outcome == "refused" else "granted")
        rows = [
            [pgettext("publications", "Decision"), words],
            [pgettext("publications", "Decided on"), day(decided.on) if decided else ""],
            [pgettext("publications", "Office"), case.department.name],
        ]
        long_term = pgettext("publications", "Long-term")
        for licence in Licence.objects.of_subject(case.subject):
            rows += [
                [licence.kind_name, licence.number],
                [
                    pgettext("publications", "Valid until"),
                    day(licence.valid_until) or long_term,
                ],
            ]
        return rows
