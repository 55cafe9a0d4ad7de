"""The desk changes, extends or replaces a licence."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

HOW = {
    "change": pgettext_lazy("licence register", "Change what it says"),
    "extend": pgettext_lazy("licence register", "Extend its validity"),
    "replace": pgettext_lazy("licence register", "Replace a lost or damaged one"),
}


class NextVersion(forms.Form):
    """What the next version of a licence is to say."""

    how = forms.ChoiceField(label=_("What is to be done"), choices=list(HOW.items()), widget=forms.RadioSelect)
    valid_until = forms.DateField(label=pgettext_lazy("licence register", "Valid until"), required=False)
    reason = forms.CharField(
        label=pgettext_lazy("licence register", "Reason"),
        help_text=_("It is kept with the licence."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, licence: Licence, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(licence.face)
        self.fields["valid_until"].initial = licence.valid_until
        for index, (label, text) in enumerate(licence.face.items()):
            self.fields[f"line{index}"] = forms.CharField(
                label=label, initial=text, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 1})
            )

    def face(self) -> dict[str, str]:
        """Return the lines of the face as they are to be."""
        return {label: self.cleaned_data[f"line{index}"] for index, label in enumerate(self.lines)}


@requires("licences.manage")
def version(request: Request, token: str) -> HttpResponse:
    """Let the next version of a licence take its place."""
    known = licences.visible(actor=request.actor, token=token)
    form = NextVersion(known, request.POST or None)
    if form.is_valid():
        with forms.refusals_on(form):
            _order(request, known, form)
        if form.is_valid():
            messages.success(request, _("The next version is being made. The holder has it in a moment."))
            return redirect("desk:licences:entry", token)
    status = 422 if form.errors else 200
    return render_page(request, "licences/version.html", licence=known, form=form, status=status)


def _order(request: Request, known: Licence, form: NextVersion) -> None:
    said = form.cleaned_data
    common = {"actor": request.actor, "licence": known, "reason": said["reason"]}
    if said["how"] == "replace":
        licences.replace(**common)
    elif said["how"] == "extend":
        licences.extend(**common, valid_until=said["valid_until"] or known.valid_from)
    else:
        licences.change(**common, face=form.face(), valid_until=said["valid_until"])


desk = [path("<slug:token>/version/", version, name="version")]
