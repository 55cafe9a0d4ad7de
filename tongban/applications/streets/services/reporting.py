"""A report 信息收集: by a collector with a phone, by somebody in the street, by another system."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.streets.events import StreetCaseReported
from tongban.applications.streets.models import StreetCase, StreetCell, StreetCentre, StreetComponent
from tongban.applications.streets.rules import similar
from tongban.applications.streets.services import matters
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.places import services as places
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest

SYSTEM_NAME = "streets"
ABOUT = "streetcomponent:"
MOST_NEAR = 50
# Figures of a division code (GB/T 2260).
DIVISION = 6


class UnknownMatter(Refusal):
    status, field = 422, "matter"
    message = _("Choose what it is about.")


class NoPlace(Refusal):
    status, field = 422, "area"
    message = _("Say where it is: by a position, or by the area and an address.")


class NobodySeesToIt(Refusal):
    status, field = 422, "area"
    message = _("This place does not belong to the city, so nobody here sees to it.")


class UnknownComponent(Refusal):
    status, field = 422, "component"
    message = _("There is no component with the code %(code)s.")


@dataclass(frozen=True)
class StreetReport:
    """What somebody saw in the street.

    matter      code of the table, "E0102"; component: code of the thing, where it bears one
    details     answers to the questions of the matter, by code
    place       division code, position with its system, address; said_at: when it was seen, key: against doubling
    """

    matter: str
    words: str
    place: requests.RequestPlace
    component: str = ""
    channel: str = "web"
    contact: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False
    public: bool = True
    said_at: datetime | None = None
    key: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


class Near(NamedTuple):
    """A report nearby, and how far away in metres."""

    request: PublicRequest
    metres: float


def report(*, actor: Actor, found: StreetReport, photos: Sequence[Any] = ()) -> requests.ReceivedRequest:
    """Take a report in. From the field it needs the duty, and photograph or position prove it.

    Raises NotAllowed, UnknownMatter, UnknownComponent, NoPlace, NobodySeesToIt, and what `requests.receive` raises.
    """
    if found.channel == "collector":
        actor.must_hold("streets.collect")
    matter = matters.table().matters.get(found.matter)
    if matter is None or not matter.is_kind:
        raise UnknownMatter()
    component = _component(found.component)
    area = _area(found.place, component)
    centre = StreetCentre.objects.for_area(area)
    if centre is None:
        raise NobodySeesToIt()
    order = requests.RequestOrder(
        office=centre.supervision,
        kind="problem",
        words=found.words,
        channel=found.channel,
        system=SYSTEM_NAME,
        codes=matters.LIST,
        category=found.matter,
        about=f"{ABOUT}{component.pk}" if component else "",
        place=found.place._replace(area=area),
        contact=found.contact,
        anonymous=found.anonymous,
        public=found.public,
        said_at=found.said_at,
        key=found.key,
    )
    received = requests.receive(actor=actor, order=order, photos=photos)
    collector = actor.account if found.channel == "collector" else None
    open_case(request=received.request, collector=collector, details=found.details)
    return received


@transaction.atomic
def open_case(
    *, request: PublicRequest, collector: int | None = None, details: Mapping[str, Any] | None = None
) -> StreetCase:
    """Open the case of a report; the same again changes nothing."""
    known = StreetCase.objects.of_request(request.pk)
    if known is not None:
        return known
    centre = StreetCentre.objects.for_area(request.area) or StreetCentre.objects.of_supervision(request.office_id)
    if centre is None:
        raise NobodySeesToIt()
    number = request.about.removeprefix(ABOUT)
    case, created = StreetCase.objects.get_or_create(
        request=request,
        defaults={
            "matter": request.category,
            "details": dict(details or {}),
            "area": request.area,
            "cell": _cell(request),
            "component": StreetComponent.objects.filter(pk=int(number)).first() if number.isdecimal() else None,
            "supervision": request.office,
            "command": centre.command,
            "collector": collector,
            "reported_at": request.said_at,
        },
    )
    if created:
        cell = case.cell.code if case.cell else ""
        event = StreetCaseReported(case.pk, request.pk, case.matter, case.area, cell, request.channel)
        journal.write(event, by=SYSTEM, subject=case.subject)
    return case


def near(latitude: float, longitude: float, *, radius_m: float, days: int = 90) -> list[Near]:
    """Return the open public reports within so many metres, the nearest first."""
    since = clock.now() - timedelta(days=days)
    box = requests.around(latitude, longitude, radius_m)
    rows = PublicRequest.objects.in_public().of_system(SYSTEM_NAME).within(box).since(since).open()[: 4 * MOST_NEAR]
    found = [Near(row, _metres(row, latitude, longitude)) for row in rows]
    return sorted((one for one in found if one.metres <= radius_m), key=lambda one: one.metres)[:MOST_NEAR]


def suggestions(*, matter: str, latitude: float, longitude: float) -> list[Near]:
    """Return reports that are likely the same as a new one, the likeliest first."""
    around = {
        one.request.pk: one for one in near(latitude, longitude, radius_m=similar.NEAR_M, days=similar.SINCE.days)
    }
    seen = [similar.Sighting(key, one.request.category, one.metres, one.request.said_at) for key, one in around.items()]
    return [around[one.key] for one in similar.likely(seen, matter=matter, at=clock.now())]


def area_of(latitude: float, longitude: float) -> str:
    """Return the area of the cell that holds a position, "" for none."""
    cell = StreetCell.objects.holding(longitude, latitude, on=clock.today())
    return cell.area if cell else ""


def _metres(row: PublicRequest, latitude: float, longitude: float) -> float:
    return requests.metres(latitude, longitude, row.latitude or 0.0, row.longitude or 0.0)


def _component(code: str) -> StreetComponent | None:
    if not code:
        return None
    found = StreetComponent.objects.coded(code)
    if found is None:
        raise UnknownComponent(code=code[:40])
    return found


def _area(place: requests.RequestPlace, component: StreetComponent | None) -> str:
    """Return the area of a place: by its position, by what it is about, or as it was chosen. Raises NoPlace."""
    known = place.latitude is not None and place.longitude is not None and place.crs in requests.ALIKE
    if known and (area := area_of(cast(float, place.latitude), cast(float, place.longitude))):
        return area
    if component:
        return component.area
    if not place.area or (place.latitude is None and not place.address.strip()):
        raise NoPlace()
    return place.area


def _cell(request: PublicRequest) -> StreetCell | None:
    if request.latitude is None or request.longitude is None or request.crs not in requests.ALIKE:
        return None
    return StreetCell.objects.holding(request.longitude, request.latitude, on=clock.today())


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Return what areas are called, as `area_name` says each, with one question."""
    wanted = {code for code in codes if code}
    names = places.full_names_of(wanted | {code[:DIVISION] for code in wanted})
    return {
        code: f"{names[code[:DIVISION]]} {code[DIVISION:]}"
        if names[code] in (code, names[code[:DIVISION]]) and len(code) > DIVISION
        else names[code]
        for code in wanted
    }


def area_name(code: str) -> str:
    """Return what an area is called; of a community that has no name here, its district and its figures."""
    name = places.full_name_of(code) if code else ""
    if name != code or len(code) <= DIVISION:
        return name
    return f"{places.full_name_of(code[:DIVISION])} {code[DIVISION:]}"


def districts() -> list[tuple[str, str]]:
    """Return the areas that centres see to, to choose from."""
    cities = {centre.area[:4] for centre in StreetCentre.objects.in_order()}
    return [(code, name) for code, name in places.choices() if code[:4] in cities]
