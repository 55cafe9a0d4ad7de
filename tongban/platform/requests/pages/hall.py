"""For people: what they said to the city, and following a request by its code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, public, public_or_sign_in, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestFile, RequestSupport
from tongban.platform.requests.pages import presenting

# The requests that were opened by their codes, in the session.
OPENED = "requests.opened"
MAX_OPENED = 20


class FollowForm(forms.Form):
    """The number and the code that were shown when the request was sent."""

    number = forms.CharField(label=gettext_lazy("Request number"), max_length=24, cleaned=typed.compact)
    code = forms.CharField(
        label=gettext_lazy("Follow-up code"),
        help_text=gettext_lazy("Ten letters and figures that you were shown when you sent it."),
        max_length=24,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class WordsForm(forms.Form):
    """Why; with the code where nobody knows whose request it is."""

    words = forms.CharField(
        label=gettext_lazy("What is missing, or why?"), widget=forms.Textarea(attrs={"rows": 5}), max_length=2000
    )
    code = forms.CharField(label=gettext_lazy("Follow-up code"), max_length=24, cleaned=typed.compact, required=False)


class RateForm(forms.Form):
    """How it was handled."""

    grade = forms.ChoiceField(
        label=gettext_lazy("How satisfied are you with the answer?"),
        choices=[
            (5, gettext_lazy("Very satisfied")),
            (4, gettext_lazy("Satisfied")),
            (3, gettext_lazy("Fairly satisfied")),
            (2, gettext_lazy("Dissatisfied")),
            (1, gettext_lazy("Very dissatisfied")),
        ],
        widget=forms.RadioSelect,
    )
    solved = forms.ChoiceField(
        label=gettext_lazy("Is the matter solved?"),
        choices=[("yes", gettext_lazy("Yes, it is solved")), ("no", gettext_lazy("No, not yet"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=gettext_lazy("In a few words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500, required=False
    )
    code = forms.CharField(label=gettext_lazy("Follow-up code"), max_length=24, cleaned=typed.compact, required=False)


def _without_code(form: forms.Form, theirs: bool) -> Any:
    if theirs:
        del form.fields["code"]
    return form


@signed_in
def mine(request: Request) -> HttpResponse:
    """List what the party said to the city; with `?followed=1` what it supports or follows."""
    party = request.actor.represents_fully
    if request.GET.get("followed") == "1":
        found = keyset_page(RequestSupport.objects.of_party(party), request.GET, order=("-pk",))
        rows = presenting.rows(row.request for row in found)
        return render_page(request, "requests/mine.html", pages=found, rows=rows, followed=True)
    own = PublicRequest.objects.visible_to(request.actor).of_party(party)
    pages = keyset_page(own, request.GET, order=("-received_at", "-pk"))
    return render_page(request, "requests/mine.html", pages=pages, rows=presenting.rows(pages), followed=False)


@public
def follow(request: Request) -> HttpResponse:
    """Open a request by its number and its code."""
    form = FollowForm(request.POST or None, initial={"number": request.GET.get("number", "")[:24]})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = requests.follow(actor=request.actor, **form.cleaned_data)
        if form.is_valid():
            remember(request, found)
            return redirect("hall:requests:request", uid=found.uid)
    return render_page(request, "requests/follow.html", form=form, status=422 if form.errors else 200)


def remember(request: Request, found: PublicRequest) -> None:
    """Let this session see a request whose code it knew."""
    opened = [*request.session.get(OPENED, ()), str(found.uid)]
    request.session[OPENED] = opened[-MAX_OPENED:]


@public_or_sign_in
def request_page(request: Request, uid: UUID) -> HttpResponse:
    """Show all of it to whose it is, and to everybody what everybody may know."""
    found, whole = _found(request, uid)
    party = request.actor.represents_fully
    theirs = party is not None and found.party_id == party
    light, word = presenting.light(found)
    return render_page(
        request,
        "requests/request.html",
        found=found,
        whole=whole,
        theirs=theirs,
        title=requests.title_of(found) if whole else requests.public_view(found).what,
        state=requests.state_of(found),
        light=light,
        light_word=word,
        facts=presenting.facts(found) if whole else _public_facts(found),
        answer=found.answer if whole else requests.public_view(found).answer,
        entries=presenting.entries(found, told=True) if whole else [],
        photos=[photo for photo in presenting.photos(found) if whole or photo.shown],
        steps=[step.key for step in requests.course().possible(found.state, "person")] if whole else [],
        may_rate=whole and found.state in {"answered", "closed"} and found.grade is None,
        support=RequestSupport.objects.of(found, party) if party and not theirs else None,
        may_support=found.public and not theirs,
    )


@signed_in
@require_POST
def support(request: Request, uid: UUID) -> HttpResponse:
    """Say the same, follow it, or not any more."""
    found, _whole = _found(request, uid)
    with refusals(404) as refused:
        requests.support(
            actor=request.actor,
            request=found,
            supports=request.POST.get("supports") == "1",
            follows=request.POST.get("follows") == "1",
        )
    if refused:
        messages.error(request, refused.sentence)
    return redirect("hall:requests:request", uid=uid)


@public_or_sign_in
def rate(request: Request, uid: UUID) -> HttpResponse:
    found, theirs = _own(request, uid)
    form = _without_code(RateForm(request.POST or None), theirs)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            said |= {"grade": int(said["grade"]), "solved": said["solved"] == "yes"}
            requests.rate(actor=request.actor, request=found, **said)
        if form.is_valid():
            messages.success(request, _("Thank you. What you said has been saved."))
            return redirect("hall:requests:request", uid=uid)
    return _act(request, found, form, _("Rate the answer"), _("Send the rating"))


@public_or_sign_in
def reopen(request: Request, uid: UUID) -> HttpResponse:
    found, theirs = _own(request, uid)
    form = _without_code(WordsForm(request.POST or None), theirs)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            requests.reopen(actor=request.actor, request=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The office looks at it again."))
            return redirect("hall:requests:request", uid=uid)
    return _act(request, found, form, _("It is not solved"), _("Ask the office to look again"))


@public_or_sign_in
def withdraw(request: Request, uid: UUID) -> HttpResponse:
    found, theirs = _own(request, uid)
    form = _without_code(WordsForm(request.POST or None), theirs)
    form.fields["words"].required = False
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            requests.withdraw(actor=request.actor, request=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Your request was withdrawn."))
            return redirect("hall:requests:request", uid=uid)
    return _act(request, found, form, _("Withdraw the request"), _("Withdraw this request"))


@public_or_sign_in
def photo(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a photograph without anything in it but the picture: to whose it is, or to everybody once it is shown."""
    found, whole = _found(request, uid)
    row = RequestFile.objects.of(found).named(str(document)).first()
    if row is None or not (whole or row.shown):
        raise identity.not_found(request.actor, "request-photo", document)
    if "small" in request.GET:
        return documents.thumbnail(row.document)
    return documents.picture(row.document)


def _act(request: Request, found: PublicRequest, form: forms.Form, title: str, button: str) -> HttpResponse:
    return render_page(
        request,
        "requests/act.html",
        found=found,
        form=form,
        title=title,
        button=button,
        status=422 if form.errors else 200,
    )


def _found(request: Request, uid: UUID) -> tuple[PublicRequest, bool]:
    """Return a request, and whether all of it may be shown here. Raises NotFound."""
    rows = PublicRequest.objects.with_names().filter(uid=uid)
    party = request.actor.represents_fully
    own = rows.visible_to(request.actor).of_party(party).first() if party else None
    if own is None and str(uid) in request.session.get(OPENED, ()):
        own = rows.first()
    if own is not None:
        return own, True
    return identity.must_find(rows.in_public().first(), request.actor, "request", uid), False


def _own(request: Request, uid: UUID) -> tuple[PublicRequest, bool]:
    """Return a request of theirs, and whether it is known as theirs without its code. Raises NotFound."""
    found, whole = _found(request, uid)
    if not whole:
        raise identity.not_found(request.actor, "request", uid)
    return found, requests.is_theirs(request.actor, found)


def _public_facts(found: PublicRequest) -> list[tuple[str, str]]:
    view = requests.public_view(found)
    facts = [
        (_("What it is"), view.kind),
        (_("In which area"), presenting.area_name(view.area)),
        (_("In their words"), view.words),
    ]
    return [(label, value) for label, value in facts if value]


hall = [
    path("", mine, name="mine"),
    path("follow/", follow, name="follow"),
    path("<uuid:uid>/", request_page, name="request"),
    path("<uuid:uid>/support/", support, name="support"),
    path("<uuid:uid>/rate/", rate, name="rate"),
    path("<uuid:uid>/reopen/", reopen, name="reopen"),
    path("<uuid:uid>/withdraw/", withdraw, name="withdraw"),
    path("<uuid:uid>/photos/<uuid:document>/", photo, name="photo"),
]
