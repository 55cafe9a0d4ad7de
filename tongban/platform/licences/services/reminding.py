"""Before a licence ends: its holder is reminded in time, and it can be renewed (延续)."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock, links
from tongban.platform.codes import services as codes
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices

REMINDERS = Path(__file__).parent.parent / "data" / "reminders.toml"


def remind_holders() -> int:
    """Remind holders of licences that end soon, once at each distance; return how many licences end soon."""
    today = clock.today()
    distances = sorted(_row(today)["days"])
    found = 0
    for licence in Licence.objects.ending(first=today, last=today + timedelta(days=distances[-1])).iterator():
        left = (licence.valid_until - today).days if licence.valid_until else 0
        _remind(licence, next(days for days in distances if left <= days))
        found += 1
    return found


def renewal_url(licence: Licence) -> str:
    """Return where its holder applies for it to go on; "" while it is too early, or where that is elsewhere."""
    renewable = licence.service and may_be_renewed(licence.valid_until, licence.state)
    return links.url_of("apply", licence.service) if renewable else ""


def may_be_renewed(valid_until: date | None, state: str) -> bool:
    """Say whether a licence ends so soon that another may be applied for in its place."""
    today = clock.today()
    last = today + timedelta(days=int(_row(today)["renewable"]))
    return state == "valid" and valid_until is not None and today <= valid_until <= last


def _remind(licence: Licence, days: int) -> None:
    words = {"kind": lambda: licence.title, "number": licence.number, "until": str(licence.valid_until)}
    notices.send(
        to=licence.holder,
        **notices.in_both(
            _("Your licence “%(kind)s” ends on %(until)s"),
            _("Number %(number)s. If you still need it, apply for its renewal in time, on the page of the licence."),
            words,
        ),
        url=reverse("hall:licences:licence", args=[licence.token]),
        subject=f"licence:{licence.identifier}",
        service=licence.service,
        key=f"licence:{licence.pk}:ends:{licence.valid_until}:{days}",
    )


def _row(on: date) -> Mapping[str, Any]:
    found: Mapping[str, Any] = codes.in_force(_rows(), on)
    return found


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(REMINDERS.read_text())["reminder"])
