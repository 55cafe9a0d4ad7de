"""Annotated copies for the holder, and the log of who used the holder's licences."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import AnnotatedCopy
from tongban.platform.parties.models import Party


class AnnotatedCopyForm(forms.Form):
    """What a copy of a licence is for."""

    purpose = forms.CharField(
        label=_("What is the copy for?"),
        help_text=_("For instance: rental contract with Heping Property Company. It stands across the whole copy."),
        max_length=60,
    )
    valid_until = forms.DateField(label=_("Good until"), help_text=_("At most a year from now."))


@signed_in
def copy(request: Request, token: str) -> HttpResponse:
    """Let the holder order an annotated copy."""
    held = licences.own(actor=request.actor, token=token)
    form = AnnotatedCopyForm(request.POST or None)
    if form.is_valid():
        with forms.refusals_on(form):
            licences.annotate(actor=request.actor, token=token, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The copy is being made. It stands on this page in a moment."))
            return redirect("hall:licences:licence", token)
    status = 422 if form.errors else 200
    return render_page(request, "licences/copy.html", licence=held, form=form, status=status)


@signed_in
def copy_file(request: Request, token: str, copy: str) -> HttpResponse:
    """Send the file of a copy to the holder."""
    licences.own(actor=request.actor, token=token)
    return documents.response(licences.copy_file(actor=request.actor, token=token, copy=copy), inline=False)


@signed_in
def uses(request: Request) -> HttpResponse:
    """Show who used the licences of the party one stands for."""
    mine = request.actor.represents_fully
    party = Party.objects.get(pk=mine) if mine else None
    return render_page(request, "licences/uses.html", uses=licences.uses(party) if party else [])


def facts(copy: AnnotatedCopy | None) -> list[tuple[Any, Any]]:
    """Return what whoever verifies a copy is told of it."""
    if copy is None:
        return []
    until: date = copy.valid_until
    return [(_("Annotated copy for"), copy.purpose), (_("Copy good until"), day(until))]


hall = [
    path("uses/", uses, name="uses"),
    path("<slug:token>/copies/", copy, name="copy"),
    path("<slug:token>/copies/<slug:copy>/", copy_file, name="copy_file"),
]
