"""What waits for an answer of an office stands in the one to-do list, for as long as it waits."""

from datetime import date
from functools import cache
from pathlib import Path

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Task

PROCESS = Path(__file__).parent.parent / "data" / "answer.bpmn"


def keep_in_list(subject: str, *, department: int, area: str, about: str, due_on: date | None) -> None:
    """Let the list show what waits until that day; None takes it off. The same again changes nothing.

    subject   of the card or the order; about: the same in words, without a threshold
    """
    task = Task.objects.of(subject).open().select_related("department").first()
    if due_on is None:
        if task is not None:
            workflow.cancel(actor=SYSTEM, subject=subject, reason="nothing waits for an answer")
    elif task is None:
        roles = {"office": department}
        workflow.start(
            actor=SYSTEM, definition=_process(), subject=subject, roles=roles, area=area, title=about, due=due_on
        )
    elif (task.limit or NO_LIMIT) != due_on:
        workflow.reschedule(actor=SYSTEM, task=task, due_on=due_on)


@cache
def _process() -> workflow.ProcessDefinition:
    duties = {"supervision": "oversight.answer"}
    return workflow.ProcessDefinition(key="supervision", bpmn=PROCESS.read_text(), duties=duties)
