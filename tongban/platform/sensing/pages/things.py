"""Things at the desk: where they are, what they measure, how it was."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import pgettext

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.database.prefixes import beginning_with
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, Datastream, Observation, Thing
from tongban.platform.sensing.pages import presenting
from tongban.platform.sensing.rules import charts

READ = "sensing.read"
SPANS = {"1": 1, "7": 7, "30": 30, "365": 365}


@requires(READ)
def things(request: Request) -> HttpResponse:
    """List things by name; searched by how their name begins, or by their key."""
    text = typed.prose(request.GET.get("q", ""))[:80].strip()
    filters = ListFilters([], request.GET, text)
    parts = [part.with_names() for part in Thing.objects.parts_for(request.actor)]
    pages = keyset_page([part.keyed(text) for part in parts if text], request.GET, order=("name",))
    if not pages.rows:
        pages = keyset_page(parts, request.GET, order=("name",), within=beginning_with(text))
    return render_page(request, "sensing/things.html", pages=pages, filters=filters)


@requires(READ)
def thing(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(Thing.objects.with_names(), request.actor, "thing", uid=uid)
    streams = Datastream.objects.visible_to(request.actor).of_thing(found)
    lines = [(one, _latest(one)) for one in streams]
    alerts = Alert.objects.visible_to(request.actor).of_thing(found).with_names().order_by("-raised_at")[:10]
    return render_page(request, "sensing/thing.html", thing=found, lines=lines, alerts=alerts)


@requires(READ)
def stream(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(Datastream.objects.with_names(), request.actor, "stream", uid=uid)
    words = {
        "1": pgettext("chart", "a day"),
        "7": pgettext("chart", "a week"),
        "30": pgettext("chart", "30 days"),
        "365": pgettext("chart", "a year"),
    }
    span = choice(request, "days", pgettext("chart", "Show"), words["1"], words)
    end = clock.now()
    series = sensing.series(found, end - timedelta(days=SPANS[span.chosen or "1"]), end)
    rows = keyset_page(Observation.objects.of_stream(found), request.GET, order=("-at",))
    return render_page(
        request,
        "sensing/stream.html",
        stream=found,
        latest=_latest(found),
        series=series,
        chart=charts.drawn(series.points, begin=series.begin, end=series.end),
        spans=[(days, word, days == (span.chosen or "1")) for days, word in words.items()],
        pages=rows,
        lines=[(row, presenting.reading(row.result)) for row in rows],
    )


def _latest(found: Datastream) -> str:
    latest = getattr(found, "latest", None)
    if latest is None:
        return ""
    unit = f" {found.unit_symbol}" if found.unit_symbol else ""
    return presenting.reading(latest.result) + unit
