"""The window: who shows their original document reaches the highest level."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.assurance import services as assurance


class ConfirmForm(forms.Form):
    login = forms.CharField(label=pgettext_lazy("assurance", "Sign-in name"), max_length=80, cleaned=typed.address)
    purpose = forms.CharField(
        label=_("Which original document was shown, and what for"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires("assurance.confirm")
def confirm(request: Request) -> HttpResponse:
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = assurance.confirm_in_person(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("The identity of %(name)s has been confirmed.") % {"name": made.account.name})
        return redirect("counter:assurance:confirm")
    return render_page(request, "assurance/confirm.html", form=form, status=422 if form.errors else 200)


routes = [path("confirm/", confirm, name="confirm")]
