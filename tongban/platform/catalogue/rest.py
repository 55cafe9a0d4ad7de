"""The catalogue for machines: list, search, guide. Public; answers carry an ETag."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tongban.infrastructure.kernel.refusals import Invalid, NotFound
from tongban.infrastructure.ui.paging import as_sent, by_key
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Edition, Service
from tongban.platform.identity.models import Department

router = Router(tags=["catalogue"])

TOPICS = frozenset({"person", "business", "event"})

UNCHANGED = {"responses": {304: {"description": "Nothing has changed since the ETag in If-None-Match."}}}


class ServiceLine(Schema):
    """A service as lists show it."""

    code: str
    name: str
    english: str
    summary: str
    department: str = Field(description="name of the department that decides")
    department_key: str
    type: str = Field(description="GB/T 39046 A.1")
    level: str = Field(description="GB/T 39046 A.2")
    area: str = Field(description="division code")
    audience: list[str] = Field(description="GB/T 39046 A.4")
    online: bool = Field(description="whether it can be applied for here")


class ServiceLines(Schema):
    items: list[ServiceLine]
    next: str = Field(description="query string of the next page, empty on the last")


class ServiceHit(ServiceLine):
    why: list[str] = Field(description="why it answers the question, in words")


class ServiceHits(Schema):
    items: list[ServiceHit]
    total: int
    page: int
    pages: int


class GuideLimits(Schema):
    """The time limits of a service in words of the language asked for, as its pages and letters say them."""

    promised: str
    statutory: str
    acceptance: str
    extension: str = Field(description="empty where the law knows none")
    procedures: dict[str, str] = Field(description="name of a special procedure -> how long it usually takes")


class ServiceGuide(ServiceLine):
    version: int | None = Field(description="number of the version in force")
    guide: dict[str, Any] | None = Field(description="service.toml; null for items that are guides only")
    limits: GuideLimits | None = Field(description="its time limits in words; null for items that are guides only")
    about: dict[str, Any] = Field(
        description="of a guide that another office handles: who, materials, steps, limit, fee, place; else empty"
    )


class Narrowing(Schema):
    """What a list may be narrowed to."""

    department: str = ""
    topic: str = Field("", description="person:060, business:010 or event:open-restaurant")
    online: bool = False
    after: str = ""
    before: str = ""


@router.get("/services", auth=None, response=ServiceLines, summary="List services", openapi_extra=UNCHANGED)
def services(request: HttpRequest, response: HttpResponse, narrow: Query[Narrowing]) -> Any:
    if unchanged := _same(request, response):
        return unchanged
    found = Service.objects.offered().with_departments()
    if narrow.online:
        found = found.online()
    if narrow.department:
        found = found.of(_department(narrow.department))
    if narrow.topic:
        kind, _colon, code = narrow.topic.partition(":")
        if kind not in TOPICS or not code:
            raise Invalid({"topic": [_("A topic is written like person:060, business:010 or event:open-restaurant.")]})
        found = found.under(kind, code)
    return _lines(as_sent(by_key(found, request.GET, order=("name", "pk"), size=50)))


@router.get(
    "/search",
    auth=None,
    response=ServiceHits,
    summary="Find services by a question in everyday words",
    openapi_extra=UNCHANGED,
)
def search(request: HttpRequest, response: HttpResponse, q: str, page: int = 1, online: bool = False) -> Any:
    if unchanged := _same(request, response):
        return unchanged
    results = catalogue.search(q, catalogue.Filters(online=online), page=page)
    return {
        "items": [
            {**_line(result.service), "why": [catalogue.in_words(reason) for reason in result.reasons]}
            for result in results.results
        ],
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
    }


@router.get(
    "/services/{code}",
    auth=None,
    response=ServiceGuide,
    summary="Read the whole guide of a service",
    openapi_extra=UNCHANGED,
)
def guide(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    if unchanged := _same(request, response):
        return unchanged
    service = Service.objects.offered().with_departments().select_related("current").coded(code).first()
    if service is None:
        raise NotFound()
    version = service.current
    return {
        **_line(service),
        "version": version.number if version else None,
        "guide": version.guide if version else None,
        "limits": catalogue.limits(version.guide)._asdict() if version else None,
        "about": service.about if not version else {},
    }


def _same(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """Mark the answer with the catalogue's edition; say 304 to whoever has that one already."""
    etag = quote_etag(f"{Edition.objects.noticed() or 'empty'}-{get_language()}")
    response["ETag"], response["Cache-Control"] = etag, "public, max-age=60"
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return None


def _lines(pages: Any) -> dict[str, Any]:
    return {"items": [_line(service) for service in pages], "next": pages.next}


def _line(service: Service) -> dict[str, Any]:
    names = ("code", "name", "english", "summary", "type", "level", "area", "audience", "online")
    office = {"department": service.department.name, "department_key": service.department.key}
    return {name: getattr(service, name) for name in names} | office


def _department(key: str) -> Department:
    found = Department.objects.keyed([key]).first()
    if found is None:
        raise Invalid({"department": [_("No department has the key “%(key)s”.") % {"key": key}]})
    return found
