"""The catalogue for machines: list, search, guide. Public; answers carry an ETag."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema
from pydantic import WithJsonSchema

from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.kernel.refusals import Invalid, NotFound
from tongban.infrastructure.search.services import in_words
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT, enum_field
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Edition, Service
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department

router = Router(tags=["catalogue"])

TOPICS = frozenset({"person", "business", "event"})

TYPES = ("string", "number", "integer", "boolean", "array")

UNCHANGED = {"responses": {304: {"description": "Nothing has changed since the ETag in If-None-Match."}}}


Code = Annotated[str, Path(description="catalogue code of the service")]


class ServiceSummary(Schema):
    """A service as lists show it."""

    code: str = Field(description="catalogue code; it names the service in addresses and lasts")
    name: str = Field(description="name of the service")
    english: str = Field(description="its English name; empty where there is none")
    summary: str = Field(description="what it is, in a sentence or two")
    summary_english: str = Field(description="the same in English; empty where there is none")
    department: str = Field(description="name of the department that decides")
    department_key: str = Field(description="key of that department")
    type: str = Field(description="kind of service (事项类型), two digits of GB/T 39046 A.1", pattern="^[0-9]{2}$")
    level: str = enum_field(("", *"1234567"), "level of government (行使层级), GB/T 39046 A.2; empty where not stated")
    area: str = Field(description="division code of the area; empty where not stated")
    audience: list[Annotated[str, enum_field("123456", "one kind")]] = Field(
        description="whom it is for (服务对象), GB/T 39046 A.4"
    )
    online: bool = Field(description="whether it can be applied for here")


class ServicePage(Schema):
    """A page of services."""

    items: list[ServiceSummary] = Field(description="the services of this page")
    next: str = Field(description=NEXT)


class ServiceHit(ServiceSummary):
    """A service that answers a question."""

    why: list[str] = Field(description="why it answers the question, in words")


class ServiceHits(Schema):
    """A page of answers to a question."""

    items: list[ServiceHit] = Field(description="the services of this page, best first")
    total: int = Field(description="how many were found")
    page: int = Field(description="number of this page, from 1")
    pages: int = Field(description="how many pages there are")


class GuideLimits(Schema):
    """The time limits of a service in words of the language asked for, as its pages and letters say them."""

    promised: str = Field(description="the promised time limit")
    statutory: str = Field(description="the law's time limit")
    acceptance: str = Field(description="within what time it is answered whether an application is accepted")
    extension: str = Field(description="by how much it may be extended; empty where the law knows none")
    procedures: dict[str, str] = Field(description="name of a special procedure -> how long it usually takes")


class ServiceGuide(ServiceSummary):
    """A service with its whole guide."""

    version: int | None = Field(description="number of the version in force")
    guide: Annotated[dict[str, Any], WithJsonSchema(catalogue.guide_schema())] | None = Field(
        description="its definition; null for items that are guides only"
    )
    limits: GuideLimits | None = Field(description="its time limits in words; null for items that are guides only")
    about: dict[str, Any] = Field(
        description="of a guide that another office handles: who, materials, steps, limit, fee, place; else empty"
    )


class AnswerOption(Schema):
    """One answer to choose."""

    value: str = Field(description="what is sent")
    label: str = Field(description="what people read")


class Column(Schema):
    """What each row of a table asks."""

    name: str = Field(description="key of the answer in its row")
    label: str = Field(description="the question")
    widget: str = enum_field(sorted(eforms.COLUMN_WIDGETS), "how it is asked")
    type: str = enum_field(TYPES, "JSON type of the answer")
    hint: str = Field(description="what helps to answer; may be empty")
    options: list[AnswerOption] = Field(description="answers to choose; empty where one types")


class FormQuestion(Column):
    """One question of the form."""

    name: str = Field(description="key of the answer in `answers`")
    widget: str = enum_field(sorted(eforms.WIDGETS), "how it is asked")
    required: bool = Field(description="has to be answered wherever it is asked; the schema may need others as well")
    when: dict[str, Any] | None = Field(
        description="JSON Schema over all answers: it is asked where they fit; null: always"
    )
    prefill: str = Field(description="where the platform may know the answer from: party.FIELD, register:KEY.FIELD")
    fixed: bool = Field(description="where the platform knows the answer, it is taken and another is not")
    sensitive: bool = Field(description="masked for readers who do not need it")
    columns: list[Column] = Field(description="of a table: what each row asks; else empty")


class QuestionStep(Schema):
    """A page of questions."""

    step: str = Field(description="key of the page")
    title: str = Field(description="its title")
    intro: str = Field(description="what stands before the questions; may be empty")
    questions: list[FormQuestion] = Field(description="the questions in their order")


class QuestionCheck(Schema):
    """What is looked at across answers."""

    id: str = Field(description="its name; confirm:ID in `missing` of a case")
    wrong: str = Field(description="FEEL over the answers: where it is true, something is wrong or strange")
    severity: str = enum_field(("error", "confirm"), "error: has to be mended; confirm: the applicant may say it is so")
    at: str = enum_field(("begin", ""), "begin: asked before anything is filled in; empty: with the answers")
    fields: list[str] = Field(description="the questions it points to, the one to mend first")
    message: str = Field(description="what is said, in the language asked for; {expressions} are filled in")


class QuestionMaterial(Schema):
    """A material line: what has to be handed in."""

    code: str = Field(description="names the line in addresses")
    name: str = Field(description="name of the material")
    required: bool = Field(description="whether the application needs it where it is asked for")
    when: dict[str, Any] | None = Field(description="JSON Schema over all answers that have to fit; null: always")
    fetched: bool = Field(description="the platform can fetch it itself; it is uploaded where nothing is found")
    accept: list[Annotated[str, enum_field(("pdf", "png", "jpg", "ofd"), "one kind")]] = Field(
        description="kinds of files taken"
    )
    max_mb: int = Field(description="largest file in megabytes")
    standard: str = Field(description="what it must be like to be accepted (受理标准)")


class ServiceQuestions(Schema):
    """Everything an application has to answer and bring."""

    service: str = Field(description="catalogue code of the service")
    version: int = Field(description="number of the version that a new case begins with")
    answers: dict[str, Any] = Field(description="JSON Schema 2020-12 of `answers` of a case")
    layout: list[QuestionStep] = Field(description="how the questions are asked, page by page")
    checks: list[QuestionCheck] = Field(description="what is looked at across answers")
    materials: list[QuestionMaterial] = Field(description="what has to be handed in")


class Narrowing(Schema):
    """What a list may be narrowed to."""

    department: str = Field("", description="only services of the department with this key")
    topic: str = Field("", description="person:060, business:010 or event:open-restaurant")
    online: bool = Field(False, description="only what can be applied for here")
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get(
    "/services",
    auth=None,
    operation_id="catalogue_list",
    response=ServicePage,
    summary="List services",
    openapi_extra=UNCHANGED,
)
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
    return _lines(with_readable_cursor(keyset_page(found, request.GET, order=("name", "pk"), size=50)))


@router.get(
    "/search",
    auth=None,
    operation_id="catalogue_search",
    response=ServiceHits,
    summary="Find services by a question in everyday words",
    openapi_extra=UNCHANGED,
)
def search(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Query(description="the question, in everyday words")],
    page: Annotated[int, Query(description="number of the page, from 1")] = 1,
    online: Annotated[bool, Query(description="only what can be applied for here")] = False,
) -> Any:
    if unchanged := _same(request, response):
        return unchanged
    results = catalogue.search(q, catalogue.SearchFilters(online=online), page=page)
    return {
        "items": [
            {**_line(result.service), "why": [in_words(reason) for reason in result.reasons]}
            for result in results.results
        ],
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
    }


@router.get(
    "/services/{code}",
    auth=None,
    operation_id="catalogue_read",
    response=ServiceGuide,
    summary="Read the whole guide of a service",
    openapi_extra=UNCHANGED,
)
def guide(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    if unchanged := _same(request, response):
        return unchanged
    service = _service(code)
    version = service.current
    return {
        **_line(service),
        "version": version.number if version else None,
        "guide": version.guide if version else None,
        "limits": catalogue.limits(version.guide)._asdict() if version else None,
        "about": service.about if not version else {},
    }


@router.get(
    "/services/{code}/questions",
    auth=None,
    operation_id="catalogue_questions",
    response=ServiceQuestions,
    summary="Read what an application has to answer and bring",
    openapi_extra=UNCHANGED,
)
def questions(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """Only of services that can be applied for here; 404 for the others."""
    if unchanged := _same(request, response):
        return unchanged
    service = _service(code)
    if service.current is None:
        raise NotFound()
    return {"service": service.code, "version": service.current.number, **catalogue.questions(service.current)}


def _service(code: str) -> Service:
    found: Service | None = Service.objects.offered().with_departments().select_related("current").coded(code).first()
    if found is None:
        raise NotFound()
    return found


def _same(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """Mark the answer with the catalogue's edition; say 304 to whoever has that one already."""
    etag = quote_etag(f"{Edition.objects.cached() or 'empty'}-{get_language()}")
    response["ETag"], response["Cache-Control"] = etag, "public, max-age=60"
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return None


def _lines(pages: Any) -> dict[str, Any]:
    return {"items": [_line(service) for service in pages], "next": pages.next}


def _line(service: Service) -> dict[str, Any]:
    names = ("code", "name", "english", "summary", "summary_english", "type", "level", "area", "audience", "online")
    office = {"department": service.department.name, "department_key": service.department.key}
    return {name: getattr(service, name) for name in names} | office


def _department(key: str) -> Department:
    found = Department.objects.with_keys([key]).first()
    if found is None:
        raise Invalid({"department": [_("No department has the key “%(key)s”.") % {"key": key}]})
    return found
