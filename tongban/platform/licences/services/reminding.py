"""Before a licence ends: its holder is reminded in time, and it can be renewed (延续)."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock, links
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices

WAYS = ("extend", "change", "replace", "cancel")
REMINDERS = Path(__file__).parent.parent / "data" / "reminders.toml"


class WayOn(NamedTuple):
    """What can be applied for about a licence. how: extend, change, replace or cancel; title: of the service."""

    how: str
    title: str
    url: str


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


def ways_on(licence: Licence) -> list[WayOn]:
    """Return what its holder can apply for about a valid licence: its change, renewal, reissue, cancellation.

    Where no service extends its kind, applying for the same anew in time is how it goes on.
    """
    today = clock.today()
    if licence.validity(today) != "valid":
        return []
    found = [
        WayOn(service.how, service.title, f"{address}?licence={licence.token}")
        for service in catalogue.acting_on(licence.kind)
        if (address := links.url_of("apply", service.code))
        and not (service.how == "extend" and not licence.valid_until)
    ]
    anew = links.url_of("apply", licence.service) if licence.service else ""
    if anew and may_be_renewed(licence.valid_until, licence.state) and all(way.how != "extend" for way in found):
        found.append(WayOn("extend", str(_("Apply for its renewal")), anew))
    return sorted(found, key=lambda way: WAYS.index(way.how))


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
