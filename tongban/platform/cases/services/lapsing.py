"""What an applicant has to bring by a day: they are reminded, and where nothing comes the case ends."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseLapsed, CaseReminded
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import terms
from tongban.platform.cases.services.acting import WrongCaseState, act, lock
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow


class StillTime(Refusal):
    message = _("The applicant has until %(until)s; only after that can the case be closed for want of it.")


def to_remind() -> list[Case]:
    """Return the cases whose applicants have to bring something soon and were not reminded yet."""
    today = clock.today()
    last = codes.calendar().add(today, terms.days("reminder", today))
    found = list(Case.objects.to_bring(first=today, last=last))
    reminded = Action.objects.among(case.pk for case in found).reminders().values_list("case", "data__due_on")
    known = set(reminded)
    return [case for case in found if (case.pk, str(case.applicant_due_on)) not in known]


@transaction.atomic
def remind(*, case: Case) -> Case:
    """Remind the applicant of what they have to bring; once for each last day. Raises WrongCaseState."""
    case = lock(pk=case.pk)
    due_on = str(case.applicant_due_on or "")
    if not due_on or Action.objects.of(case).reminders().filter(data__due_on=due_on).exists():
        return case
    act(case, "reminded", actor=SYSTEM, data={"due_on": due_on})
    journal.write(CaseReminded(case.pk, str(case.number), due_on), by=SYSTEM, subject=case.subject)
    return case


@transaction.atomic
def lapse(*, case: Case) -> Case:
    """End a case whose supplement was not brought in time (补交不来办结). Doing it twice changes nothing.

    Raises StillTime, WrongCaseState.
    """
    case = lock(pk=case.pk)
    if case.state == Case.State.LAPSED:
        return case
    due_on = must_be_over(case)
    act(case, "lapsed", actor=SYSTEM, data={"due_on": due_on.isoformat()})
    workflow.cancel(actor=SYSTEM, subject=case.subject, reason="supplement overdue")
    journal.write(CaseLapsed(case.pk, str(case.number), str(due_on)), by=SYSTEM, subject=case.subject)
    return case


def must_be_over(case: Case) -> date:
    """Return the day, now over, until which something had to be brought. Raises StillTime, WrongCaseState."""
    if case.applicant_due_on is None:
        raise WrongCaseState(state=case.get_state_display())
    if clock.today() <= case.applicant_due_on:
        raise StillTime(until=case.applicant_due_on)
    return case.applicant_due_on
