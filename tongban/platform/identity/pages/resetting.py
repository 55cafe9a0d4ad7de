"""A forgotten password: ask for a link, and choose a new one by it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page
from tongban.platform.identity import services as identity
from tongban.platform.identity.pages.signing_in import ChosenPassword


class Forgotten(forms.Form):
    login = forms.CharField(
        label=_("Sign-in name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


@never_cache
@public
def forgotten(request: Request) -> HttpResponse:
    """Take the sign-in name; the answer is the same whether there is such an account or not."""
    form = Forgotten(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            identity.ask_for_link(login=form.cleaned_data["login"], address=request.actor.address)
    if form.is_valid():
        return redirect("hall:identity:link_sent")
    return render_page(request, "identity/forgotten.html", form=form, status=422 if form.errors else 200)


@never_cache
@public
def link_sent(request: Request) -> HttpResponse:
    return render_page(request, "identity/link_sent.html")


@sensitive_variables("token")
@sensitive_post_parameters()
@never_cache
@public
def reset(request: Request, token: str) -> HttpResponse:
    """Choose a new password. Looking at the page uses nothing up, for programs of the mail may look first."""
    with refusals() as refused:
        link = identity.link_of(token, actor=request.actor)
    if refused:
        return render_page(request, "identity/link_over.html", sentence=refused.sentence, status=422)
    form = ChosenPassword(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            identity.reset_password(actor=request.actor, token=token, new=form.cleaned_data["new"])
    if form.is_valid():
        messages.success(request, _("Your new password is now in effect. Sign in with it."))
        return redirect("hall:identity:sign_in")
    return render_page(
        request, "identity/reset.html", form=form, login=link.account.login, status=422 if form.errors else 200
    )


routes = [
    path("forgotten/", forgotten, name="forgotten"),
    path("forgotten/sent/", link_sent, name="link_sent"),
    path("reset/<str:token>/", reset, name="reset"),
]
