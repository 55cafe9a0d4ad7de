"""A person's view of what the city holds and who read it; the desk's look-up and its list of corrections."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Reading
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.views import Request, render_page, requires, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Party
from tongban.platform.registers import ports, rules
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction, Entry, Lookup, Register


class ErrorReport(forms.Form):
    """Which field is wrong, and what it should say."""

    field = forms.ChoiceField(label=_("What is wrong?"), widget=forms.RadioSelect)
    value = forms.CharField(label=_("What should it say?"), max_length=500)
    explanation = forms.CharField(
        label=_("How do you know?"),
        help_text=_(
            "For example, the document that shows it. The department that maintains the register will read this."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
    )

    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [(field.name, field.title) for field in entry.register.declared]  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Accept or decline, with a reason the person will read."""

    reason = forms.CharField(
        label=pgettext_lazy("register", "Reason"),
        help_text=_("The person concerned will read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


class LookupForm(forms.Form):
    """Look somebody up in a register for a matter at hand."""

    register = forms.ChoiceField(label=pgettext_lazy("register", "Register"))
    number = forms.CharField(label=_("ID number or unified social credit code"), max_length=30, cleaned=typed.compact)
    matter = forms.CharField(
        label=pgettext_lazy("register", "Matter"), help_text=_("The number of the case you need it for."), max_length=60
    )
    purpose = forms.CharField(
        label=pgettext_lazy("register", "Purpose"),
        help_text=_("One sentence. The person concerned will read it."),
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].choices = [(row.key, row.title) for row in Register.objects.in_order()]  # type: ignore[attr-defined]


class FieldValue(NamedTuple):
    """One field of an entry as the page shows it: whole, or masked until asked for."""

    title: str
    value: Any


class ReadBy(NamedTuple):
    """One reading of a person's data, as they are shown it."""

    at: datetime
    who: str
    purpose: str
    matter: ports.Matter | None
    what: str
    source: str


class RegisterView(NamedTuple):
    """What one register holds about the person."""

    register: Register
    entry: Entry
    values: list[FieldValue]
    shown: bool


@signed_in
def mine(request: Request) -> HttpResponse:
    """Show what the city holds about the party one stands for; personal values only when asked for."""
    shown = request.GET.get("show", "")
    holdings = [_register_view(entry, shown) for entry in Entry.objects.visible_to(request.actor).in_order()]
    corrections = Correction.objects.filter(entry__in=[holding.entry.pk for holding in holdings])
    rows = corrections.select_related("entry__register").order_by("-asked_at", "-pk")[:20]
    return render_page(request, "registers/mine.html", holdings=holdings, corrections=rows)


@signed_in
def correct(request: Request, key: str) -> HttpResponse:
    entry = identity.get_visible(Entry.objects.select_related("register"), request.actor, "register", register__key=key)
    form = ErrorReport(entry, request.POST or None, initial={"field": request.GET.get("field", "")})
    if form.is_valid():
        with refusals_on(form):
            registers.report_error(actor=request.actor, register=key, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Thank you. The department will check it and notify you of the result."))
            return redirect("hall:registers:mine")
    return render_page(request, "registers/correct.html", entry=entry, form=form, status=422 if form.errors else 200)


@signed_in
def reads(request: Request) -> HttpResponse:
    """Show who read the data of the party one stands for, when, what, and what for: in registers and anywhere else."""
    parts: list[Any] = [
        Lookup.objects.visible_to(request.actor).select_related("register__department"),
        Reading.objects.visible_to(request.actor).select_related("fact"),
    ]
    pages = keyset_page(parts, request.GET, order=("-at", "-uid"), key="uid")
    matters = ports.described(_subject(row) for row in pages.rows)
    rows = [_read_by(row, matters.get(_subject(row)), request.actor) for row in pages.rows]
    return render_page(request, "registers/reads.html", pages=pages, rows=rows)


def _subject(row: Lookup | Reading) -> str:
    return row.subject if isinstance(row, Lookup) else row.fact.subject


def _read_by(row: Lookup | Reading, matter: ports.Matter | None, actor: Actor) -> ReadBy:
    if isinstance(row, Reading):
        fact = row.fact
        what = " ".join(filter(None, [str(journal.title_of(fact.name)), str(fact.data.get("paper", ""))]))
        who = f"{row.office} {fact.actor}".strip()
        return ReadBy(row.at, who, fact.reason, matter, what, "")
    colon = pgettext("after a label", ":")
    titles = "、".join(row.field_titles) if row.found else _("nothing was found")
    what = f"{row.register.title}{colon}{titles}"
    return ReadBy(row.at, _reader(row, actor), row.purpose, matter, what, row.register.department.name)


def _reader(lookup: Lookup, actor: Actor) -> str:
    if lookup.own and lookup.account == actor.account:
        return str(_("You yourself"))
    if lookup.own:
        return str(_("%(name)s, acting for you")) % {"name": lookup.name}
    return str(_("The platform, automatically")) if lookup.kind == "system" else f"{lookup.department} {lookup.name}"


@requires("registers.look_up")
def search(request: Request) -> HttpResponse:
    """Look somebody up; the answer is on the page that asked, and nowhere in a URL."""
    form, answer, party = LookupForm(request.POST or None), None, None
    if form.is_valid():
        with refusals_on(form):
            party = _party(request, form.cleaned_data["number"])
            answer = registers.look_up(
                actor=request.actor,
                register=form.cleaned_data["register"],
                party=party,
                purpose=form.cleaned_data["purpose"],
                subject=f"matter:{form.cleaned_data['matter']}"[:80],
            )
    status = 422 if form.errors else 200
    return render_page(request, "registers/search.html", status=status, form=form, answer=answer, party=party)


@requires("registers.steward")
def corrections(request: Request) -> HttpResponse:
    decided = request.GET.get("decided") == "1"
    parts = Correction.objects.select_related("entry__register", "entry__party").to_decide_by_register(request.actor)
    rows = [part.decided() if decided else part.open() for part in parts]
    order = ("-asked_at", "-pk") if decided else ("asked_at", "pk")
    pages = keyset_page(rows, request.GET, order=order)
    return render_page(request, "registers/corrections.html", pages=pages, decided=decided)


@requires("registers.steward")
def correction(request: Request, uid: str) -> HttpResponse:
    rows = Correction.objects.to_decide(request.actor).select_related("entry__register__department", "entry__party")
    row = identity.must_find(rows.filter(uid=uid).first(), request.actor, "correction", uid)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        verb = registers.accept if request.POST.get("verdict") == "accept" else registers.decline
        verb(actor=request.actor, correction=row, reason=form.cleaned_data["reason"])
        messages.success(request, _("Decided. The person concerned has been notified."))
        return redirect("desk:registers:corrections")
    now = row.entry.data.get(row.field, "")
    status = 422 if form.errors else 200
    return render_page(request, "registers/correction.html", status=status, correction=row, now=now, form=form)


def _register_view(entry: Entry, shown: str) -> RegisterView:
    open_ = shown == entry.register.key
    values = [
        FieldValue(field.title, value if open_ or not rules.is_masked(field) else _masked(field, value))
        for field in entry.register.declared
        if (value := entry.data.get(field.name, "")) not in ("", None)
    ]
    return RegisterView(entry.register, entry, values, open_)


def _masked(field: rules.DeclaredField, value: Any) -> str:
    return masked(value) if field.kind == "text" else rules.masked(field.kind, value)


def _party(request: Request, number: str) -> Party:
    digest = digest_of(number.strip().upper())
    party = Party.objects.numbered(digest).first()
    if party is None:
        # Trying numbers until one fits must show.
        identity.record_denied(request.actor, "party", digest[:16])
        raise Invalid({"number": [_("Nobody is registered with this number.")]})
    found: Party = party
    return found


hall = [
    path("", mine, name="mine"),
    path("reads/", reads, name="reads"),
    path("<slug:key>/correct/", correct, name="correct"),
]
desk = [
    path("search/", search, name="search"),
    path("corrections/", corrections, name="corrections"),
    path("corrections/<uuid:uid>/", correction, name="correction"),
]
