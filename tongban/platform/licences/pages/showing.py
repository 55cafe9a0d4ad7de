"""亮证 for the holder; the one look for whoever scanned the code; the credential and its status list."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.pages.lights import VALIDITIES

MINUTES = {"2": _("2 minutes"), "5": _("5 minutes"), "15": _("15 minutes")}


class ShowForm(forms.Form):
    """What is shown, and what for."""

    purpose = forms.CharField(
        label=_("What do you show it for?"), help_text=_("For instance: checking in at a hotel."), max_length=200
    )
    lines = forms.MultipleChoiceField(
        label=_("What may be seen"),
        help_text=_("Choose no more than is needed. Kind, issuer and validity are always shown."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    minutes = forms.ChoiceField(label=_("How long the code is good"), choices=list(MINUTES.items()), initial="5")

    def __init__(self, licence: Licence, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = [(label, label) for label in licence.face]  # type: ignore[attr-defined]


@signed_in
def show(request: Request, token: str) -> HttpResponse:
    """Grant one look, and show its code."""
    held = licences.own(actor=request.actor, token=token)
    form, granted = ShowForm(held, request.POST or None), None
    if form.is_valid():
        said = form.cleaned_data
        with forms.refusals_on(form):
            granted = licences.show(
                actor=request.actor,
                token=token,
                purpose=said["purpose"],
                lines=said["lines"],
                minutes=int(said["minutes"]),
            )
    shown: dict[str, Any] = {"licence": held, "form": form, "granted": granted}
    if granted:
        address = licences.look_address(granted)
        shown |= {"address": address, "qr": segno.make(address, error="m").svg_data_uri(scale=6, border=2)}
    shown["showings"] = licences.showings_of(held)
    return render_page(request, "licences/show.html", status=422 if form.errors else 200, **shown)


@public
def look(request: Request, code: str) -> HttpResponse:
    """Take the one look; only when the button is pressed, for machines open every address that they see."""
    if request.method != "POST":
        return render_page(request, "licences/look.html", look=None)
    found = licences.look(actor=request.actor, code=code)
    return render_page(
        request, "licences/look.html", look=found, light=VALIDITIES[found.validity], lines=list(found.lines.items())
    )


@signed_in
def credential(request: Request, token: str) -> HttpResponse:
    """Send one's own licence as SD-JWT VC."""
    made = licences.credential(actor=request.actor, token=token)
    response = HttpResponse(made, content_type="application/dc+sd-jwt")
    response["Content-Disposition"] = 'attachment; filename="licence.sd-jwt"'
    response["Cache-Control"] = "no-store"
    return response


@signed_in
def ofd(request: Request, token: str) -> HttpResponse:
    """Send one's own licence as OFD; where it is ordered, let the worker make it."""
    if request.method == "POST":
        licences.order_ofd(actor=request.actor, token=token)
        messages.success(request, _("The OFD is being made and sealed. Load this page again in a moment."))
        return redirect("hall:licences:licence", token)
    return documents.response(licences.ofd_of(actor=request.actor, token=token), inline=False)


@public
def status(request: Request, batch: int) -> HttpResponse:
    """Send the status list that credentials name."""
    response = HttpResponse(licences.status_list(batch), content_type="application/statuslist+jwt")
    response["Cache-Control"] = "public, max-age=60"
    return response


hall = [
    path("look/<slug:code>/", look, name="look"),
    path("status/<int:batch>/", status, name="status"),
    path("<slug:token>/show/", show, name="show"),
    path("<slug:token>/ofd/", ofd, name="ofd"),
    path("<slug:token>/credential/", credential, name="credential"),
]
