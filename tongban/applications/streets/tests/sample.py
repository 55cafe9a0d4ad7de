"""What the laws need to know of urban management."""

from dataclasses import replace
from datetime import date

from tests.copies import copies, earlier, spread_over
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase, StreetCell, StreetCentre, StreetComponent
from tongban.applications.streets.tests.conftest import HERE, LAMP, RINGS
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity.models import Department
from tongban.platform.requests.models import PublicRequest, RequestFile
from tongban.platform.requests.tests.pictures import photograph
from tongban.platform.workorders.models import WorkOrder

DUTIES = ("streets.supervise", "streets.command", "streets.collect")


def make(city: SampleCity) -> None:
    """A report of the owner, filed for two offices of the city."""
    streets.load_matters(actor=SYSTEM)
    supervision, command = (Department.objects.get(key=key) for key in ("market-regulation", "government-services"))
    streets.set_centres(actor=SYSTEM, area="990100", supervision=supervision, command=command)
    cells = [streets.CellRow(code, ring) for code, ring in RINGS.items()]
    streets.load_cells(actor=SYSTEM, source="样例", valid_from=date(2020, 1, 1), cells=cells)
    lamp = {"code": LAMP, "latitude": 30.5733, "longitude": 104.0675}
    streets.load_components(actor=SYSTEM, source="样例", components=[lamp])
    found = streets.StreetReport(matter="E0102", words="垃圾堆在路边。", place=HERE, public=False)
    request = streets.report(actor=city.owner, found=found, photos=[photograph()]).request
    case = StreetCase.objects.of_request(request.pk)
    assert case is not None
    streets.file_case(actor=SYSTEM, case=case)
    photo = RequestFile.objects.of(request)[0].document.uid
    everybodys = streets.report(actor=SYSTEM, found=replace(found, public=True), photos=[]).request
    city.name(street_case=case.uid, street_photo=photo, street_number=everybodys.number)


def many(city: SampleCity, number: int) -> None:
    case = StreetCase.objects.with_names().get(uid=city.ids["street_case"])
    taken = StreetCase.objects.all()
    free = PublicRequest.objects.of_system("").exclude(pk__in=taken.values("request"))
    requests = list(free.values_list("pk", flat=True)[: 2 * number])
    at_work = taken.exclude(order=None).values("order")
    orders = list(WorkOrder.objects.exclude(pk__in=at_work).values_list("pk", flat=True))
    half = len(requests) // 2
    spread = {
        "area": lambda n: AREAS[n % 3],
        "supervision_id": spread_over(case.supervision_id, every=3, others=("health", "fire-rescue")),
        "command_id": spread_over(case.command_id, every=6, others=("public-security", "government-services")),
        "reported_at": earlier(case.reported_at),
        "collector": lambda n: city.official.pk if n % 4 == 0 else None,
    }
    copies(
        case,
        half,
        request_id=lambda n: requests[n],
        order_id=lambda n: orders[n] if n < len(orders) else None,
        **spread,
    )
    ended = {"state": "closed", "ended_at": earlier(case.reported_at), "order_id": None}
    copies(case, half, request_id=lambda n: requests[half + n], **ended, **spread)
    cell, component = StreetCell.objects.all()[0], StreetComponent.objects.all()[0]
    cells, components = StreetCell.objects.count(), StreetComponent.objects.count()
    copies(cell, number, code=lambda n: f"990102002{n + cells:06}")
    copies(component, number, code=lambda n: f"9901020113{n + components + 10:06}")


def reached(actor: Actor, row: StreetCase) -> bool:
    """Say whether an official reaches a case: by either centre, or as its collector."""
    return any(
        (grant.duty == "streets.supervise" and grant.covers(row.supervision_id, row.area))
        or (grant.duty == "streets.command" and row.filed_at is not None and grant.covers(row.command_id, row.area))
        or (grant.duty == "streets.collect" and row.collector == actor.account)
        for grant in actor.grants
    )


KEY = r"/desk/streets/([0-9a-f-]{36})/"
sample = Sample(
    make=make,
    many=many,
    small=(StreetCentre,),
    office={
        "desk/streets/<uuid:uid>/": "street_case",
        "desk/streets/<uuid:uid>/photos/<uuid:document>/": "street_case street_photo",
        "desk/streets/<uuid:uid>/steps/<slug:step>/": "street_case file",
    },
    common={
        f"open311/v2/{what}.{form}": words
        for form in ("json", "xml")
        for what, words in (
            ("services/<slug:code>", "E0102"),
            ("requests/<slug:number>", "street_number"),
            ("tokens/<slug:token>", "street_number"),
        )
    },
    lists={
        "official": lambda city: ["/desk/streets/?ended=1", "/desk/streets/command/?ended=1"],
    },
    whole=("/desk/streets/evaluation/",),
    shown=(
        Shown(
            StreetCase,
            duties=DUTIES,
            spread=(StreetCase,),
            reaches=reached,
            doors=(
                Door(
                    "official",
                    ("/desk/streets/", "/desk/streets/?ended=1"),
                    KEY,
                    duties=("streets.supervise",),
                    only=lambda rows, reader: rows.filter(reader.within("streets.supervise", department="supervision")),
                ),
                Door(
                    "official",
                    ("/desk/streets/command/", "/desk/streets/command/?ended=1"),
                    KEY,
                    duties=("streets.command",),
                    only=lambda rows, reader: rows.filter(
                        reader.within("streets.command", department="command"), filed_at__isnull=False
                    ),
                ),
            ),
        ),
    ),
)
