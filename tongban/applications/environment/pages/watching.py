"""What officials look at: the region, sources, a point with its four kinds of evidence, rivers."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import (
    DeviceCommand,
    EmissionLimit,
    MonitoringPoint,
    PollutionSource,
    RetainedSample,
)
from tongban.applications.environment.models.sources import PointKind, SourceKind
from tongban.applications.environment.pages.air import shown
from tongban.applications.environment.rules.pictures import drawn
from tongban.applications.environment.services import figures, tables
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.database.prefixes import beginning_with
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.sensing.models import Alert, Datastream

SHOWN = 10
STATE = "-RS"


class CameraForm(forms.Form):
    purpose = forms.CharField(label=_("What do you look for?"), max_length=200)


@requires("environment.read")
def region(request: Request) -> HttpResponse:
    """Show how the region does: air, water, sources, and what is above its limit."""
    evaluation = figures.evaluated(request.actor)
    worst = shown(evaluation.worst_air) if evaluation.worst_air else None
    alerts = Alert.objects.visible_to(request.actor).open().with_names().order_by("-raised_at", "-pk")[:SHOWN]
    return render_page(
        request,
        "environment/region.html",
        evaluation=evaluation,
        worst=worst,
        alerts=alerts,
        standard=tables.aqi_edition(),
        water=tables.water_edition(),
    )


@requires("environment.read")
def sources(request: Request) -> HttpResponse:
    kinds = choice(request, "kind", _("Kind of source"), pgettext("kind of source", "all"), dict(SourceKind.choices))
    text = request.GET.get("q", "").strip()
    parts = [part.of_kind(kinds.chosen).with_names() for part in PollutionSource.objects.parts_for(request.actor)]
    pages = keyset_page([part.numbered(text) for part in parts if text], request.GET, order=("name", "pk"))
    if not pages.rows:
        pages = keyset_page(parts, request.GET, order=("name", "pk"), within=beginning_with(text))
    narrowed = ListFilters([kinds], request.GET, text)
    return render_page(request, "environment/sources.html", pages=pages, filters=narrowed)


@requires("environment.read")
def source(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(PollutionSource.objects.with_names(), request.actor, "pollution source", uid=uid)
    points = MonitoringPoint.objects.visible_to(request.actor).of_source(found)
    return render_page(request, "environment/source.html", source=found, points=points)


@requires("environment.read")
def point(request: Request, uid: UUID) -> HttpResponse:
    """Show a point with the four kinds of evidence: data, video, how the plant ran, retained samples."""
    found = identity.get_visible(MonitoringPoint.objects.with_names(), request.actor, "monitoring point", uid=uid)
    form, video = CameraForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            video = environment.open_video(actor=request.actor, point=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("This look at the camera is on record with its purpose."))
    streams = list(Datastream.objects.of_thing(found.thing))
    limits = list(EmissionLimit.objects.in_force(found, clock.today()))
    return render_page(
        request,
        "environment/point.html",
        point=found,
        streams=[_line(stream, limits) for stream in streams if not _code(stream).endswith(STATE)],
        states=[_state(stream) for stream in streams if _code(stream).endswith(STATE)],
        chosen=_chosen(streams, request.GET.get("stream", ""), limits),
        samples=RetainedSample.objects.of_point(found)[:SHOWN],
        commands=[(command, _named(command)) for command in DeviceCommand.objects.of_point(found)[:SHOWN]],
        alerts=Alert.objects.of_thing(found.thing).with_names().order_by("-raised_at", "-pk")[:SHOWN],
        form=form,
        video=video,
        status=422 if form.errors else 200,
    )


@requires("environment.read")
def water(request: Request) -> HttpResponse:
    """Show rivers from the source downstream, and lakes, by class and by what changed on the way."""
    seen = MonitoringPoint.objects.visible_to(request.actor)
    edition = tables.water_edition()
    rivers = figures.sections(seen.sections())
    lakes = figures.sections(seen.of_kind(PointKind.LAKE).order_by("name", "pk"))
    groups = [*rivers.items(), *lakes.items()]
    rows = [(name, [_section(one) for one in sections]) for name, sections in groups]
    return render_page(request, "environment/water.html", rivers=rows, edition=edition)


def _section(one: figures.Section) -> dict[str, Any]:
    edition = tables.water_edition()
    state = edition.state(one.verdict.name) if one.verdict else None
    items = edition.items
    return {
        "section": one,
        "state": worded(state.name, state.english) if state else "",
        "decided_by": "、".join(items[code].name for code in one.verdict.decided_by) if one.verdict else "",
        "exceeded": [
            (items[code].name, None if times is None else f"{times:.2f}")
            for code, times in (one.verdict.exceeded if one.verdict else {}).items()
        ],
        "worse": one.change if one.change and one.change > 0 else 0,
        "better": -one.change if one.change and one.change < 0 else 0,
    }


def _code(stream: Datastream) -> str:
    return stream.key.split("/")[1]


PERIODS = {"realtime": "Rtd", "minute": "Min", "hour": "Hour", "day": "Day"}


def _line(stream: Datastream, limits: list[EmissionLimit]) -> dict[str, Any]:
    _mn, code, period = stream.key.split("/")
    limit = _limit(code, period, limits)
    latest = getattr(stream, "latest", None)
    return {
        "stream": stream,
        "period": _period(period),
        "latest": latest,
        "limit": limit,
        "above": bool(limit and latest and latest.quality == "valid" and Decimal(str(latest.value or 0)) > limit.most),
        "mark": tables.dialects().marks.get(latest.flag, latest.flag) if latest else "",
    }


def _limit(code: str, period: str, limits: list[EmissionLimit]) -> EmissionLimit | None:
    for limit in limits:
        if (f"{limit.factor}-Zs" if limit.converted else limit.factor, limit.period) == (code, period):
            return limit
    return None


def _period(period: str) -> str:
    return {
        "realtime": pgettext("period of values", "instant"),
        "minute": pgettext("period of values", "minutes"),
        "hour": pgettext("period of values", "hour"),
        "day": pgettext("period of values", "day"),
    }[period]


def _state(stream: Datastream) -> dict[str, Any]:
    latest = getattr(stream, "latest", None)
    code = "" if latest is None or latest.value is None else f"{latest.value:.0f}"
    return {
        "device": _code(stream).removesuffix(STATE),
        "latest": latest,
        "word": tables.dialects().states.get(code, code),
        "runs": code == "1",
    }


def _chosen(streams: list[Datastream], asked: str, limits: list[EmissionLimit]) -> dict[str, Any] | None:
    """Return the record of the stream that was asked for, else of the first with a limit, or a rhythm."""
    rhythmic = [one for one in streams if one.key.split("/")[2] in figures.EVERY]
    limited = (one for one in rhythmic if _limit(_code(one), one.key.split("/")[2], limits))
    first = next(limited, rhythmic[0] if rhythmic else None)
    stream = next((one for one in rhythmic if str(one.uid) == asked), first)
    if stream is None:
        return None
    _mn, code, period = stream.key.split("/")
    record = figures.record_of(stream, period, code)
    if record is None:
        return None
    limit = _limit(code, period, limits)
    values = [float(value.value) if value.valid and value.value is not None else None for value in record.values]
    picture = drawn(values, stream.name, limit=float(limit.most) if limit else None)
    return {"stream": stream, "record": record, "limit": limit, "picture": mark_safe(picture)}


def _named(command: DeviceCommand) -> str:
    known = tables.dialects().commands.get(command.cn)
    return known.name if known else command.cn
