"""Patrols on the phone: today's shifts, and checking in at checkpoints, with or without a connection."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import PatrolShift, PatrolVisit
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.workorders import services as workorders

PATROL = "safecity.patrol"
BACK = timedelta(days=1)


class CheckInForm(forms.Form):
    """What a phone, or a hand, says at a checkpoint."""

    code = forms.CharField(label=gettext_lazy("Code at the checkpoint"), max_length=120, required=False)
    latitude = forms.FloatField(label=pgettext_lazy("safety", "Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=pgettext_lazy("safety", "Longitude"), required=False, min_value=-180, max_value=180
    )
    remark = forms.CharField(label=gettext_lazy("What did you see?"), max_length=200, required=False)
    at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    offline = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_at(self) -> datetime | None:
        """Read the moment that the phone says, in ISO 8601 with its zone."""
        if not self.cleaned_data["at"]:
            return None
        try:
            said = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError as error:
            raise forms.ValidationError(_("This is no moment: %(said)s.") % {"said": self.data["at"]}) from error
        return said if said.tzinfo else said.replace(tzinfo=UTC)


@requires(PATROL)
def mine(request: Request) -> HttpResponse:
    """List one's own shifts of now and later, the next one first."""
    rows = PatrolShift.objects.of_officer(request.actor.account or 0, since=clock.now() - BACK).with_names()
    pages = keyset_page(rows, request.GET, order=("begins_at", "pk"))
    return render_page(request, "safecity/crew/mine.html", pages=pages, app=_app(request.actor))


@requires(PATROL)
def patrol(request: Request, uid: UUID) -> HttpResponse:
    """Show a shift with its checkpoints and their windows."""
    return _page(request, _shift(request, uid))


@require_POST
@requires(PATROL)
def check_in(request: Request, uid: UUID, visit: UUID) -> HttpResponse:
    """Check in at a checkpoint: by a form, or by the script that kept it without a connection."""
    found = _shift(request, uid)
    wanted = PatrolVisit.objects.of_shift(found).filter(uid=visit).first()
    wanted = identity.must_find(wanted, request.actor, "visit", visit)
    by_script = "application/json" in request.headers.get("accept", "")
    form, status = _form(wanted, request.POST), 422
    if form.is_valid():
        with refusals_on(form) as refused:
            safecity.check_in(actor=request.actor, visit=wanted, given=safecity.CheckIn(**form.cleaned_data))
        status = refused.refusal.status if refused.refusal else 200
    if by_script:
        sentence = " ".join(str(text) for texts in form.errors.values() for text in texts)
        said = {"outcome": "refused", "sentence": sentence}
        if not sentence:
            said = {"outcome": "taken", "next": reverse("crew:safecity:patrol", args=[uid])}
        return JsonResponse(said, status=status)
    if form.errors:
        return _page(request, found, wrong=form, at=wanted.pk, status=status)
    messages.success(request, _("You are checked in at %(name)s.") % {"name": wanted.checkpoint.name})
    return redirect("crew:safecity:patrol", uid=uid)


@requires(PATROL)
def ready(request: Request) -> HttpResponse:
    """Tell the script who is signed in, and with which token it sends what waited."""
    return JsonResponse({"account": _app(request.actor).account, "token": get_token(request)})


@public
def worker(request: Request) -> HttpResponse:
    """Send the script that keeps these pages for when there is no connection; it may do so for these pages only."""
    return HttpResponse(workorders.worker_script(), content_type="text/javascript; charset=utf-8")


def _form(visit: PatrolVisit, sent: Any = None) -> CheckInForm:
    return CheckInForm(sent, auto_id=f"id_{visit.pk}_%s")  # one page asks at many checkpoints


def _page(
    request: Request, found: PatrolShift, *, status: int = 200, wrong: CheckInForm | None = None, at: int = 0
) -> HttpResponse:
    now = clock.now()
    visits = list(PatrolVisit.objects.of_shift(found))
    rows = [
        (visit, visit.due_from <= now <= visit.due_until, wrong if wrong and visit.pk == at else _form(visit))
        for visit in visits
    ]
    return render_page(
        request,
        "safecity/crew/patrol.html",
        shift=found,
        rows=rows,
        wrong=wrong,
        app=_app(request.actor),
        status=status,
    )


def _shift(request: Request, uid: UUID) -> PatrolShift:
    """Return one's own shift; others read it at the desk."""
    own = PatrolShift.objects.with_names().filter(officer=request.actor.account)
    return identity.get_visible(own, request.actor, "shift", uid=uid)


def _app(actor: Actor) -> workorders.OutdoorApp:
    return workorders.outdoor_app(actor, "workorders/position.js")
