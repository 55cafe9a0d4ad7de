"""The window: a scanned code says who is here."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.parties import services as parties
from tongban.platform.personcode import rules
from tongban.platform.personcode import services as personcode
from tongban.platform.personcode.models import MAX_PLACE, MAX_PURPOSE, Use


class ScanForm(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("scan", "Code"),
        help_text=_("Put the cursor here and scan; the scanner types what the code says."),
        max_length=rules.MAX_CODE,
        cleaned=typed.address,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    use = forms.ChoiceField(
        label=_("Scanned for"), choices=Use.choices, initial=Use.WINDOW.value, widget=forms.RadioSelect
    )
    purpose = forms.CharField(
        label=pgettext_lazy("scan", "What for"),
        help_text=_("This is recorded, and the person can see it."),
        max_length=MAX_PURPOSE,
    )
    place = forms.CharField(
        label=pgettext_lazy("scan", "Where"),
        help_text=_("The window or the entrance, if there are several."),
        required=False,
        max_length=MAX_PLACE,
    )


@never_cache
@requires("personcode.scan")
def scan(request: Request) -> HttpResponse:
    """Scan a code: whoever comes to a window is served at once, whoever checks in is named and no more."""
    form, found = ScanForm(request.POST or None), None
    if form.is_valid():
        with refusals_on(form):
            found = personcode.scan(actor=request.actor, **form.cleaned_data)
    if found and found.use == Use.WINDOW:
        return _served(request, found, form.cleaned_data)
    if found:
        form = ScanForm(initial={**form.cleaned_data, "code": ""})
    return render_page(
        request,
        "personcode/scan.html",
        form=form,
        name=parties.masked("name", found.party.name) if found else "",
        status=422 if form.errors else 200,
    )


def _served(request: Request, found: personcode.Scan, said: dict[str, Any]) -> HttpResponse:
    """Begin to serve somebody as if they had been found by their number."""
    parties.serve(actor=request.actor, session=request.session, uid=found.party.uid, purpose=said["purpose"])
    return redirect("counter:parties:visitor")


routes = [path("scan/", scan, name="scan")]
