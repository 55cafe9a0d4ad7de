"""For whom one acts, and who acts for one: in the hall."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.parties import ports
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import MAX_PARTY_NAME, Mandate, Party


class NewMandate(forms.Form):
    name = forms.CharField(label=_("Name of the agent"), max_length=MAX_PARTY_NAME, cleaned=typed.name)
    number = forms.CharField(
        label=_("ID number of the agent"),
        max_length=30,
        cleaned=typed.compact,
        help_text=_("Number and name must match."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reach = forms.ChoiceField(
        label=_("For which services"),
        choices=[("all", _("For all services")), ("some", _("Only for the services I choose"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    services = forms.MultipleChoiceField(
        label=pgettext_lazy("mandate", "Services"), required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_from = forms.DateField(
        label=_("From"),
        help_text=_("Leave empty to start today."),
        required=False,
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave empty for a mandate that lasts until you revoke it."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ports.services_offered()
        self.fields["services"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["reach"], self.fields["services"]

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if problem := parties.number_problem(number):
            raise forms.ValidationError(problem)
        return number

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.pop("reach", "all") == "all":
            given["services"] = []
        elif not given.get("services"):
            self.add_error("services", _("Choose at least one service, or choose all."))
        return given


class PrincipalForm(forms.Form):
    party = forms.UUIDField(required=False)


# An agent may hold hundreds of mandates.
PRINCIPALS, FOUND = 20, 50


@never_cache
@signed_in
def acting_for(request: Request) -> HttpResponse:
    """Choose for whom one acts; a name looked for is posted, so that it stands in no address."""
    actor = request.actor
    wanted = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST" and "q" not in request.POST:
        form = PrincipalForm(request.POST)
        if not form.is_valid():
            raise identity.not_found(actor, "principal", request.POST["party"])
        principal = parties.choose(actor=actor, uid=form.cleaned_data["party"])
        request.session[parties.ACTING_FOR_KEY] = principal.pk if principal else None
        if principal:
            messages.success(request, _("You are now acting for %(name)s.") % {"name": principal.name})
        else:
            messages.success(request, _("You are now acting for yourself."))
        return redirect(wanted or "hall:start")
    mine = Party.objects.acted_for_by(actor.party) if actor.party else Party.objects.none()
    present = mine.filter(pk=actor.acting_for).first() if actor.acting_for else None
    others = mine.exclude(pk=present.pk) if present else mine
    text = typed.prose(request.POST.get("q", ""))[:MAX_PARTY_NAME]
    if text:
        pages = keyset_page(others.filter(name__icontains=text), {}, order=("name",), size=FOUND)
    else:
        pages = keyset_page(others, request.GET, order=("name",), size=PRINCIPALS)
    return render_page(request, "parties/acting_for.html", pages=pages, present=present, text=text, wanted=wanted)


@never_cache
@signed_in
def mandates(request: Request) -> HttpResponse:
    return _mandates(request, NewMandate())


@signed_in
def give(request: Request) -> HttpResponse:
    principal = _principal(request)
    form = NewMandate(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            agent = parties.find_agent(actor=request.actor, number=given["number"], name=given["name"])
            parties.give_mandate(
                actor=request.actor,
                principal=principal,
                agent=agent,
                services=given["services"],
                valid_from=given["valid_from"],
                valid_until=given["valid_until"],
            )
    if form.is_valid():
        messages.success(request, _("%(name)s may now act for you.") % {"name": agent.name})
        return redirect("hall:parties:mandates")
    return _mandates(request, form)


@signed_in
def revoke(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        parties.revoke_mandate(actor=request.actor, uid=uid)
        messages.success(request, _("The mandate has ended."))
    return redirect("hall:parties:mandates")


def _mandates(request: Request, form: NewMandate) -> HttpResponse:
    actor = request.actor
    principal = Party.objects.of_actor(actor).first()
    decides = principal is not None and parties.decides_for(actor, principal)
    visible = Mandate.objects.visible_to(actor)
    given = visible.given_by(principal.pk) if principal and decides else visible.none()
    held = visible.held_by(actor.party) if actor.party else visible.none()
    return render_page(
        request,
        "parties/mandates.html",
        principal=principal,
        decides=decides,
        form=form,
        given=keyset_page(given, request.GET, order=("-pk",), size=30),
        held=keyset_page(held, request.GET, order=("-valid_from", "-pk"), size=30),
        titles=dict(ports.services_offered()),
        status=422 if form.errors else 200,
    )


def _principal(request: Request) -> Party:
    principal: Party | None = Party.objects.of_actor(request.actor).first()
    if principal is None or not parties.decides_for(request.actor, principal):
        raise identity.not_found(request.actor, "mandates", "given")
    return principal


def _safe(request: Request, target: str) -> str:
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith("/") else ""


routes = [
    path("acting-for/", acting_for, name="acting_for"),
    path("mandates/", mandates, name="mandates"),
    path("mandates/give/", give, name="give"),
    path("mandates/<uuid:uid>/revoke/", revoke, name="revoke"),
]
