"""Who stands at the window: found by number, registered, served; each with a purpose, which is kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.menus import portal_of
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import MAX_PARTY_NAME, Mandate, Party
from tongban.platform.places import services as places

# What stands on a window's screen is nobody's to be offered again.
OFF = {"autocomplete": "off", "spellcheck": "false"}


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("ID number or unified social credit code"),
        max_length=30,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("This is recorded, and the person can see it."),
        max_length=200,
    )

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if problem := parties.document_problem(number):
            raise forms.ValidationError(problem)
        return number


class Chosen(forms.Form):
    """One of those who were found, and what for."""

    party = forms.UUIDField()
    purpose = forms.CharField(max_length=200)


class Registration(forms.Form):
    """What the window writes down of anybody; `checked` answers for the rest."""

    phone = forms.CharField(
        label=_("Phone number"), required=False, max_length=30, cleaned=typed.mobile, widget=forms.TextInput(OFF)
    )
    email = forms.EmailField(
        label=pgettext_lazy("party", "E-mail"),
        required=False,
        max_length=120,
        help_text=_("Notices are also sent to this address."),
        widget=forms.EmailInput(OFF),
    )
    address = forms.CharField(
        label=pgettext_lazy("party", "Address"), required=False, max_length=200, widget=forms.TextInput(OFF)
    )
    area = forms.ChoiceField(label=pgettext_lazy("party", "Area"))
    purpose = forms.CharField(
        label=_("What for"), help_text=_("This is recorded, and the person can see it."), max_length=200
    )
    checked = forms.BooleanField(
        label=_("I have seen the original document, and it belongs to the person in front of me."),
        error_messages={"required": _("No one may be registered without the original document.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", pgettext("area", "Choose …")), *places.choices()]  # type: ignore[attr-defined]


class NewPerson(Registration):
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=MAX_PARTY_NAME,
        cleaned=typed.name,
        widget=forms.TextInput(OFF),
    )
    id_kind = forms.ChoiceField(
        label=pgettext_lazy("party", "Document"),
        choices=[(Party.IdKind.IDENTITY_CARD, _("identity card")), (Party.IdKind.PASSPORT, _("passport"))],
        initial=Party.IdKind.IDENTITY_CARD,
        widget=forms.RadioSelect,
    )
    id_number = forms.CharField(
        label=_("Number of the document"), max_length=30, cleaned=typed.compact, widget=forms.TextInput(OFF)
    )

    field_order = ("name", "id_kind", "id_number", "phone", "email", "address", "area", "purpose", "checked")

    def clean(self) -> None:
        number, kind = self.cleaned_data.get("id_number"), self.cleaned_data.get("id_kind")
        if number and kind:
            told = parties.id_number_problem if kind == Party.IdKind.IDENTITY_CARD else parties.passport_problem
            if problem := told(number):
                self.add_error("id_number", problem)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and (problem := parties.mobile_problem(phone)):
            raise forms.ValidationError(problem)
        return phone


class NewOrganisation(Registration):
    name = forms.CharField(
        label=pgettext_lazy("organisation", "Name"),
        max_length=MAX_PARTY_NAME,
        cleaned=typed.name,
        widget=forms.TextInput(OFF),
    )
    id_number = forms.CharField(
        label=_("Unified social credit code"), max_length=30, cleaned=typed.compact, widget=forms.TextInput(OFF)
    )
    remark = forms.CharField(
        label=_("How the code was checked"),
        help_text=_("Only if its last character does not match, as with some codes issued before 2016."),
        required=False,
        max_length=200,
        widget=forms.TextInput(OFF),
    )
    law_name = forms.CharField(
        label=_("Name of the legal representative"),
        max_length=MAX_PARTY_NAME,
        cleaned=typed.name,
        widget=forms.TextInput(OFF),
    )
    law_number = forms.CharField(
        label=_("ID number of the legal representative"),
        max_length=30,
        cleaned=typed.compact,
        help_text=_("If the representative is not registered yet, register them as a person first."),
        widget=forms.TextInput(OFF),
    )

    field_order = (
        "name",
        "id_number",
        "remark",
        "law_name",
        "law_number",
        "phone",
        "email",
        "address",
        "area",
        "purpose",
        "checked",
    )

    def clean_remark(self) -> str:
        number, remark = str(self.cleaned_data.get("id_number", "")), str(self.cleaned_data["remark"])
        if number and (problem := parties.uscc_problem(number)) and not (remark and parties.uscc_is_old(number)):
            self.add_error("id_number", problem)
            if parties.uscc_is_old(number):
                self.add_error("remark", _("If the original licence shows exactly this code, say so here."))
        return remark

    def clean_law_number(self) -> str:
        number = str(self.cleaned_data["law_number"])
        if problem := parties.id_number_problem(number):
            raise forms.ValidationError(problem)
        return number


@never_cache
@requires("parties.find")
def find(request: Request) -> HttpResponse:
    """Look somebody up by number; nothing is found by name, and each look-up is kept with its purpose."""
    form = NumberForm(request.POST or None)
    found = None
    if form.is_valid():
        found = parties.find(actor=request.actor, **form.cleaned_data)
    return render_page(
        request,
        "parties/find.html",
        form=form,
        searched=found is not None,
        doubt=parties.number_problem(form.cleaned_data["number"]) if found == [] else "",
        found=[_told(party) for party in found or []],
        purpose=form.cleaned_data["purpose"] if found else "",
        serves=portal_of(request.path_info) == "counter",
        status=422 if form.errors else 200,
    )


@requires("parties.register")
def register(request: Request) -> HttpResponse:
    """Say whether a person or an organisation is to be registered."""
    return render_page(request, "parties/register.html")


@never_cache
@requires("parties.register")
def register_person(request: Request) -> HttpResponse:
    form = NewPerson(request.POST or None)
    if form.is_valid():
        begun = clock.now()
        with refusals_on(form):
            party = parties.register_person(actor=request.actor, **_given(form))
            return _registered(request, party, form.cleaned_data["purpose"], new=party.created_at >= begun)
    return _form(request, form, _("Register a person"))


@never_cache
@requires("parties.register")
def register_organisation(request: Request) -> HttpResponse:
    form = NewOrganisation(request.POST or None)
    if form.is_valid():
        begun, given = clock.now(), _given(form)
        number, name, uscc = given.pop("law_number"), given.pop("law_name"), given.pop("id_number")
        with refusals_on(form):
            law = parties.find_agent(actor=request.actor, number=number, name=name, field="law_number")
            party = parties.register_organisation(actor=request.actor, uscc=uscc, legal_representative=law, **given)
            return _registered(request, party, form.cleaned_data["purpose"], new=party.created_at >= begun)
    return _form(request, form, _("Register an organisation"))


@never_cache
@requires("parties.find")
def serve(request: Request) -> HttpResponse:
    """Begin to serve somebody who was found; or look at whom one serves."""
    if request.method == "POST":
        chosen = Chosen(request.POST)
        if not chosen.is_valid():
            raise identity.not_found(request.actor, "party", request.POST.get("party", ""))
        parties.serve(
            actor=request.actor,
            session=request.session,
            uid=chosen.cleaned_data["party"],
            purpose=chosen.cleaned_data["purpose"],
        )
        return redirect("counter:parties:visitor")
    visitor = parties.visitor(request.session)
    if visitor is None:
        return redirect("counter:parties:find")
    return render_page(request, "parties/visitor.html", one=_told(visitor))


@requires("parties.find")
def leave(request: Request) -> HttpResponse:
    if request.method == "POST":
        parties.end_visit(request.session)
        messages.success(request, _("The visit has ended; none of its details remain on this screen."))
    return redirect("counter:parties:find")


def _given(form: Registration) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "checked"}


def _registered(request: Request, party: Party, purpose: str, *, new: bool) -> HttpResponse:
    parties.serve(actor=request.actor, session=request.session, uid=party.uid, purpose=purpose)
    if new:
        messages.success(request, _("%(name)s is registered.") % {"name": party.name})
    else:
        messages.info(request, _("%(name)s had already been registered; nothing was changed.") % {"name": party.name})
    return redirect("counter:parties:visitor")


def _form(request: Request, form: Registration, title: object) -> HttpResponse:
    status = 422 if form.errors else 200
    return render_page(request, "parties/registration.html", form=form, title=title, status=status)


def _told(party: Party) -> dict[str, Any]:
    """Return what the counter may see of a party; the number itself was typed, the rest is masked."""
    law = party.legal_representative
    today = clock.today()
    rows = [
        (pgettext("party", "Kind"), party.get_kind_display()),
        (party.get_id_kind_display(), parties.shown_number(party)),
        (_("Legal representative"), law.name if law else ""),
        (_("Phone number"), parties.masked("mobile", party.phone)),
        (pgettext("party", "Address"), parties.masked("address", party.address)),
        (pgettext("party", "Area"), places.full_name_of(party.area) if party.area else ""),
    ]
    return {
        "party": party,
        "rows": [(label, value) for label, value in rows if value],
        "agents": Mandate.objects.given_by(party.pk).valid(on=today)[:50],
        "principals": Mandate.objects.held_by(party.pk).valid(on=today)[:50],
    }


desk_routes = [path("find/", find, name="find")]
routes = [
    *desk_routes,
    path("register/", register, name="register"),
    path("register/person/", register_person, name="register_person"),
    path("register/organisation/", register_organisation, name="register_organisation"),
    path("visitor/", serve, name="visitor"),
    path("visitor/leave/", leave, name="leave"),
]
