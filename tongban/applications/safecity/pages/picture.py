"""One picture of what watches and who patrols (人防 and 技防), with the alarms that are open."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import PatrolVisit, SafetyAlarm
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.views import Request, render_page, requires

LEVELS = {1: "red", 2: "red", 3: "yellow", 4: "blue"}


@requires("safecity.read")
def picture(request: Request) -> HttpResponse:
    """Show the map and, beside it, all that is on it in words."""
    seen = safecity.picture(request.actor)
    done: dict[int, list[int]] = {}
    for visit in seen.visits:
        counted = done.setdefault(visit.shift_id, [0, 0, 0])
        counted[0] += 1
        counted[1] += visit.checked_at is not None
        counted[2] += visit.missed_at is not None and visit.checked_at is None
    return render_page(
        request,
        "safecity/picture.html",
        seen=seen,
        shifts=[(shift, *done.get(shift.pk, [0, 0, 0])) for shift in seen.shifts],
        alarms=[(alarm, LEVELS[alarm.level]) for alarm in seen.alarms],
        away=[device for device in seen.devices if not device.online],
        may_respond=request.actor.holds("safecity.respond"),
        marks=_marks(seen),
        live=reverse("desk:safecity:marks"),
    )


@requires("safecity.read")
def marks(request: Request) -> HttpResponse:
    """Answer what the map asks again and again."""
    return JsonResponse({"marks": _marks(safecity.picture(request.actor))})


def _marks(seen: safecity.SafetyPicture) -> list[dict[str, Any]]:
    found = [
        _mark(
            camera, camera.name, pgettext("map sign", "C"), "blue", reverse("desk:safecity:camera", args=[camera.uid])
        )
        for camera in seen.cameras
    ]
    found += [
        _mark(
            device,
            f"{device.name}{'' if device.online else ' · ' + pgettext('safety device', 'offline')}",
            pgettext("map sign", "D"),
            "green" if device.online else "grey",
            reverse("desk:safecity:device", args=[device.uid]),
        )
        for device in seen.devices
    ]
    found += [_visit_mark(visit) for visit in seen.visits]
    found += [
        _mark(
            alarm, alarm.title, pgettext("map sign", "A"), LEVELS[alarm.level],
            reverse("desk:safecity:alarm", args=[alarm.uid]),
        )
        for alarm in seen.alarms
        if alarm.latitude is not None
    ]  # fmt: skip
    return found


def _mark(row: Any, label: str, sign: str, tone: str, url: str) -> dict[str, Any]:
    square = not isinstance(row, SafetyAlarm)
    place = {"latitude": row.latitude, "longitude": row.longitude}
    return {**place, "label": label, "sign": sign, "tone": tone, "url": url, "square": square}


def _visit_mark(visit: PatrolVisit) -> dict[str, Any]:
    late = visit.checked_at is None and visit.due_until < clock.now()
    tone = "green" if visit.checked_at else "red" if late else "grey"
    said = _("checked in") if visit.checked_at else _("not checked in yet")
    label = f"{visit.checkpoint.name} · {said}"
    return {
        "latitude": visit.checkpoint.latitude,
        "longitude": visit.checkpoint.longitude,
        "label": label,
        "sign": pgettext("map sign", "P"),
        "tone": tone,
        "url": "",
    }
