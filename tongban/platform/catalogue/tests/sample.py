"""What the laws need to know of the catalogue."""

from datetime import timedelta
from typing import Any

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import (
    AreaOffice,
    Definition,
    Edition,
    FailedSearch,
    Heading,
    Service,
    ServiceChange,
    Version,
)


def make(city: SampleCity) -> None:
    """The service is the one that the city was founded with."""
    catalogue.record_failed_search("没有的事")
    service = Service.objects.get(code="food-business")
    roles = {role["key"]: role["department"] for role in service.current.guide["role"]}
    office = {"department": service.department, "area": service.area, "roles": roles}
    named = AreaOffice(service=service, **office, valid_from=clock.today(), ended_on=clock.today())
    named.save()
    city.name(area_office=named.pk)
    delegated = {"kind": ServiceChange.Kind.DELEGATED, "department": service.department}
    ServiceChange.objects.create(service=service, on=clock.today(), basis="云政发〔2026〕5号", **delegated)


def many(city: SampleCity, number: int) -> None:
    today = clock.today()
    copies(FailedSearch(day=today, text=""), number, text=lambda n: f"没有的事{n}{token(6)}", times=lambda n: n % 7)
    change = ServiceChange.objects.order_by("pk")[0]
    copies(change, number, on=lambda n: today - timedelta(days=n // 10))


LINK = r'href="/desk/catalogue/(?!demands)([\w.-]+)/"'
DUTIES = ("catalogue.design", "catalogue.publish")


def designed(rows: Any, reader: Actor) -> Any:
    """Return those that the reader works on: the desk shows these alone, the hall whatever is offered."""
    return rows.filter(pk__in=[service.pk for service in Service.objects.all() if designs(reader, service)])


def designs(actor: Actor, service: Service) -> bool:
    grants = (grant for grant in actor.grants if grant.duty in DUTIES)
    return any(grant.covers(service.department_id, service.area) for grant in grants)


sample = Sample(
    make=make,
    many=many,
    small=(AreaOffice, Service, Heading, Definition, Version, Edition),
    office={
        "desk/catalogue/<str:code>/": "food-business",
        "desk/catalogue/<str:code>/<int:number>/": "food-business 1",
        "desk/catalogue/<str:code>/<int:number>/publish/": "food-business 1",
        "desk/catalogue/<str:code>/<int:number>/compare/": "food-business 1",
        "desk/catalogue/<str:code>/withdraw/": "food-business",
        "desk/catalogue/<str:code>/areas/": "food-business",
        "desk/catalogue/<str:code>/areas/<int:office>/end/": "food-business area_office",
    },
    common={
        "catalogue/guide/<str:code>/": "food-business",
        "catalogue/guide/<str:code>/files/<path:name>": "food-business floor-plan-sample.pdf",
        "catalogue/under/<slug:kind>/<slug:code>/": "audience 2",
    },
    unlinked=("/catalogue/search/?q=我想开个小饭馆", "/catalogue/search/?q=没有这种事"),
    shown=(
        Shown(
            Service,
            key="code",
            duties=DUTIES,
            reaches=lambda actor, service: service.offered or designs(actor, service),
            doors=(
                Door(
                    "official",
                    ("/desk/catalogue/",),
                    LINK,
                    duties=DUTIES,
                    only=designed,
                ),
                Door("official", ("/desk/catalogue/{}/",), duties=DUTIES, only=designed),
                Door("official", ("/catalogue/guide/{}/",), only=lambda rows, reader: rows.offered()),
                Door("person", ("/catalogue/guide/{}/",)),
                Door("system", ("/api/v1/catalogue/services",), item="code", only=lambda rows, reader: rows.offered()),
                Door("system", ("/api/v1/catalogue/services/{}",), only=lambda rows, reader: rows.offered()),
            ),
        ),
        Shown(
            Version,
            key=lambda version: f"{version.service.code}/{version.number}",
            duties=DUTIES,
            reaches=lambda actor, version: version.state == "published" or designs(actor, version.service),
            doors=(
                Door(
                    "official",
                    ("/desk/catalogue/{}/",),
                    duties=DUTIES,
                    only=lambda rows, reader: rows.filter(service__in=designed(Service.objects, reader)),
                ),
            ),
        ),
    ),
)
