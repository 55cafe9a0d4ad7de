"""The desk's view of electronic seals: how they look, how they stand, what they were used for."""

from functools import lru_cache

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.seals import drawing
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal, SealUse

VERMILION = (179, 45, 28)


class NewSeal(forms.Form):
    """A new seal."""

    department = forms.ModelChoiceField(
        Department.objects.working().in_order(),
        label=pgettext_lazy("seal", "Department"),
        empty_label=pgettext_lazy("seal", "Choose"),
        to_field_name="key",
    )
    name = forms.CharField(
        label=_("Kind of seal"), max_length=20, help_text=_("As it appears below the centre, such as 电子证照专用章.")
    )


class StateChange(forms.Form):
    """A seal is suspended, put back into use or withdrawn."""

    STEPS = {"suspend": _("Suspend"), "resume": _("Restore to use"), "withdraw": _("Withdraw permanently")}

    step = forms.ChoiceField(label=_("Kind of change"), choices=list(STEPS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(label=pgettext_lazy("seal", "Reason"), max_length=200)


@requires("seals.manage", "seals.apply")
def listed(request: Request) -> HttpResponse:
    found = Seal.objects.visible_to(request.actor).in_order()
    return render_page(request, "seals/list.html", seals=found, may_make=request.actor.holds("seals.manage"))


@requires("seals.manage")
def make(request: Request) -> HttpResponse:
    form = NewSeal(request.POST or None)
    if form.is_valid():
        seal = seals.make(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("The seal was created."))
        return redirect("desk:seals:one", seal.uid)
    return render_page(request, "seals/make.html", form=form, status=422 if form.errors else 200)


@requires("seals.manage", "seals.apply")
def one(request: Request, uid: str) -> HttpResponse:
    seal = _seal(request, uid)
    form = StateChange(request.POST or None)
    if form.is_valid():
        verb = {"suspend": seals.suspend, "resume": seals.resume, "withdraw": seals.withdraw}[form.cleaned_data["step"]]
        verb(actor=request.actor, seal=seal, reason=form.cleaned_data["reason"])
        messages.success(request, _("The seal was changed."))
        return redirect("desk:seals:one", uid)
    uses = keyset_page(SealUse.objects.of_seal(seal), request.GET, order=("-id",))
    may_change = seal.state != Seal.State.WITHDRAWN and request.actor.holds("seals.manage")
    status = 422 if form.errors else 200
    known = subjects.describe(use.subject for use in uses.rows)
    rows = [(use, known.get(use.subject, use.subject)) for use in uses.rows]
    return render_page(
        request, "seals/one.html", status=status, seal=seal, form=form, rows=rows, pages=uses, may_change=may_change
    )


@requires("seals.manage", "seals.apply")
def picture(request: Request, uid: str) -> HttpResponse:
    response = HttpResponse(_coloured(bytes(_seal(request, uid).picture)), content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _seal(request: Request, uid: str) -> Seal:
    return identity.get_visible(Seal.objects.with_department(), request.actor, "seal", uid=uid)


@lru_cache(maxsize=100)
def _coloured(impression: bytes) -> bytes:
    return drawing.coloured(impression, VERMILION)


desk = [
    path("", listed, name="list"),
    path("make/", make, name="make"),
    path("<uuid:uid>/", one, name="one"),
    path("<uuid:uid>/picture.png", picture, name="picture"),
]
