"""Open311 GeoReport v2 at /open311/v2: other software lists what can be reported, reports it, and follows it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.applications.streets.rules import open311
from tongban.applications.streets.rules.matters import StreetMatter
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestFile

MAX_URL = 2000
View = Callable[..., HttpResponse]


class GeoReportRefusal(Exception):
    """What the standard says no with: a status, and sentences."""

    def __init__(self, status: int, *sentences: str) -> None:
        super().__init__(status, *sentences)
        self.status, self.sentences = status, sentences


def _door(*methods: str) -> Callable[[View], View]:
    """Let anyone in, by these methods, and say no in the words of the standard."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @public
        @wraps(view)
        def told(request: Request, *, form: str, **words: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise GeoReportRefusal(405, _("This address does not know this method."))
                _jurisdiction(request)
                return view(request, form=form, **words)
            except GeoReportRefusal as refused:
                return _refused(form, refused.status, refused.sentences)
            except Refusal as refusal:
                return _told_refusal(form, refusal)

        told.audience = "public"  # type: ignore[attr-defined]
        return told

    return decorate


@_door("GET")
def discovery(request: Request, *, form: str) -> HttpResponse:
    """Say where the interface is and what it speaks."""
    root = f"{settings.PUBLIC_URL}/open311/v2"
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": root,
        "changeset": "2026-01-01T00:00:00Z",
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    said = {
        "changeset": "2026-01-01T00:00:00Z",
        "contact": str(_("The urban management centre of the city")),
        "key_service": f"{settings.PUBLIC_URL}/help/",
        "endpoints": [endpoint],
    }
    return _answer("discovery", said, form)


@_door("GET")
def services(request: Request, *, form: str) -> HttpResponse:
    """List what can be reported."""
    table = streets.table()
    found = [
        {
            "service_code": one.code,
            "service_name": worded(one.name, one.english),
            "description": f"{streets.group_of(one.code)}：{worded(one.name, one.english)}",
            "metadata": bool(table.questions_of(one.code)),
            "type": "realtime",
            "keywords": f"{one.name},{one.english}",
            "group": streets.group_of(one.code),
        }
        for one in table.kinds()
    ]
    return _answer("services", found, form)


@_door("GET")
def service(request: Request, *, form: str, code: str) -> HttpResponse:
    """Say what is asked about one thing that can be reported."""
    matter = _matter(code, 404)
    questions = [
        {
            "variable": True,
            "code": one.code,
            "datatype": one.datatype,
            "required": one.required,
            "datatype_description": "",
            "order": number,
            "description": worded(one.name, one.english),
            **(
                {"values": [{"key": value.key, "name": worded(value.name, value.english)} for value in one.values]}
                if one.values
                else {}
            ),
        }
        for number, one in enumerate(streets.table().questions_of(matter.code), 1)
    ]
    return _answer("service_definition", {"service_code": matter.code, "attributes": questions}, form)


@_door("GET", "POST")
def many(request: Request, *, form: str) -> HttpResponse:
    """List reports that everybody may see; or take one."""
    if request.method == "POST":
        return _taken(request, form)
    try:
        asked = open311.asked(request.GET.dict())
    except open311.WrongQuestion as wrong:
        raise GeoReportRefusal(400, _("The parameter %(name)s cannot be read.") % {"name": wrong}) from wrong
    found = PublicRequest.objects.in_public().of_system(streets.SYSTEM_NAME)
    if asked.numbers:
        found = found.with_numbers(asked.numbers[: open311.MAX_REQUESTS])
    else:
        last = asked.last or clock.now()
        found = found.until(last).since(asked.first or last - timedelta(days=open311.MAX_DAYS))
    if asked.services:
        found = found.in_categories(asked.services)
    if len(asked.status) == 1:
        found = found.open() if asked.status == ("open",) else found.ended()
    rows = found.with_names().newest(open311.MAX_REQUESTS)
    return _answer("service_requests", _requests(list(rows)), form)


@_door("GET")
def one(request: Request, *, form: str, number: str) -> HttpResponse:
    """Say how one report stands."""
    found = PublicRequest.objects.in_public().of_system(streets.SYSTEM_NAME).with_names().numbered(number.upper())
    rows = list(found)
    if not rows:
        raise GeoReportRefusal(404, _("There is no report with this number that everybody may see."))
    return _answer("service_requests", _requests(rows), form)


@_door("GET")
def token(request: Request, *, form: str, token: str) -> HttpResponse:
    """Say the number of a report by its token; here a report has its number at once, and is its own token."""
    if not PublicRequest.objects.of_system(streets.SYSTEM_NAME).numbered(token.upper()).exists():
        raise GeoReportRefusal(404, _("There is no report with this token."))
    return _answer("service_requests", [{"service_request_id": token.upper(), "token": token}], form)


def _taken(request: Request, form: str) -> HttpResponse:
    said = request.POST.dict()
    actor = _sender(request, said)
    if not said.get("service_code"):
        raise GeoReportRefusal(400, _("service_code is missing."))
    matter = _matter(said["service_code"], 404)
    details = _details(matter, open311.attributes(said))
    media = said.get("media_url", "").strip()
    if media:
        if len(media) > MAX_URL or not media.startswith(("https://", "http://")):
            raise GeoReportRefusal(400, _("media_url is no address of the web."))
        details["media_url"] = media
    received = streets.report(
        actor=actor,
        found=streets.StreetReport(
            matter=matter.code,
            words=said.get("description") or worded(matter.name, matter.english),
            place=_place(said),
            component=details.pop("component", ""),
            channel="api",
            contact=_contact(said),
            public=True,
            key=request.headers.get("Idempotency-Key", ""),
            details=details,
        ),
    )
    notice = {
        "service_request_id": received.request.number,
        "service_notice": str(_("The supervision centre looks at it first, then the department in charge is sent.")),
        "account_id": None,
    }
    return _answer("service_requests", [notice], form, status=201)


def _sender(request: Request, said: Mapping[str, str]) -> Actor:
    key = said.get("api_key", "")
    actor = identity.token_actor(f"Bearer {key}", address=request.actor.address) if key else None
    if actor is None:
        raise GeoReportRefusal(403, _("api_key is missing or not valid."))
    if not actor.holds("streets.forward"):
        raise GeoReportRefusal(403, _("This api_key may not send reports."))
    return parties.with_party(actor)


def _place(said: Mapping[str, str]) -> requests.RequestPlace:
    """Read lat and long (WGS 84), or address_string. Raises GeoReportRefusal."""
    degrees = []
    for name in ("lat", "long"):
        try:
            degrees.append(float(said[name]) if said.get(name) else None)
        except ValueError as error:
            raise GeoReportRefusal(400, _("The parameter %(name)s cannot be read.") % {"name": name}) from error
    address = said.get("address_string", "")[: requests.MAX_ADDRESS]
    if degrees == [None, None] and not address:
        raise GeoReportRefusal(400, _("lat and long, or address_string, say where it is."))
    area = next(iter(dict(streets.districts())), "")
    return requests.RequestPlace(area if address else "", degrees[0], degrees[1], "WGS84", address)


def _contact(said: Mapping[str, str]) -> dict[str, str]:
    name = " ".join(filter(None, (said.get("first_name", ""), said.get("last_name", ""))))
    found = {"name": name, "phone": said.get("phone", ""), "email": said.get("email", "")}
    return {key: value for key, value in found.items() if value}


def _details(matter: StreetMatter, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that were given to the matter's questions. Raises GeoReportRefusal."""
    found: dict[str, str] = {}
    for question in streets.table().questions_of(matter.code):
        answer = answers.get(question.code, "").strip()[: requests.MAX_ADDRESS]
        if question.required and not answer:
            raise GeoReportRefusal(400, _("attribute[%(code)s] is missing.") % {"code": question.code})
        if answer and question.values and answer not in {value.key for value in question.values}:
            raise GeoReportRefusal(400, _("attribute[%(code)s] is none of its values.") % {"code": question.code})
        if answer:
            found[question.code] = answer
    return found


def _requests(rows: list[PublicRequest]) -> list[dict[str, Any]]:
    """Return reports as everybody may see them."""
    orders = {case.request_id: case for case in StreetCase.objects.with_names().of_requests([row.pk for row in rows])}
    shown = {file.request_id: file for file in RequestFile.objects.shown_of(rows)}
    return [_said(row, orders.get(row.pk), shown.get(row.pk)) for row in rows]


def _said(row: PublicRequest, case: StreetCase | None, photo: RequestFile | None) -> dict[str, Any]:
    view = requests.public_view(row)
    published = row.published_at is not None
    agency = row.department or row.office
    due = case.order.handling_due_at if case and case.order else None
    changed = row.ended_at or row.answered_at or row.received_at
    where = reverse("hall:requests:photo", args=[row.uid, photo.document.uid]) if photo else ""
    return {
        "service_request_id": row.number,
        "status": "closed" if row.ended_at else "open",
        "status_notes": view.answer or view.state,
        "service_name": view.what,
        "service_code": row.category,
        "description": view.words or view.what,
        "agency_responsible": worded(agency.name, agency.english),
        "service_notice": None,
        "requested_datetime": row.received_at.isoformat(timespec="seconds"),
        "updated_datetime": changed.isoformat(timespec="seconds"),
        "expected_datetime": due.isoformat(timespec="seconds") if due else None,
        "address": row.address if published else None,
        "address_id": None,
        "zipcode": None,
        "lat": row.latitude,
        "long": row.longitude,
        "media_url": f"{settings.PUBLIC_URL}{where}" if where else None,
    }


def _matter(code: str, status: int) -> StreetMatter:
    found = streets.table().matters.get(code)
    if found is None or not found.is_kind:
        raise GeoReportRefusal(status, _("There is no service with the code %(code)s.") % {"code": code[:40]})
    return found


def _jurisdiction(request: Request) -> None:
    """Refuse a question to another city, where this one has a name."""
    own = settings.STREETS_JURISDICTION
    asked = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id", "")
    if own and not asked:
        raise GeoReportRefusal(400, _("jurisdiction_id is missing."))
    if own and asked != own:
        raise GeoReportRefusal(404, _("There is no jurisdiction %(name)s here.") % {"name": asked[:60]})


def _told_refusal(form: str, refusal: Refusal) -> HttpResponse:
    sentences = [text for texts in refusal.errors.values() for text in texts] if isinstance(refusal, Invalid) else []
    status = 400 if refusal.status in {409, 422} else refusal.status
    response = _refused(form, status, sentences or [str(refusal)])
    if refusal.wait_seconds:
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


def _refused(form: str, status: int, sentences: Any) -> HttpResponse:
    errors = [{"code": status, "description": str(sentence)} for sentence in sentences]
    return _answer("errors", errors, form, status=status)


def _answer(name: str, content: Any, form: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        open311.written(name, content, form),
        status=status,
        content_type=open311.KINDS[form],
        headers={"Cache-Control": "no-store"},
    )


app_name = "open311"
urlpatterns = [
    route
    for form in open311.KINDS
    for route in (
        path(f"open311/v2/discovery.{form}", discovery, {"form": form}, name=f"discovery-{form}"),
        path(f"open311/v2/services.{form}", services, {"form": form}, name=f"services-{form}"),
        path(f"open311/v2/services/<slug:code>.{form}", service, {"form": form}, name=f"service-{form}"),
        path(f"open311/v2/requests.{form}", many, {"form": form}, name=f"requests-{form}"),
        path(f"open311/v2/requests/<slug:number>.{form}", one, {"form": form}, name=f"request-{form}"),
        path(f"open311/v2/tokens/<slug:token>.{form}", token, {"form": form}, name=f"token-{form}"),
    )
]
