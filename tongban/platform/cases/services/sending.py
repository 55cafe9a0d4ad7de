"""异地代收代办: a window takes in what an office of another area handles; the file moves there, and is signed for.

What each side may do stays what it was: the window receives, the office there accepts and decides (收受分离).
Source: 国务院办公厅关于加快推进政务服务“跨省通办”的指导意见 (国办发〔2020〕35号), 二（二）.
"""

from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.cases.events import CaseSent, CaseSignedFor, CaseTransferred
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import offices, plan, terms
from tongban.platform.cases.services.accepting import NoReasonGiven, lock_subject
from tongban.platform.cases.services.acting import WrongCaseState, act, let_in, must_be_another, must_hold_duty
from tongban.platform.cases.services.starting import start_process
from tongban.platform.catalogue.models import AreaOffice
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task

DATA = Path(__file__).parent.parent / "data"
SEND, SIGN = "send", "sign"


class NotChecked(Refusal):
    status, field = 422, "identity"
    message = _("Check who stands before you, and the originals, before you send the file.")


class SameOffice(Refusal):
    status, field = 422, "office"
    message = _("The case is with this office already. Choose the one that handles it.")


def receiving_window(case: Case, actor: Actor) -> Department | None:
    """Return the window at which a clerk hands in what an office of another area handles; None where it is theirs."""
    window = identity.workplace(actor, "cases.accept")
    if window is None or identity.share_area(window.area, case.department.area):
        return None
    return window


def begin_sending(case: Case, actor: Actor, window: Department) -> Instance:
    """Put on the window's list that the file of a case, just handed in there, has to be sent."""
    due = codes.calendar().add(clock.today(), terms.days("sending", clock.today()))
    case.window = window
    return workflow.start(
        actor=actor,
        definition=process("sending"),
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        roles={"window": window.pk},
        area=window.area,
        due=due,
    )


@transaction.atomic
def send_file(*, actor: Actor, task: Task, identity_checked: bool, originals_checked: bool, parcel: str = "") -> Case:
    """Send the file of a case to the office that handles it, after a look at the applicant and the originals.

    parcel   number of the parcel where papers go by post as well
    Raises NotAllowed, NotChecked, WrongCaseState, Conflict, AlreadyDone.
    """
    must_hold_duty(actor, "file_sent", task)
    if task.key != SEND:
        raise Conflict()
    if not identity_checked or not originals_checked:
        raise NotChecked()
    case = lock_subject(actor, task, None)
    window, office = task.department, case.department
    data = {"from_office": window.name, "to_office": office.name, "parcel": parcel.strip()}
    workflow.complete(actor=actor, task=task, outcome="sent")
    act(case, "file_sent", actor=actor, department=window.name, data=data)
    _await_signature(case, actor)
    fact = CaseSent(case.pk, str(case.number), window.key, office.key, data["parcel"])
    journal.write(fact, by=actor, subject=case.subject)
    return case


@transaction.atomic
def sign_for_file(*, actor: Actor, task: Task) -> Case:
    """Say that the file arrived: from here on the office has its days for an answer, and its process begins.

    Raises NotAllowed, WrongCaseState, Conflict, AlreadyDone.
    """
    must_hold_duty(actor, "file_received", task)
    if task.key != SIGN:
        raise Conflict()
    case = lock_subject(actor, task, None)
    workflow.complete(actor=actor, task=task, outcome="signed")
    former = offices.sender_of(case)
    turn = Action.objects.of(case).of_kinds(["file_received"]).count() + 1
    data = {"from_office": former, "to_office": task.department.name, "signed_by": actor.name, "turn": turn}
    data["handling"] = case.department.key
    act(case, "file_received", actor=actor, department=task.department.name, data=data)
    start_process(case, actor, due=case.acceptance_due_on)
    fact = CaseSignedFor(case.pk, str(case.number), task.department.key, turn)
    journal.write(fact, by=actor, subject=case.subject)
    return case


@transaction.atomic
def transfer(*, actor: Actor, task: Task, office: AreaOffice | None, reason: str, revision: int | None = None) -> Case:
    """Hand a case that the wrong office got to the one that handles it (移送); nothing of it is lost.

    office   which handles it; None: the office that the definition names
    Raises NotAllowed, NoReasonGiven, SameOffice, OwnFiling, WrongCaseState, Conflict, AlreadyDone.
    """
    must_hold_duty(actor, "transferred", task)
    if task.kind != "accept":
        raise Conflict()
    case = lock_subject(actor, task, revision)
    must_be_another(actor, case, task)
    if not reason.strip():
        raise NoReasonGiven()
    if case.state != Case.State.SUBMITTED:
        raise WrongCaseState(state=case.get_state_display())
    if office not in [None, *offices.elsewhere(case)] or (office is None and case.area_office_id is None):
        raise SameOffice()
    former = case.department
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
    offices.move(case, office)
    turn = Action.objects.of(case).of_kinds(["transferred"]).count() + 1
    said = {"from_office": former.name, "to_office": case.department.name, "from_key": former.key}
    data = {**said, "handling": case.department.key, "turn": turn}
    act(case, "transferred", actor=actor, department=former.name, opinion=reason.strip(), data=data)
    _await_signature(case, actor)
    fact = CaseTransferred(case.pk, str(case.number), former.key, case.department.key, turn)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


def _await_signature(case: Case, actor: Actor) -> None:
    """Let the first office in and put on its list that the file has to be signed for."""
    first = offices.first_of(case)
    signing = workflow.start(
        actor=actor,
        definition=process("signing"),
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        roles={"office": first},
        area=case.area,
        due=case.received_on,
    )
    let_in(case, {task.department_id for task in signing.opened} - offices.taking_part(case))


@cache
def process(name: str) -> workflow.ProcessDefinition:
    """Return how a file moves: "sending" by the window, "signing" by the office."""
    file = DATA / f"{name}.bpmn"
    return workflow.ProcessDefinition(key=name, bpmn=file.read_text(), duties=plan.DUTIES)


def unsent(case: Case) -> bool:
    """Say whether the window that took a case in still has to send its file on."""
    return bool(case.window_id) and Task.objects.of(case.subject).open().kind(SEND).exists()
