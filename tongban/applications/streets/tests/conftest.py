import tomllib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import cast  # noqa: F401
from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places
from tongban.platform.requests import services as requests
from tongban.platform.requests.tests.pictures import photograph
from tongban.platform.workorders import services as workorders

WHO = {
    "collector": ("street-supervision", ("streets.collect",)),
    "supervisor": ("street-supervision", ("streets.supervise", "requests.receive", "workorders.verify")),
    "checker": ("street-supervision", ("streets.supervise", "requests.receive", "workorders.verify")),
    "commander": ("street-command", ("streets.command", "workorders.dispatch")),
    "crew": ("urban-management", ("workorders.handle",)),
    "other_supervisor": ("lake-supervision", ("streets.supervise", "requests.receive", "workorders.verify")),
}
AREAS = """
source = "演示数据，虚构"
valid_from = 2020-01-01
[[area]]
code = "990000"
name = "云省"
[[area]]
code = "990100"
name = "云泽市"
[[area]]
code = "990102"
name = "临湖区"
"""
# Two cells side by side, with a common border at 104.070.
WEST, EAST = "990102001001001", "990102001001002"
RINGS = {
    WEST: [[104.060, 30.570], [104.070, 30.570], [104.070, 30.580], [104.060, 30.580], [104.060, 30.570]],
    EAST: [[104.070, 30.570], [104.080, 30.570], [104.080, 30.580], [104.070, 30.580], [104.070, 30.570]],
}
LAMP = "9901020113000001"
HERE = requests.RequestPlace("", 30.5731, 104.0672, "WGS84", "柳岸街15号门前")


@pytest.fixture
def city(cast):  # noqa: F811
    """The cast, with two centres for the city, two for the lake, a bureau with a crew, cells and a street light."""
    furnish()
    for name, (department, duties) in WHO.items():
        role = identity.define_role(actor=SYSTEM, key=f"s-{name}".replace("_", "-"), name=name, duties=duties)
        account = identity.open_account(actor=SYSTEM, login=f"s.{name}", name=f"岑{name}", kind="staff")
        identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
        cast.accounts[name] = account
    return cast


def furnish() -> None:
    """Give the city what urban management needs: areas, centres, cells, a component, the table."""
    places.load(actor=SYSTEM, table=tomllib.loads(AREAS))
    streets.load_matters(actor=SYSTEM)
    top = Department.objects.get(key="city")
    for key, name in (
        ("street-supervision", "监督中心"),
        ("street-command", "指挥中心"),
        ("lake-supervision", "滨湖监督中心"),
        ("lake-command", "滨湖指挥中心"),
        ("urban-management", "城市管理局"),
    ):
        identity.put_department(actor=SYSTEM, key=key, name=name, parent=top, area="990100")
    centres = {"990100": ("street-supervision", "street-command"), "990103": ("lake-supervision", "lake-command")}
    for area, (supervision, command) in centres.items():
        streets.set_centres(
            actor=SYSTEM,
            area=area,
            supervision=Department.objects.get(key=supervision),
            command=Department.objects.get(key=command),
        )
    cells = [streets.CellRow(code, ring) for code, ring in RINGS.items()]
    streets.load_cells(actor=SYSTEM, source="演示数据，虚构", valid_from=date(2026, 1, 1), cells=cells)
    lamp = {"code": LAMP, "latitude": 30.5733, "longitude": 104.0675, "owner": "urban-management"}
    streets.load_components(actor=SYSTEM, source="演示数据，虚构", components=[lamp])


def a_report(**changes) -> streets.StreetReport:
    return streets.StreetReport(**{"matter": "E0102", "words": "垃圾堆在路边。", "place": HERE, **changes})


def reported(city, who="citizen", *, photos=None, **changes) -> StreetCase:
    made = streets.report(
        actor=city.actor(who), found=a_report(**changes), photos=photos if photos is not None else [photograph()]
    )
    return case_of(made.request)


def case_of(request) -> StreetCase:
    found = StreetCase.objects.of_request(request.pk)
    assert found is not None
    return found


def again(case: StreetCase) -> StreetCase:
    """Return the case as it stands once the worker has done its work."""
    jobs.run_all()
    return StreetCase.objects.with_names().get(pk=case.pk)


def after() -> SimpleUploadedFile:
    return photograph("after.jpg")


def finished(city, case: StreetCase) -> StreetCase:
    """Let a reported case be filed, dispatched and finished."""
    streets.file_case(actor=city.actor("supervisor"), case=case)
    case = again(case)
    if case.order.state == "new":
        bureau = Department.objects.get(key="urban-management")
        workorders.dispatch(actor=city.actor("commander"), order=case.order, department=bureau)
    return done_again(city, case)


def done_again(city, case: StreetCase) -> StreetCase:
    crew, order = city.actor("crew"), again(case).order
    if order.state == "dispatched":
        order = workorders.accept(actor=crew, order=order)
    workorders.add_photo(actor=crew, order=order, file=after(), side="after", name="after.jpg")
    stamp = workorders.PhoneStamp(latitude=30.5731, longitude=104.0672, accuracy_m=8)
    workorders.finish(actor=crew, order=again(case).order, words="已清运。", stamp=stamp)
    return again(case)
