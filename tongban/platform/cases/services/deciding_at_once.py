"""An instant service: the system says yes by the table of its definition, the moment the application comes in.

It never says no. Whoever gets no yes from the table, asks for a person, or states what a register does not, is decided
about by a person. Source: 个人信息保护法 art. 24 (automated decisions); 优化营商环境条例 art. 36.
"""

import structlog

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import DecidedByRule
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import facts, plan
from tongban.platform.cases.services.deciding import decide
from tongban.platform.workflow.models import Task

log = structlog.get_logger(__name__)


def decide_at_once(case: Case) -> Case:
    """Decide a case that was just handed in, where its definition says yes at once; else leave it to a person.

    What goes wrong here must not undo the hand-in: then a person decides as well.
    """
    try:
        found = plan.of(case.version).at_once(case.answers, clock.today(), facts.age(case, clock.today()))
        if found is None or not found.grants or facts.differences(case):
            return case
        task = Task.objects.of(case.subject).open().kind("approve").select_related("department").first()
        if task is None:
            return case
        rule = {"table": found.table, "version": case.version.number}
        decided = decide(actor=SYSTEM, task=task, granted=True, reason=found.reason, rule=rule)
    except Refusal as refusal:
        log.warning("an instant service was not decided at once", case=case.pk, reason=str(refusal))
        return case
    journal.write(
        DecidedByRule(case.pk, str(case.number), case.version.service.code, case.version.number, found.table),
        by=SYSTEM,
        subject=case.subject,
        reason=found.reason,
    )
    return decided
