"""Begin the process of a service for a case: its first tasks are on desks."""

from datetime import date

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import offices, plan
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance


def start_process(case: Case, actor: Actor, *, due: date | None) -> Instance:
    """Start what the definition of a case draws. due: last day of tasks that set no days of their own."""
    return workflow.start(
        actor=actor,
        definition=plan.of(case.version).process,
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        data={},
        roles=offices.roles_of(case),
        area=case.area,
        due=due,
    )
