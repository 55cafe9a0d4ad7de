"""Which systems people may sign in to, for whoever admits them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.federation import services as federation
from tongban.platform.federation.models import MAX_PURPOSE, MAX_TITLE, RelyingParty
from tongban.platform.identity import services as identity

SCOPES = {
    "openid": pgettext_lazy("scope", "a number by which it knows a person again, and their level of assurance"),
    "profile": pgettext_lazy("scope", "name"),
    "email": pgettext_lazy("scope", "e-mail address"),
    "phone": pgettext_lazy("scope", "mobile number"),
    "offline_access": pgettext_lazy("scope", "the same later too, while the person is not there"),
}
LINES = forms.Textarea(attrs={"rows": 3})


class AdmitForm(forms.Form):
    title = forms.CharField(label=_("Name of the system"), max_length=MAX_TITLE)
    purpose = forms.CharField(
        label=_("What people sign in for"), help_text=_("They read this before they agree."), max_length=MAX_PURPOSE
    )
    redirect_uris = forms.CharField(
        label=_("Addresses that answers go to"), help_text=_("One to a line."), max_length=2000, widget=LINES
    )
    logout_uris = forms.CharField(label=_("Addresses after signing out"), required=False, max_length=2000, widget=LINES)
    scopes = forms.MultipleChoiceField(
        label=_("What it may learn"),
        choices=[(name, title) for name, title in SCOPES.items() if name != "openid"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keys = forms.CharField(
        label=_("Its public keys (JWK set)"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean_redirect_uris(self) -> list[str]:
        return str(self.cleaned_data["redirect_uris"]).split()

    def clean_logout_uris(self) -> list[str]:
        return str(self.cleaned_data["logout_uris"]).split()


class ShutOutForm(forms.Form):
    reason = forms.CharField(label=pgettext_lazy("federation", "Reason"), max_length=500)


@requires("federation.manage")
def clients(request: Request) -> HttpResponse:
    return render_page(
        request,
        "federation/clients.html",
        pages=keyset_page(RelyingParty.objects.in_order(), request.GET, order=("title", "pk"), size=30),
    )


@requires("federation.manage")
def admit(request: Request) -> HttpResponse:
    form = AdmitForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = federation.admit(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("The system has been admitted."))
        return redirect("desk:federation:client", uid=made.uid)
    return render_page(request, "federation/admit.html", form=form, status=422 if form.errors else 200)


@requires("federation.manage")
def client(request: Request, uid: str) -> HttpResponse:
    """Show a system, and what its developers need to know; shut it out."""
    found = _party(request, uid)
    form = ShutOutForm(request.POST or None)
    if form.is_valid():
        federation.shut_out(actor=request.actor, uid=uid, reason=form.cleaned_data["reason"])
        messages.success(request, _("Nobody can sign in to this system from here any more."))
        return redirect("desk:federation:client", uid=uid)
    return render_page(
        request,
        "federation/client.html",
        party=found,
        learns=[SCOPES[scope] for scope in found.scopes],
        discovery=f"{federation.issuer()}/.well-known/openid-configuration",
        form=form,
        status=422 if form.errors else 200,
    )


def _party(request: Request, uid: str) -> RelyingParty:
    found: RelyingParty = identity.must_find(RelyingParty.objects.with_uid(uid), request.actor, "relying-party", uid)
    return found


routes = [
    path("", clients, name="clients"),
    path("admit/", admit, name="admit"),
    path("<uuid:uid>/", client, name="client"),
]
