"""The catalogue's doors: find and read services in the hall, look after definitions at the desk."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock, links, text
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.kernel.wording import all_worded, english, in_chinese, worded
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Blob
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.context import care_size
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.catalogue import ports
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import FailedSearch, Service, Version
from tongban.platform.catalogue.models.changes import MAX_BASIS
from tongban.platform.catalogue.services import headings, presenting, samples
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

# 服务对象 behind the two words people choose between (GB/T 39046 A.4).
AUDIENCES = {"person": "1", "business": "23456"}
# How far back designers look for what people did not find.
FAILED_SEARCH_DAYS = 90


class Withdrawal(forms.Form):
    """Why a service is offered no longer."""

    reason = forms.CharField(
        label=pgettext_lazy("catalogue", "Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the service is withdrawn; the reason is recorded in the journal.")},
    )


# ── hall ──


@public
@require_GET
def browse(request: Request) -> HttpResponse:
    """Show all ways to a service: by who one is, topic, life event, department, kind."""
    return _same_for_visitors(
        request, "browse", lambda: render_page(request, "catalogue/browse.html", home=catalogue.home_page())
    )


@public
@require_GET
def under(request: Request, kind: str, code: str) -> HttpResponse:
    """List what stands under a heading."""
    found, title, note = _heading(kind, code)
    online = request.GET.get("online") == "1"
    if online:
        found = found.online()
    pages = keyset_page(found.brief(), request.GET, order=("-online", "name", "pk"))
    context = {"kind": kind, "code": code, "title": title, "note": note, "online": online}
    context["in_chinese"] = _in_chinese(pages.rows)
    return render_page(request, "catalogue/under.html", pages=pages, **context)


@public
@require_GET
def search(request: Request) -> HttpResponse:
    """Answer a question in everyday words; where nothing answers, show the nearest topics and remember the wish."""
    asked = text.prose(request.GET.get("q", ""))
    if not asked:
        return redirect("hall:catalogue:browse")
    chosen = _chosen(request.GET)
    results = catalogue.search(asked, _filters(chosen), page=_number(request.GET.get("page", "")))
    nearest, answers = [], ports.answers_to(asked)
    in_vain = not results.total and not answers
    # Whoever narrowed it down may have excluded the answer: that is no unmet wish.
    unmet = in_vain and not any(chosen.values())
    if in_vain:
        nearest = catalogue.nearest(asked)
    if unmet:
        catalogue.record_failed_search(asked)
    return render_page(
        request,
        "catalogue/search.html",
        asked=asked,
        results=results,
        nearest=nearest,
        in_chinese=_in_chinese(found.service for found in results.results),
        answers=answers,
        unmet=unmet,
        chosen=chosen,
        choices=_choices(),
        earlier=_with(request.GET, results.page - 1) if results.page > 1 else "",
        later=_with(request.GET, results.page + 1) if results.page < results.pages else "",
    )


@public
@require_GET
def suggest(request: Request) -> HttpResponse:
    """Suggest services while somebody types; a comfort that nothing depends on."""
    typed = text.prose(request.GET.get("q", ""))
    found = catalogue.suggest(typed) if len(typed) > 1 else []
    return render(request, "catalogue/suggestions.html", {"found": found, "typed": typed})


@public
@require_GET
def guide(request: Request, code: str) -> HttpResponse:
    """Show everything people must know about a service."""
    shown = presenting.cached(("catalogue.guide", code), lambda: _guide(code))
    if shown is None:
        raise NotFound()
    return _same_for_visitors(request, f"guide {code}", lambda: render_page(request, "catalogue/guide.html", **shown))


@public
@require_GET
def sample(request: Request, code: str, name: str) -> HttpResponse:
    """Hand out a sample that belongs to a service in force."""
    service = get_object_or_404(Service.objects.begun().coded(code))
    file = service.current.files.get(name) if service.current else None
    if file is None:
        raise NotFound()
    with storage.open(Blob.objects.get(digest=file["digest"])) as content:
        return _file(content.read(), file["media_type"], name.rsplit("/", 1)[-1])


# ── desk ──


@requires("catalogue.design", "catalogue.publish")
@require_GET
def definitions(request: Request) -> HttpResponse:
    """List the services that have definitions of their own, with their latest versions."""
    services = Service.objects.designed_by(request.actor).with_versions()
    pages = keyset_page(services, request.GET, order=("name", "pk"), size=30)
    return render_page(request, "catalogue/definitions.html", pages=pages)


@requires("catalogue.design", "catalogue.publish")
@require_GET
def versions(request: Request, code: str) -> HttpResponse:
    """Show a service's versions: what may be done with each, and what the check found."""
    return _versions(request, _own(request, code), Withdrawal())


@requires("catalogue.design", "catalogue.publish")
@require_GET
def preview(request: Request, code: str, number: int) -> HttpResponse:
    """Show a version's guide as people would read it."""
    service = _own(request, code)
    version = _version(request, service, number)
    return render_page(
        request, "catalogue/preview.html", service=service, version=version, body=_body(service, version, "")
    )


@requires("catalogue.publish")
@require_POST
def publish(request: Request, code: str, number: int) -> HttpResponse:
    version = _version(request, _own(request, code), number)
    basis = typed.prose(request.POST.get("basis", ""))[:MAX_BASIS]
    catalogue.publish(actor=request.actor, version=version, basis=basis)
    messages.success(request, _("The version is now in force, and people can find it."))
    return redirect("desk:catalogue:versions", code)


@requires("catalogue.publish")
@require_POST
def withdraw(request: Request, code: str) -> HttpResponse:
    service = _own(request, code)
    form = Withdrawal(request.POST)
    if not form.is_valid():
        return _versions(request, service, form)
    catalogue.withdraw(actor=request.actor, service=service, reason=form.cleaned_data["reason"])
    messages.success(request, _("The service is no longer offered. Open cases continue under their version."))
    return redirect("desk:catalogue:versions", code)


@requires("catalogue.design", "catalogue.publish")
@require_GET
def failed_searches(request: Request) -> HttpResponse:
    """List what people looked for in vain."""
    recent = FailedSearch.objects.recent(since=clock.today() - timedelta(days=FAILED_SEARCH_DAYS))
    pages = keyset_page(recent, request.GET, order=("-day", "-times", "pk"), size=50, stepwise=True)
    return render_page(request, "catalogue/failed_searches.html", pages=pages)


# ── what the views are made of ──


def _in_chinese(services: Iterable[Service]) -> bool:
    return in_chinese([text for service in services for text in (service.title, service.lead)])


def _same_for_visitors(request: Request, name: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer visitors who say nothing about themselves with one page, kept while the catalogue stays the same."""
    if request.actor.signed_in or request.GET or get_messages(request):
        return draw()
    return HttpResponse(presenting.cached(("catalogue.page", name, care_size(request)), lambda: draw().content))


def _versions(request: Request, service: Service, form: Withdrawal) -> HttpResponse:
    found = []
    for version in Version.objects.visible_to(request.actor).of(service.pk):
        problems = catalogue.found_in(version)
        picture = presenting.faulty_picture(version.process, problems)
        found.append((version, [catalogue.sentence(problem) for problem in problems], picture))
    may = request.actor.holds("catalogue.publish", department=service.department_id, area=service.area)
    status = 422 if form.errors else 200
    return render_page(
        request, "catalogue/versions.html", status=status, service=service, versions=found, may=may, form=form
    )


def _own(request: Request, code: str) -> Service:
    """Return a service the actor works on; a stranger's is missing, and the attempt is in the journal."""
    service = Service.objects.designed_by(request.actor).coded(code).first()
    return identity.must_find(service, request.actor, "service", code)


def _version(request: Request, service: Service, number: int) -> Version:
    version = Version.objects.visible_to(request.actor).of(service.pk).numbered(number).first()
    return identity.must_find(version, request.actor, "version", f"{service.code} {number}")


def _guide(code: str) -> dict[str, Any] | None:
    service = Service.objects.offered().with_departments().coded(code).select_related("current").first()
    if service is None:
        return None
    begin = links.url_of("apply", code) if service.online else ""
    body = _body(service, service.current, begin) if service.current else _plain(service)
    return {"service": service, "body": body}


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _body(service: Service, version: Version, begin: str) -> SafeString:
    guide, limits = all_worded(version.guide), presenting.limits(version.guide)
    return render_to_string(
        "catalogue/guide_body.html",
        {
            "service": service,
            "department": service.department,
            "guide": guide,
            "english": english(),
            "begin": begin,
            "type": headings.name("type", guide["type"]),
            "level": headings.name("level", guide["level"]),
            "audience": presenting.audience(guide),
            "conditions_in_full": any("short" in row for row in guide["condition"]),
            "fee_total": sum(item["amount_fen"] for item in guide["fee"].get("item", [])),
            "rates": list(presenting.rates_in_force(guide, clock.today()).values()),
            "picture": presenting.picture(version),
            "sample": samples.FILE if begin and samples.FILE in version.files else "",
            "files": version.files,
            "limits": limits,
            "procedures": [(row, limits.procedures[str(row["name"])]) for row in guide["limits"].get("procedure", [])],
            "stages": [(stage, codes.in_words(stage["days"], guide["limits"]["unit"])) for stage in guide["stage"]],
        },
    )


def _plain(service: Service) -> SafeString:
    """Say what is known of an item that a list brought in."""
    context = {"service": service, "department": service.department, "type": headings.name("type", service.type)}
    context["level"] = headings.name("level", service.level)
    if service.about:
        place = service.about["place"]
        context |= {"about": service.about, "place": worded(place["name"], place["english"]), "english": english()}
        return render_to_string("catalogue/elsewhere_body.html", context)
    return render_to_string("catalogue/plain_body.html", context)


def _heading(kind: str, code: str) -> tuple[Any, Any, str]:
    """Return the services under a heading, what it is called, and a note."""
    offered = Service.objects.offered()
    if kind == "for" and code in AUDIENCES:
        title = _("For people") if code == "person" else _("For businesses")
        return offered.for_audiences(AUDIENCES[code]), title, ""
    if kind == "department":
        department = get_object_or_404(Department, key=code)
        return offered.of(department), department.title, ""
    lists = {"person", "business", "event", "type"}
    entry = next((e for e in headings.of(kind) if e.code == code), None) if kind in lists else None
    if entry is None:
        raise NotFound()
    return (offered.typed(code) if kind == "type" else offered.under(kind, code)), str(entry), entry.about


def _chosen(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "").replace("\0", "") for name in ("for", "department", "topic", "online")}


def _filters(chosen: dict[str, str]) -> catalogue.SearchFilters:
    department = Department.objects.with_keys([chosen["department"]]).first() if chosen["department"] else None
    return catalogue.SearchFilters(
        audience=AUDIENCES.get(chosen["for"], ""),
        department=department.pk if department else 0,
        headings=(chosen["topic"],) if chosen["topic"] else (),
        online=chosen["online"] == "1",
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Return what a search can be narrowed to."""
    home = presenting.home_page()
    headings = (*home.events, *home.person, *home.business)
    return {
        "departments": [(office.code, office.title) for office in home.departments],
        "topics": [(f"{found.kind}:{found.code}", found.title) for found in headings],
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 1


def _with(params: QueryDict, number: int) -> str:
    changed = params.copy()
    changed["page"] = str(number)
    return changed.urlencode()


hall = [
    path("", browse, name="browse"),
    path("search/", search, name="search"),
    path("suggest/", suggest, name="suggest"),
    path("under/<slug:kind>/<slug:code>/", under, name="under"),
    path("guide/<str:code>/", guide, name="guide"),
    path("guide/<str:code>/files/<path:name>", sample, name="sample"),
]

desk = [
    path("", definitions, name="definitions"),
    path("demands/", failed_searches, name="failed_searches"),
    path("<str:code>/", versions, name="versions"),
    path("<str:code>/<int:number>/", preview, name="preview"),
    path("<str:code>/<int:number>/publish/", publish, name="publish"),
    path("<str:code>/withdraw/", withdraw, name="withdraw"),
]
