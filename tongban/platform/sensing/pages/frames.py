"""Raw frames at the desk: what devices sent, what became of it, read once more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import RawFrame

STEWARD = "sensing.steward"


@requires(STEWARD)
def frames(request: Request) -> HttpResponse:
    """List frames, the newest first; by their outcome, or of one source."""
    source = typed.prose(request.GET.get("q", ""))[:120].strip()
    outcomes = dict(RawFrame.Outcome.choices)
    outcome = choice(request, "outcome", pgettext("frame", "Outcome"), pgettext("frame", "Any"), outcomes)
    filters = ListFilters([outcome], request.GET, source)
    parts = [part.with_outcome(outcome.chosen).of_source(source) for part in RawFrame.objects.parts_for(request.actor)]
    pages = keyset_page(parts, request.GET, order=("-received_at",))
    return render_page(request, "sensing/frames.html", pages=pages, filters=filters)


@requires(STEWARD)
def frame(request: Request, uid: UUID) -> HttpResponse:
    """Show a frame byte by byte; posted to, it is read once more."""
    found = identity.get_visible(RawFrame.objects.with_names(), request.actor, "frame", uid=uid)
    if request.method == "POST":
        taken = sensing.replay(actor=request.actor, frame=found)
        if taken.problem:
            messages.warning(request, _("The frame still cannot be read: %(why)s") % {"why": taken.problem})
        else:
            sentence = ngettext(
                "The frame was read again: %(number)d reading was new.",
                "The frame was read again: %(number)d readings were new.",
                taken.fresh,
            )
            messages.success(request, sentence % {"number": taken.fresh})
        return redirect("desk:sensing:frame", uid=uid)
    body = bytes(found.body)
    shown = body.decode("ascii") if body.isascii() else body.hex(" ")
    return render_page(request, "sensing/frame.html", frame=found, shown=shown[:20_000], length=len(body))
