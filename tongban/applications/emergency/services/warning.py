"""Warnings: proposed, published, replaced and lifted by a person; those of other offices are taken in and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.events import EmergencyWarningPublished, EmergencyWarningReceived
from tongban.applications.emergency.models import EmergencyIncident, EmergencyWarning
from tongban.applications.emergency.rules import cap, kinds
from tongban.applications.emergency.services import calling, logging, tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places

WARN = "emergency.warn"
MAX_HOURS = 240
CITY_AREA = 6
PROBLEMS: dict[str, StrOrPromise] = {
    "xml": _("This is no XML."),
    "entities": _("A document type or entities are not taken."),
    "large": _("The message is too large."),
    "kind": _("This is no alert of CAP 1.2."),
}


class WarningOver(Refusal):
    message = _("This warning has been replaced or lifted already.")


class WarningOut(Refusal):
    message = _("This warning has been published already.")


class NotOut(Refusal):
    message = _("This warning has not been published yet.")


class NoWarningToAnswer(Refusal):
    message = _("Only a warning of another office that still holds leads to an incident.")


class UnreadableCap(Refusal):
    status = 422
    message = _("The message cannot be taken: %(problem)s")


class UnknownReference(Refusal):
    status = 422
    message = _("The message refers to %(reference)s, which did not come from this sender before it.")


class IdentifierTaken(Refusal):
    message = _("Another message of this sender has the identifier %(identifier)s.")


@dataclass(frozen=True)
class WarningWords:
    """What a warning says, as article 64 of the law asks for.

    kind     key of the table of kinds; colour: blue, yellow, orange or red
    areas    division codes it is for; circle: latitude, longitude, radius in km, or ()
    hours    for how long it holds
    """

    kind: str
    colour: str
    headline: str
    description: str
    instruction: str
    hours: int
    areas: tuple[str, ...] = ()
    circle: tuple[float, ...] = ()


@transaction.atomic
def propose_warning(
    *,
    actor: Actor,
    department: Department,
    words: WarningWords,
    incident: EmergencyIncident | None = None,
    replaces: EmergencyWarning | None = None,
    drill: bool = False,
) -> EmergencyWarning:
    """Write a warning down; it goes nowhere before somebody publishes it. Raises NotAllowed, Invalid, WarningOver."""
    actor.must_hold(WARN, department=department.pk, area=department.area)
    _refuse_incomplete(words)
    if replaces is not None:
        replaces = EmergencyWarning.objects.get(pk=replaces.pk)
    if replaces is not None and (replaces.ended_at or not replaces.published_at or replaces.received):
        raise WarningOver()
    now = clock.now()
    return EmergencyWarning.objects.create(
        identifier=f"draft-{ids.uid()}",
        sender=settings.EMERGENCY_CAP_SENDER,
        sent_at=now,
        message="Update" if replaces else "Alert",
        refers=replaces,
        kind=words.kind,
        event=tables.table().kinds[words.kind].name,
        colour=words.colour,
        headline=text.prose(words.headline),
        description=text.prose(words.description, lines=True),
        instruction=text.prose(words.instruction, lines=True),
        areas=list(words.areas),
        circle=list(words.circle),
        effective_at=now,
        expires_at=now + timedelta(hours=words.hours),
        drill=incident.drill if incident else drill,
        incident=incident,
        department=department,
        area=department.area,
        publisher_name=actor.name or "—",
    )


@transaction.atomic
def publish_warning(*, actor: Actor, warning: EmergencyWarning) -> EmergencyWarning:
    """Publish a proposed warning: it gets its identifier and its CAP, and what it replaces ends.

    Of a drill it is an exercise that stays in the house. Raises NotAllowed, WarningOut, WarningOver.
    """
    found = _locked(actor, warning)
    if found.published_at:
        raise WarningOut()
    before = _ended(found)
    lasts = found.expires_at - found.effective_at
    now = clock.now().replace(microsecond=0)
    found.sent_at = found.effective_at = found.published_at = now
    found.expires_at, found.publisher_name = now + lasts, actor.name or "—"
    return _out(actor, found, before)


@transaction.atomic
def lift_warning(*, actor: Actor, warning: EmergencyWarning, reason: str) -> EmergencyWarning:
    """Lift a warning: a message “Cancel” that refers to it goes out.

    Raises NotAllowed, NotOut, WarningOver, Invalid.
    """
    found = _locked(actor, warning)
    if not found.published_at:
        raise NotOut()
    if found.ended_at:
        raise WarningOver()
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the warning is lifted.")]})
    now = clock.now().replace(microsecond=0)
    lifting = EmergencyWarning(
        sender=found.sender,
        sent_at=now,
        message="Cancel",
        refers=found,
        kind=found.kind,
        event=found.event,
        colour=found.colour,
        headline=f"解除：{found.headline}"[:200],
        description=text.prose(reason, lines=True),
        areas=found.areas,
        circle=found.circle,
        effective_at=now,
        expires_at=max(found.expires_at, now + timedelta(hours=1)),
        published_at=now,
        drill=found.drill,
        incident=found.incident,
        department=found.department,
        area=found.area,
        publisher_name=actor.name or "—",
    )
    found.ended_at = now
    found.save()
    return _out(actor, lifting, found)


@transaction.atomic
def receive_cap(*, actor: Actor, department: Department, body: bytes) -> EmergencyWarning:
    """Take a CAP message of another office in; the same again is the first one.

    Raises NotAllowed, UnreadableCap, UnknownReference, IdentifierTaken.
    """
    actor.must_hold("emergency.forward")
    try:
        said = cap.read(body)
    except cap.BrokenCap as broken:
        problem = PROBLEMS.get(broken.why) or _("%(element)s is missing or wrong.") % {"element": broken.why}
        raise UnreadableCap(problem=problem) from broken
    if said.message not in {"Alert", "Update", "Cancel"}:
        raise UnreadableCap(problem=_("%(element)s is missing or wrong.") % {"element": "msgType"})
    known = EmergencyWarning.objects.named(said.identifier, said.sender)
    xml = body.decode("utf-8", "replace")
    if known:
        if known.xml != xml:
            raise IdentifierTaken(identifier=said.identifier)
        return known
    refers = [_referred(said, one) for one in said.references]
    expires = said.expires or said.sent + timedelta(hours=24)
    warning = EmergencyWarning.objects.create(
        received=True,
        identifier=said.identifier,
        sender=said.sender,
        sent_at=said.sent,
        message=said.message,
        refers=refers[-1] if refers and said.message != "Alert" else None,
        event=said.event[:120],
        colour=said.colour,
        headline=(said.headline or said.event)[:200],
        description=said.description,
        instruction=said.instruction,
        areas=[code for area in said.areas for code in area.codes][:50] or [area.words for area in said.areas][:50],
        circle=list(next((area.circle for area in said.areas if area.circle), ()) or ()),
        effective_at=said.effective or said.sent,
        expires_at=expires,
        published_at=clock.now(),
        ended_at=clock.now() if said.message == "Cancel" else None,
        drill=said.status != "Actual",
        incident=refers[-1].incident if refers else None,
        department=department,
        area=department.area,
        publisher_name=(said.sender_name or said.sender)[:80],
        xml=xml,
    )
    for one in refers:
        if said.message != "Alert" and not one.ended_at:
            one.ended_at = clock.now()
            one.save()
    if warning.incident and not warning.incident.ended_at:
        logging.write(warning.incident, "warning", actor, f"{warning.publisher_name}：{warning.headline}")
    told = EmergencyWarningReceived(warning.pk, warning.identifier, warning.sender, warning.message)
    journal.write(told, by=actor, subject=f"emergencywarning:{warning.pk}")
    return warning


@transaction.atomic
def answer_warning(*, actor: Actor, warning: EmergencyWarning, kind: str) -> EmergencyIncident:
    """Open an incident for what another office warns of; the same again is the first one.

    It lies where the warning's circle has its middle, and what updates or ends the warning is written into its log.
    Raises NotAllowed, Invalid, NoWarningToAnswer.
    """
    actor.must_hold(calling.TAKE_CALL, department=warning.department_id, area=warning.area)
    if kind not in tables.table().kinds:
        raise Invalid({"kind": [_("Choose what kind of incident it is.")]})
    found = EmergencyWarning.objects.select_for_update(of=("self",)).with_names().get(pk=warning.pk)
    if found.incident:
        return found.incident
    if not found.received or warning_stands(found, at=clock.now()) != "in_force":
        raise NoWarningToAnswer()
    latitude, longitude = found.circle[:2] if found.circle else (None, None)
    found.incident = calling.open_incident(
        actor=actor,
        department=found.department,
        kind=kind,
        source=EmergencyIncident.Source.CAP,
        latitude=latitude,
        longitude=longitude,
        drill=found.drill,
        words=f"{found.publisher_name}：{found.headline}",
    )
    found.save()
    return found.incident


def warning_stands(warning: EmergencyWarning, *, at: datetime) -> str:
    """Return how a warning stands: "proposed", "in_force", "expired" or "ended"."""
    if not warning.published_at:
        return "proposed"
    if warning.ended_at:
        return "ended"
    return "in_force" if warning.expires_at > at else "expired"


def _locked(actor: Actor, warning: EmergencyWarning) -> EmergencyWarning:
    actor.must_hold(WARN, department=warning.department_id, area=warning.area)
    found: EmergencyWarning = (
        EmergencyWarning.objects.select_for_update(of=("self",))
        .select_related("department", "incident", "refers")
        .get(pk=warning.pk)
    )
    if found.received:
        raise NotOut()
    return found


def _ended(warning: EmergencyWarning) -> EmergencyWarning | None:
    """End what a warning replaces. Raises WarningOver where somebody was quicker."""
    if warning.refers_id is None:
        return None
    before: EmergencyWarning = EmergencyWarning.objects.select_for_update(of=("self",)).get(pk=warning.refers_id)
    if before.ended_at:
        raise WarningOver()
    before.ended_at = clock.now()
    before.save()
    return before


def _out(actor: Actor, warning: EmergencyWarning, before: EmergencyWarning | None) -> EmergencyWarning:
    warning.identifier = _identifier(warning)
    warning.xml = cap.written(_said(warning, before))
    warning.save()
    if warning.incident is not None:
        logging.write(warning.incident, "warning", actor, f"{warning.headline}（{warning.get_colour_display()}）")
    told = EmergencyWarningPublished(warning.pk, warning.identifier, warning.message, warning.colour, warning.drill)
    journal.write(told, by=actor, subject=f"emergencywarning:{warning.pk}")
    return warning


def _identifier(warning: EmergencyWarning) -> str:
    """Return the next free identifier of this second. Raises IdentifierTaken for the eleventh of one second."""
    local = timezone.localtime(warning.sent_at)
    area = (warning.area or "")[:CITY_AREA].ljust(CITY_AREA, "0")
    for number in range(10):
        found = cap.identifier(area=area, organ=settings.EMERGENCY_CAP_ORGAN, sent=local, number=number)
        if EmergencyWarning.objects.named(found, warning.sender) is None:
            return found
    raise IdentifierTaken(identifier=found)


def _said(warning: EmergencyWarning, before: EmergencyWarning | None) -> cap.CapAlert:
    circle = tuple(warning.circle)
    names = "、".join(places.full_name_of(code) for code in warning.areas) or warning.department.name
    references = (cap.CapReference(before.sender, before.identifier, _local(before.sent_at)),) if before else ()
    return cap.CapAlert(
        identifier=warning.identifier,
        sender=warning.sender,
        sent=_local(warning.sent_at),
        status="Exercise" if warning.drill else "Actual",
        note="演练" if warning.drill else "",
        message=warning.message,
        category=tables.table().category_of(warning.kind),
        event=warning.event,
        headline=warning.headline,
        description=warning.description,
        instruction=warning.instruction,
        sender_name=warning.department.name,
        colour=warning.colour,
        urgency="Past" if warning.message == "Cancel" else "Immediate" if warning.colour == "red" else "Expected",
        certainty="Likely",
        effective=_local(warning.effective_at),
        expires=_local(warning.expires_at),
        references=references,
        areas=(cap.CapArea(names, tuple(warning.areas), (circle[0], circle[1], circle[2]) if circle else None),),
    )


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)


def _referred(said: cap.CapAlert, reference: cap.CapReference) -> EmergencyWarning:
    """Return what a message refers to: it came before, from the same sender. Raises UnknownReference."""
    found = EmergencyWarning.objects.named(reference.identifier, reference.sender)
    same = found is not None and found.received and reference.sender == said.sender
    if not same or found is None or found.sent_at != reference.sent or found.sent_at > said.sent:
        raise UnknownReference(reference=reference.identifier[:80])
    return found


def _refuse_incomplete(words: WarningWords) -> None:
    """Raise Invalid where something is missing of what article 64 of the law asks for."""
    empty = _("Say this too: the law asks for it.")
    found: dict[str, Sequence[StrOrPromise]] = {
        "kind": [] if words.kind in tables.table().kinds else [_("Choose what kind of incident it is.")],
        "colour": [] if words.colour in kinds.COLOURS else [_("Choose one of the four colours.")],
        "headline": [] if words.headline.strip() else [empty],
        "description": [] if words.description.strip() else [empty],
        "instruction": [] if words.instruction.strip() else [empty],
        "hours": []
        if 1 <= words.hours <= MAX_HOURS
        else [_("Say for how many hours it is expected to last: 1 to %(most)s.") % {"most": MAX_HOURS}],
        "areas": [] if words.areas or words.circle else [_("Say for which areas, or round which place.")],
    }
    if errors := {name: list(sentences) for name, sentences in found.items() if sentences}:
        raise Invalid(errors)
