"""视为准予延续: nothing was decided about a renewal by the end of the licence, so the law grants it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.cases import rules
from tongban.platform.cases.events import CaseAccepted, CaseDecided
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.licences.models import Licence
from tongban.platform.workflow import services as workflow


def deemed_extended(*, on: date) -> list[Case]:
    """Return open renewals whose licence ended before that day; nobody decided about them."""
    return [case for case in Case.objects.licence_ended(on=on) if _is_silent(case)]


@transaction.atomic
def extend_by_silence(*, case: Case) -> Case:
    """Grant a renewal that was asked for in time and not decided by the last day of the licence. Once.

    What came too late, or waits for what its applicant has to bring, is not granted. Source: 行政许可法 art. 50.
    """
    case = lock(pk=case.pk)
    if not _is_silent(case) or case.licence is None or case.licence.valid_until is None:
        return case
    on, office = rules.deemed_extended_on(case.licence.valid_until), case.department.name
    if case.state == Case.State.SUBMITTED:
        act(case, "deemed_accepted", actor=SYSTEM, department=office)
        fact = CaseAccepted(case.pk, str(case.number), deemed=True)
        journal.write(fact, by=SYSTEM, subject=case.subject)
    data = {"decision": {}, "ended_on": case.licence.valid_until.isoformat()}
    act(case, "deemed_granted", actor=SYSTEM, on=on, department=office, data=data)
    workflow.cancel(actor=SYSTEM, subject=case.subject, reason=recorded(_("Renewal deemed granted")))
    decided = CaseDecided(case.pk, str(case.number), case.version.service.code, granted=True)
    journal.write(decided, by=SYSTEM, subject=case.subject)
    return case


def _is_silent(case: Case) -> bool:
    licence, open_in = case.licence, {Case.State.SUBMITTED, Case.State.ACCEPTED}
    if licence is None or licence.valid_until is None or licence.state != Licence.State.VALID:
        return False
    if case.state not in open_in or case.applicant_due_on or clock.today() <= licence.valid_until:
        return False
    handed_in = Action.objects.of(case).of_kinds(["submitted"]).first()
    renews = plan.of(case.version).acts_on.get("how") == "extend"
    return renews and handed_in is not None and bool(handed_in.data.get("in_time"))
