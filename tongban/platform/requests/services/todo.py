"""What waits for an office stands in the one to-do list, for as long as it waits."""

from functools import cache
from pathlib import Path

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.requests import ports
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.services import wording
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Task

DATA = Path(__file__).resolve().parent.parent / "data"
DUTIES = {"office": "requests.receive", "department": "requests.handle"}


def keep_in_list(request: PublicRequest) -> None:
    """Let the list show who has to act; nothing where nobody has. The same again changes nothing."""
    system = ports.SYSTEMS.get(request.system)
    waits = wording.course().states[request.state].waits
    if system and waits not in system.in_list:
        waits = ""
    department = {"office": request.office_id, "department": request.department_id}.get(waits)
    task = Task.objects.of(request.subject).open().select_related("department").first()
    if task is not None and (task.kind, task.department_id) != (waits, department):
        workflow.cancel(actor=SYSTEM, subject=request.subject, reason="somebody else has to act, or nobody")
        task = None
    if department is None:
        return
    if task is None:
        workflow.start(
            actor=SYSTEM,
            definition=_process(waits),
            subject=request.subject,
            roles={waits: department},
            area=request.area,
            title=wording.category_of(request) or wording.kind_of(request),
            due=request.due_on,
        )
    elif (task.limit or NO_LIMIT) != request.due_on:
        workflow.reschedule(actor=SYSTEM, task=task, due_on=request.due_on)


@cache
def _process(waits: str) -> workflow.ProcessDefinition:
    bpmn = (DATA / f"{waits}.bpmn").read_text()
    return workflow.ProcessDefinition(key=f"request-{waits}", bpmn=bpmn, duties={waits: DUTIES[waits]})
