"""Media under central control: what the public is told goes out through one place, and nothing of a drill does."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency import ports
from tongban.applications.emergency.events import EmergencyMessageAsked, EmergencyMessageSent
from tongban.applications.emergency.models import EmergencyIncident, EmergencyMessage
from tongban.applications.emergency.services import logging
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids, text
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.transport.ports import Rejected

MAX_SAID = 200


def media() -> dict[str, tuple[str, bool]]:
    """Return the media: key -> what it is called, and whether this installation has it."""
    return {key: (str(medium.title), medium.ready()) for key, medium in ports.MEDIA.items()}


@transaction.atomic
def tell(
    *, actor: Actor, incident: EmergencyIncident, medium: str, words: str, target: str = "", key: str = ""
) -> EmergencyMessage:
    """Tell the public something through a medium, a moment later; in a drill it is kept and goes nowhere.

    key   the same again is the first one
    Raises NotAllowed, IncidentOver, Invalid.
    """
    found = logging.held(actor, incident, version=None)
    name = f"{found.subject}:{key or ids.token(16)}"[:120]
    if known := EmergencyMessage.objects.with_key(name):
        return known
    said = text.prose(words)
    errors: dict[str, list[StrOrPromise]] = {}
    if medium not in ports.MEDIA:
        errors["medium"] = [_("Choose a medium.")]
    if not said or len(said) > MAX_SAID:
        errors["words"] = [_("Say it in at most %(most)s characters.") % {"most": MAX_SAID}]
    if errors:
        raise Invalid(errors)
    message = EmergencyMessage.objects.create(
        key=name,
        incident=found,
        medium=medium,
        target=text.prose(target)[:120],
        words=said,
        state=EmergencyMessage.State.HELD if found.drill else EmergencyMessage.State.DUE,
        asked_at=clock.now(),
        asker_name=actor.name or "—",
        drill=found.drill,
    )
    logging.write(found, "media", actor, f"{ports.MEDIA[medium].title}：{said}")
    journal.write(EmergencyMessageAsked(found.pk, medium, found.drill), by=actor, subject=found.subject)
    if not found.drill:
        jobs.enqueue(send, lane=f"emergencymessage:{message.pk}", message=message.pk)
    return message


@jobs.task(atomic=False)
def send(message: int) -> None:
    """Hand a message to its medium. Runs again after a crash: the medium knows it by its key."""
    row: EmergencyMessage = EmergencyMessage.objects.select_related("incident").get(pk=message)
    if row.state != EmergencyMessage.State.DUE or row.drill:
        return
    problem = ""
    try:
        ports.MEDIA[row.medium].send(ports.PublicMessage(row.words, row.target, row.key))
    except Rejected as rejected:
        problem = str(rejected)[:200]
    _settle(message, problem)


@transaction.atomic
def _settle(message: int, problem: str) -> None:
    row = EmergencyMessage.objects.select_for_update(of=("self",)).select_related("incident").get(pk=message)
    if row.state != EmergencyMessage.State.DUE:
        return
    row.state = EmergencyMessage.State.REJECTED if problem else EmergencyMessage.State.SENT
    row.problem, row.sent_at = problem, None if problem else clock.now()
    row.save()
    told = EmergencyMessageSent(row.pk, row.medium, not problem)
    journal.write(told, by=SYSTEM, subject=row.incident.subject)
