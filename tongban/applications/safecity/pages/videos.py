"""Video on request: asked for, decided by somebody else, opened once, each look in the log."""

from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import Camera, VideoLook, VideoRequest
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity

ASK, APPROVE, SUPERVISE = "safecity.ask_video", "safecity.approve_video", "safecity.supervise"
TABS = {
    "": pgettext_lazy("video requests", "Mine"),
    "decide": pgettext_lazy("video requests", "To decide"),
    "all": pgettext_lazy("video requests", "All"),
}
DUTY_OF_TAB = {"": ASK, "decide": APPROVE, "all": SUPERVISE}


class VideoForm(forms.Form):
    matter = forms.CharField(label=gettext_lazy("Number of the incident, case or alarm"), max_length=80)
    purpose = forms.CharField(label=gettext_lazy("What do you look for?"), max_length=200)
    minutes = forms.IntegerField(label=gettext_lazy("For how many minutes?"), min_value=1, initial=10)


class VideoDecisionForm(forms.Form):
    granted = forms.ChoiceField(
        label=gettext_lazy("Decision about the video"),
        choices=[("yes", gettext_lazy("Approve")), ("no", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=gettext_lazy("Reason, where you refuse"), max_length=200, required=False)


@requires(ASK, APPROVE, SUPERVISE)
def videos(request: Request) -> HttpResponse:
    """List one's own requests, those to decide, or all that one supervises."""
    actor = request.actor
    offered = [tab for tab, duty in DUTY_OF_TAB.items() if actor.holds(duty)]
    tab = request.GET.get("show", offered[0])
    if tab not in offered:
        raise NotAllowed(duty=DUTY_OF_TAB.get(tab, SUPERVISE))
    rows = VideoRequest.objects
    if tab == "":
        parts = [rows.of_asker(actor.account or 0).with_names()]
    else:
        parts = [part.with_names() for part in (rows.to_decide(actor) if tab == "decide" else rows.supervised(actor))]
    order = ("pk",) if tab == "decide" else ("-pk",)
    pages = keyset_page(parts, request.GET, order=order)
    tabs = [(key, TABS[key], key == tab) for key in offered]
    return render_page(request, "safecity/videos.html", pages=pages, tabs=tabs, supervises=actor.holds(SUPERVISE))


@requires(SUPERVISE)
def looks(request: Request) -> HttpResponse:
    """List every look through a camera, the newest first."""
    parts = [part.with_names() for part in VideoLook.objects.supervised(request.actor)]
    return render_page(request, "safecity/looks.html", pages=keyset_page(parts, request.GET, order=("-pk",)))


@requires(ASK)
def ask_video(request: Request, uid: UUID) -> HttpResponse:
    """Ask to see through a camera."""
    found = identity.get_visible(Camera.objects.with_names(), request.actor, "camera", uid=uid)
    form = VideoForm(request.POST or None, initial={"matter": request.GET.get("matter", "")[:80]})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            asked = safecity.ask_video(actor=request.actor, camera=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Somebody else decides about it now."))
            return redirect("desk:safecity:video", uid=asked.uid)
    most = safecity.terms().video_minutes
    return render_page(
        request, "safecity/ask_video.html", camera=found, form=form, most=most, status=422 if form.errors else 200
    )


@requires(ASK, APPROVE, SUPERVISE)
def video(request: Request, uid: UUID) -> HttpResponse:
    """Show a request with its decision and its looks; let somebody else decide."""
    actor = request.actor
    found = identity.get_visible(VideoRequest.objects.with_names(), actor, "video", uid=uid)
    mine = found.asked_by_id == actor.account
    may_decide = (
        found.state == VideoRequest.State.ASKED
        and not mine
        and actor.holds(APPROVE, department=found.department_id, area=found.area)
    )
    form = VideoDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            safecity.decide_video(actor=actor, request=found, granted=given["granted"] == "yes", words=given["words"])
        if form.is_valid():
            messages.success(request, _("Your decision is on record."))
            return redirect("desk:safecity:video", uid=uid)
    return render_page(
        request,
        "safecity/video.html",
        asked=found,
        looks=VideoLook.objects.of_request(found)[:50],
        form=form,
        may_decide=may_decide,
        may_open=mine and found.is_open(clock.now()),
        status=422 if form.errors else 200,
    )


@require_POST
@requires(ASK)
def open_video(request: Request, uid: UUID) -> HttpResponse:
    """Make a one-time address and go there."""
    found = identity.get_visible(VideoRequest.objects.with_names(), request.actor, "video", uid=uid)
    token = safecity.make_link(actor=request.actor, request=found)
    return redirect("desk:safecity:look", token=token)


@requires(ASK)
def look(request: Request, token: str) -> HttpResponse:
    """Show the video once; the same address again shows nothing."""
    link = safecity.look(actor=request.actor, token=token)
    answer = render_page(
        request,
        "safecity/look.html",
        asked=link.request,
        stream=link.stream,
        plays=link.stream.startswith("https://"),
    )
    there = urlsplit(link.stream)
    # The only page that may play anything, and only from where this stream is.
    cast(Any, answer)._csp_update = {"media-src": [f"{there.scheme}://{there.netloc}"]}
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
