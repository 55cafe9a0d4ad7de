"""What of a parcel an office has to do stands in the one to-do list, for as long as it waits."""

from functools import cache
from pathlib import Path

from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.delivery.models import Parcel
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

PROCESS = Path(__file__).parent.parent / "data" / "handle.bpmn"
WORDS = {
    "post": pgettext_lazy("parcel to do", "to be posted"),
    "again": pgettext_lazy("parcel to do", "came back or was lost: post it again"),
    "file": pgettext_lazy("parcel to do", "papers have arrived: put them with the matter"),
}


def owed(parcel: Parcel) -> str:
    """Return what the office has to do with a parcel now, a key of WORDS; "" for nothing."""
    if parcel.inward:
        return "file" if parcel.state == Parcel.State.SIGNED else ""
    if parcel.state == Parcel.State.REQUESTED:
        return "post"
    return "again" if parcel.state in {Parcel.State.RETURNED, Parcel.State.LOST} else ""


def words_of(parcel: Parcel) -> StrOrPromise:
    return WORDS.get(owed(parcel), "")


def keep_in_list(parcel: Parcel) -> None:
    """Let the list show a parcel while the office has something to do with it. The same again changes nothing."""
    subject = f"parcel:{parcel.pk}"
    task = Task.objects.of(subject).open().first()
    if not owed(parcel) and task is not None:
        workflow.cancel(actor=SYSTEM, subject=subject, reason="nothing is to be done with it")
    elif owed(parcel) and task is None:
        workflow.start(
            actor=SYSTEM,
            definition=_process(),
            subject=subject,
            roles={"office": parcel.department_id},
            area=parcel.area,
            title=f"{parcel.title} · {parcel.party_name}",
            topic=parcel.service,
        )


@cache
def _process() -> workflow.ProcessDefinition:
    return workflow.ProcessDefinition(key="parcel", bpmn=PROCESS.read_text(), duties={"parcel": "delivery.post"})
