"""What the supervision centre does: file 立案, decline, merge, hand over, verify 核查, send back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.streets.events import StreetCaseFiled, StreetCaseHandedOver
from tongban.applications.streets.models import StreetCase, StreetCentre
from tongban.applications.streets.services import matters
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.requests import services as requests
from tongban.platform.workorders import services as workorders

MAX_ADDRESS = 200


class BothHands(Refusal):
    """Supervision is apart from command and handling, whatever duties somebody was given."""

    status = 403
    message = _(
        "You also dispatch or handle matters of this centre. Whoever does may neither file nor verify: "
        "ask a colleague of the supervision centre."
    )


class JudgedAlready(Refusal):
    message = _("This report was judged already. Reload the page to see how it stands.")


class NothingToVerify(Refusal):
    message = _("There is nothing to verify: what was dispatched is not finished.")


class SameCentre(Refusal):
    status, field = 422, "centre"
    message = _("Choose another centre; this one sees to the case already.")


@transaction.atomic
def file_case(*, actor: Actor, case: StreetCase, department: Department | None = None) -> StreetCase:
    """File a report as a case: the command centre dispatches it, or it goes to the owner of the thing at once.

    department   where it goes, where the centre knows; otherwise the owner of the component
    Raises NotAllowed, BothHands, JudgedAlready.
    """
    case = _judged(actor, case)
    owner = case.component.owner if case.component else None
    request = case.request
    order = workorders.raise_order(
        actor=SYSTEM,
        kind=f"{matters.KIND}{case.matter}",
        title=matters.table().matters[case.matter].name,
        dispatcher=case.command,
        verifier=case.supervision,
        subject=case.subject,
        words=request.words,
        area=case.area,
        address=request.address[:MAX_ADDRESS],
        latitude=request.latitude,
        longitude=request.longitude,
        crs=request.crs or "CGCS2000",
        owner=owner.key if owner else "",
        department=_apart(case, department or owner),
        key=f"{case.subject}:{case.round}",
    )
    case.state, case.filed_at, case.filed_by, case.order = "filed", clock.now(), actor.account, order
    case.save()
    event = StreetCaseFiled(case.pk, case.matter, case.area, owner.key if owner else "")
    journal.write(event, by=actor, subject=case.subject)
    return case


@transaction.atomic
def decline(*, actor: Actor, case: StreetCase, words: str) -> StreetCase:
    """Say that it is no case, and why 不予立案. Raises NotAllowed, BothHands, JudgedAlready, WordsMissing."""
    case = _judged(actor, case)
    requests.decline(actor=actor, request=case.request, words=words)
    return _end(case, "declined")


@transaction.atomic
def merge(*, actor: Actor, case: StreetCase, into: StreetCase, words: str) -> StreetCase:
    """Join a doubled report with the earlier one. Raises NotAllowed, BothHands, JudgedAlready, WithItself."""
    case = _judged(actor, case)
    requests.merge(actor=actor, request=case.request, into=into.request, words=words)
    return _end(case, "merged")


@transaction.atomic
def hand_over(*, actor: Actor, case: StreetCase, centre: StreetCentre, words: str) -> StreetCase:
    """Give a report to the centre of another area, whose it is; its number and its day stay.

    Raises NotAllowed, BothHands, JudgedAlready, SameCentre, WordsMissing.
    """
    case = _judged(actor, case)
    if centre.supervision_id == case.supervision_id:
        raise SameCentre()
    before = case.supervision.key
    requests.transfer(actor=actor, request=case.request, office=centre.supervision, words=words)
    case.supervision, case.command = centre.supervision, centre.command
    case.save()
    event = StreetCaseHandedOver(case.pk, before, centre.supervision.key)
    journal.write(event, by=actor, subject=case.subject, reason=words)
    return case


@transaction.atomic
def verify(*, actor: Actor, case: StreetCase, words: str = "", version: int | None = None) -> StreetCase:
    """Find good what was done; the case closes with that. Raises NotAllowed, BothHands, NothingToVerify, OwnWork."""
    case = _finished(actor, case)
    assert case.order is not None
    workorders.verify(actor=actor, order=case.order, words=words, version=version)
    return case


@transaction.atomic
def send_back(*, actor: Actor, case: StreetCase, words: str, version: int | None = None) -> StreetCase:
    """Have it done again. Raises NotAllowed, BothHands, NothingToVerify, NothingSaid, OwnWork."""
    case = _finished(actor, case)
    assert case.order is not None
    workorders.send_back(actor=actor, order=case.order, words=words, version=version)
    return case


def must_be_apart(actor: Actor, case: StreetCase) -> None:
    """Raise BothHands where somebody of the supervision centre also dispatches or handles this case."""
    if actor.kind == "system":
        return
    handled = case.order.department_id if case.order else None
    if actor.holds("workorders.dispatch", department=case.command_id, area=case.area) or (
        handled and actor.holds("workorders.handle", department=handled, area=case.area)
    ):
        raise BothHands()


def lock(case: StreetCase) -> StreetCase:
    """Return the case locked, with all it names."""
    StreetCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    found: StreetCase = StreetCase.objects.with_names().get(pk=case.pk)
    return found


def _judged(actor: Actor, case: StreetCase) -> StreetCase:
    case = lock(case)
    actor.must_hold("streets.supervise", department=case.supervision_id, area=case.area)
    must_be_apart(actor, case)
    if case.state != StreetCase.State.REPORTED:
        raise JudgedAlready()
    return case


def _finished(actor: Actor, case: StreetCase) -> StreetCase:
    case = lock(case)
    actor.must_hold("streets.supervise", department=case.supervision_id, area=case.area)
    must_be_apart(actor, case)
    if case.order is None or case.order.state != "finished":
        raise NothingToVerify()
    return case


def _end(case: StreetCase, state: str) -> StreetCase:
    case.state, case.ended_at = state, clock.now()
    case.save()
    return case


def _apart(case: StreetCase, department: Department | None) -> Department | None:
    """Return a department that may handle a case: never the supervision centre, nor one that was dissolved."""
    if department is None:
        return None
    if department.pk == case.supervision_id or department.dissolved_on:
        raise Conflict()
    return department
