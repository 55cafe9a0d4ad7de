"""How sure the city is of somebody, what makes it sure, and how to get further."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, local_target, render_page, signed_in
from tongban.platform.assurance import rules
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import AccountClosing, Evidence, RealPersonCheck, Recovery
from tongban.platform.identity.models import Account
from tongban.platform.parties.models import MAX_PARTY_NAME

MAX_PASSWORD = 200
TITLES = {
    rules.REGISTERED: _("Level 1: registered"),
    rules.MATCHED: _("Level 2: name and number match the register"),
    rules.REAL_PERSON: _("Level 3: verified as a real person"),
    rules.IN_PERSON: _("Level 4: seen in person with the original document"),
}


class IdentityForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("identity", "Name"), max_length=MAX_PARTY_NAME, cleaned=typed.name)
    id_number = forms.CharField(label=_("Number of the identity card"), max_length=18, cleaned=typed.identifier)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ConsentForm(forms.Form):
    consent = forms.BooleanField(
        label=_("I agree that my name and identity number go to the verification service for this purpose alone."),
        required=False,
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name of the organisation"), max_length=MAX_PARTY_NAME, cleaned=typed.name)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, cleaned=typed.identifier)


class CloseForm(forms.Form):
    password = forms.CharField(
        label=_("Your current password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@signed_in
def mine(request: Request) -> HttpResponse:
    evidence = Evidence.objects.owned_by(request.actor).of(request.actor.account)
    level = assurance.level_of(request.actor)
    return render_page(
        request,
        "assurance/mine.html",
        level=level,
        titles=[(number, title, number <= level) for number, title in TITLES.items()],
        evidence=evidence,
        checks=RealPersonCheck.objects.owned_by(request.actor).of(request.actor.account)[:20],
        recovery=Recovery.objects.owned_by(request.actor).open().first(),
        closing=AccountClosing.objects.owned_by(request.actor).open().first(),
        person=request.actor.kind == "person",
        phone=Account.objects.get(pk=request.actor.account or 0).phone,
        today=clock.today(),
    )


@never_cache
@signed_in
def step_up(request: Request) -> HttpResponse:
    """Lead somebody to the level that a service needs, one step after the other, and back to where they were."""
    wanted, needed = _wanted(request), _needed(request)
    level = assurance.level_of(request.actor)
    if level >= needed:
        return redirect(wanted or "hall:assurance:mine")
    return render_page(
        request,
        "assurance/step_up.html",
        needed=needed,
        title=TITLES[needed],
        level=level,
        wanted=wanted,
        again=f"{request.path}?{urlencode({'level': needed, 'next': wanted})}",
        can_verify=assurance.can_verify(),
    )


@never_cache
@signed_in
def match(request: Request) -> HttpResponse:
    form = IdentityForm(request.POST or None, initial={"next": _wanted(request)})
    if form.is_valid():
        with refusals_on(form):
            assurance.match_identity(
                actor=request.actor, name=form.cleaned_data["name"], id_number=form.cleaned_data["id_number"]
            )
    if form.is_valid():
        messages.success(request, _("Your name and number match the register."))
        return redirect(_wanted(request) or "hall:assurance:mine")
    return render_page(request, "assurance/match.html", form=form, status=422 if form.errors else 200)


@never_cache
@signed_in
def real_person(request: Request) -> HttpResponse:
    """Say what the verification is, ask for separate consent, and show the way to the verifier."""
    form = ConsentForm(request.POST or None, initial={"next": _wanted(request)})
    address = ""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            address = assurance.ask_real_person(
                actor=request.actor, consented=form.cleaned_data["consent"], wanted=_wanted(request)
            )
    return render_page(
        request,
        "assurance/real_person.html",
        form=form,
        address=address,
        can_verify=assurance.can_verify(),
        status=422 if form.errors else 200,
    )


@never_cache
@signed_in
def checked(request: Request, uid: str) -> HttpResponse:
    """Come back from the verifier: fetch what it says, and lead back to where the person was."""
    check = assurance.finish_real_person(actor=request.actor, uid=uid)
    if check.state == RealPersonCheck.State.PASSED:
        messages.success(request, _("You have been verified as a real person."))
    elif check.state == RealPersonCheck.State.FAILED:
        messages.error(request, _("The verification was not passed. Try again, or go to a service window."))
    return redirect(check.wanted or reverse("hall:assurance:mine"))


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        assurance.withdraw_consent(actor=request.actor, uid=uid)
        messages.success(request, _("Your consent has been withdrawn, and what the service said has been deleted."))
    return redirect("hall:assurance:mine")


@never_cache
@signed_in
def organisation(request: Request) -> HttpResponse:
    """Let a legal representative act for their organisation."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            party = assurance.take_organisation(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("You represent %(name)s by law and can act for it.") % {"name": party.name})
        return redirect("hall:parties:acting_for")
    enough = assurance.level_of(request.actor) >= rules.REAL_PERSON
    return render_page(
        request, "assurance/organisation.html", form=form, enough=enough, status=422 if form.errors else 200
    )


@sensitive_post_parameters("password")
@never_cache
@signed_in
def close(request: Request) -> HttpResponse:
    form = CloseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            assurance.ask_to_close(actor=request.actor, password=form.cleaned_data["password"])
    if form.is_valid():
        messages.success(request, _("Your account will be closed. Until then you can keep it here."))
        return redirect("hall:assurance:mine")
    return render_page(request, "assurance/close.html", form=form, status=422 if form.errors else 200)


@signed_in
def keep(request: Request) -> HttpResponse:
    """Keep the account, and stop who wants into it."""
    if request.method == "POST":
        assurance.keep_account(actor=request.actor)
        assurance.stop_recovery(actor=request.actor)
        messages.success(request, _("Your account stays as it is."))
    return redirect("hall:assurance:mine")


def _wanted(request: Request) -> str:
    return local_target(request, request.POST.get("next") or request.GET.get("next", ""))


def _needed(request: Request) -> int:
    asked = request.GET.get("level", "")
    return int(asked) if asked in {str(level) for level in rules.LEVELS} else rules.MATCHED


routes = [
    path("", mine, name="mine"),
    path("step-up/", step_up, name="step_up"),
    path("match/", match, name="match"),
    path("real-person/", real_person, name="real_person"),
    path("real-person/<uuid:uid>/", checked, name="checked"),
    path("real-person/<uuid:uid>/withdraw/", withdraw, name="withdraw"),
    path("organisation/", organisation, name="organisation"),
    path("close/", close, name="close"),
    path("keep/", keep, name="keep"),
]
