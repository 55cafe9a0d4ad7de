"""Make a themed zone at the desk: choose, look at it, publish, take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.events import ZonePublished, ZoneWithdrawn
from tongban.applications.bundles.models import Bundle, Zone, ZoneEntry
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from tongban.platform.catalogue.models import Service
from tongban.platform.identity.models import Department

MAX_ENTRIES = 30
# How an entry is written: "service:food-business", "bundle:open-restaurant".
SERVICE, BUNDLE = "service", "bundle"


class ZoneNotADraft(Refusal):
    message = _("This zone is published. Withdraw it first, or make another one.")


class ZoneOver(Refusal):
    message = _("The last day of this zone is past. Choose a later one, then publish it.")


class ZoneNotShown(Refusal):
    message = _("This zone is not published.")


@dataclass(frozen=True)
class ZoneText:
    """What a zone says.

    entries   in the order in which they are shown: "service:CODE" or "bundle:CODE"
    """

    name: str
    notice: str
    first_day: date
    last_day: date
    entries: Sequence[str]
    english: str = ""
    notice_english: str = ""


@transaction.atomic
def write(*, actor: Actor, department: Department, told: ZoneText, zone: Zone | None = None, revision: int = 0) -> Zone:
    """Keep a zone as a draft, a new one where none is named. Raises NotAllowed, Conflict, Invalid, ZoneNotADraft."""
    actor.must_hold("bundles.zone", department=department.pk, area=department.area)
    rows = _entries(told)
    held = Zone(department=department, area=department.area) if zone is None else _held(actor, zone)
    if zone is not None and held.revision != revision:
        raise Conflict()
    if held.state == Zone.State.PUBLISHED:
        raise ZoneNotADraft()
    for name in ("name", "english", "notice", "notice_english", "first_day", "last_day"):
        setattr(held, name, getattr(told, name))
    held.state, held.updated_at = Zone.State.DRAFT, clock.now()
    held.revision += 1 if zone is not None else 0
    held.save()
    ZoneEntry.objects.filter(zone=held).delete()
    for row in rows:
        row.zone = held
    ZoneEntry.objects.bulk_create(rows)
    return held


@transaction.atomic
def publish_zone(*, actor: Actor, zone: Zone) -> Zone:
    """Show a zone to people from its first day to its last; again changes nothing. Raises NotAllowed, ZoneOver."""
    held = _held(actor, zone)
    if held.state == Zone.State.PUBLISHED:
        return held
    if held.last_day < clock.today():
        raise ZoneOver()
    held.state, held.updated_at = Zone.State.PUBLISHED, clock.now()
    held.save(update_fields=["state", "updated_at"])
    event = ZonePublished(held.pk, held.first_day.isoformat(), held.last_day.isoformat())
    journal.write(event, by=actor, subject=f"zone:{held.pk}")
    return held


@transaction.atomic
def withdraw_zone(*, actor: Actor, zone: Zone, reason: str) -> Zone:
    """Show a zone no longer. Raises NotAllowed, ZoneNotShown."""
    held = _held(actor, zone)
    if held.state != Zone.State.PUBLISHED:
        raise ZoneNotShown()
    held.state, held.updated_at = Zone.State.WITHDRAWN, clock.now()
    held.save(update_fields=["state", "updated_at"])
    journal.write(ZoneWithdrawn(held.pk), by=actor, subject=f"zone:{held.pk}", reason=reason)
    return held


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what may stand in a zone, how it is written and what it is called: bundles, then services by office."""
    bundles = [(f"{BUNDLE}:{bundle.code}", bundle.title) for bundle in Bundle.objects.offered()]
    offices: dict[str, list[tuple[str, str]]] = {}
    for service in Service.objects.begun().select_related("department").order_by("department__order", "name"):
        offices.setdefault(service.department.title, []).append((f"{SERVICE}:{service.code}", service.title))
    return [*([(gettext("Several services as one"), bundles)] if bundles else []), *offices.items()]


def written(entries: Sequence[ZoneEntry]) -> list[str]:
    """Return how entries are written."""
    found = [(SERVICE, entry.service) if entry.service else (BUNDLE, entry.bundle) for entry in entries]
    return [f"{kind}:{one.code}" for kind, one in found if one]


def _held(actor: Actor, zone: Zone) -> Zone:
    held = Zone.objects.select_for_update(of=("self",)).select_related("department").filter(pk=zone.pk).first()
    if held is None:
        raise NotFound()
    actor.must_hold("bundles.zone", department=held.department_id, area=held.area)
    return held


def _entries(told: ZoneText) -> list[ZoneEntry]:
    """Return the entries, not saved yet. Raises Invalid."""
    if told.last_day < told.first_day:
        raise Invalid({"last_day": [_("The last day lies before the first.")]})
    if not told.entries or len(told.entries) > MAX_ENTRIES:
        raise Invalid({"entries": [_("Choose between one and %(most)s services.") % {"most": MAX_ENTRIES}]})
    services = {one.code: one for one in Service.objects.begun().filter(code__in=_codes(told, SERVICE))}
    bundles = {one.code: one for one in Bundle.objects.offered().filter(code__in=_codes(told, BUNDLE))}
    rows = []
    for number, entry in enumerate(dict.fromkeys(told.entries)):
        kind, _colon, code = entry.partition(":")
        found = (services if kind == SERVICE else bundles).get(code)
        if found is None:
            raise Invalid({"entries": [_("One of these is no longer offered. Choose again.")]})
        rows.append(ZoneEntry(order=number, **{kind: found}))
    return rows


def _codes(told: ZoneText, kind: str) -> list[str]:
    return [entry.partition(":")[2] for entry in told.entries if entry.partition(":")[0] == kind]
