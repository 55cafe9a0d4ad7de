"""The help for somebody who lost their second factor and the codes on paper too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.signin import services as signin


class LostForm(forms.Form):
    login = forms.CharField(label=pgettext_lazy("signin", "Sign-in name"), max_length=80, cleaned=typed.address)
    reason = forms.CharField(
        label=_("Reason, and how you verified the person's identity"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires("signin.reset")
def lost(request: Request) -> HttpResponse:
    """Remove the second factor of somebody whose identity was checked."""
    form = LostForm(request.POST or None)
    if form.is_valid():
        with refusals(404) as refused:
            account = signin.reset_factors(actor=request.actor, **form.cleaned_data)
        if not refused:
            said = {"name": account.name}
            messages.success(request, _("All second factors of %(name)s have been removed.") % said)
            return redirect("desk:signin:lost")
        form.add_error("login", _("Nobody has this sign-in name."))
    return render_page(request, "signin/lost.html", form=form, status=422 if form.errors else 200)


routes = [path("lost/", lost, name="lost")]
