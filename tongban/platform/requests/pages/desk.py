"""For offices: what came in, what they handle, and the steps of one request."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.requests import ports
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestFile
from tongban.platform.requests.pages import presenting


class RequestStepForm(forms.Form):
    """One step of a request; which fields it has, the step says."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("To which department?"), queryset=Department.objects.none(), required=True
    )
    number = forms.CharField(label=gettext_lazy("Number of the earlier request"), max_length=24, cleaned=typed.compact)
    words = forms.CharField(
        label=gettext_lazy("In words"), widget=forms.Textarea(attrs={"rows": 6}), max_length=2000, required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step not in {"assign", "transfer"}:
            del self.fields["department"]
        else:
            self.fields["department"].queryset = Department.objects.of_the_house().working().in_order()  # type: ignore[attr-defined]
        if step != "merge":
            del self.fields["number"]
        words = self.fields["words"]
        words.required = requests.course().steps[step].reason
        words.help_text = (
            _("The person reads this.") if requests.course().steps[step].tells else _("The other office reads this.")
        )


class RequestPurposeForm(forms.Form):
    """What somebody's contact is needed for."""

    purpose = forms.CharField(
        label=gettext_lazy("What do you need the contact for?"),
        help_text=gettext_lazy("It is recorded, and shown to the person."),
        max_length=200,
    )


class PublishForm(forms.Form):
    """What everybody may read."""

    words = forms.CharField(
        label=gettext_lazy("Words for everybody"),
        help_text=gettext_lazy(
            "Leave out names, telephone numbers, plates and house numbers. Empty: nothing is shown any more."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=2000,
        required=False,
    )
    photos = forms.MultipleChoiceField(
        label=gettext_lazy("Photographs for everybody"), widget=forms.CheckboxSelectMultiple, required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


@requires("requests.handle")
def inbox(request: Request) -> HttpResponse:
    """List what one's departments handle."""
    return _list(request, PublicRequest.objects.handled_by(request.actor), "inbox")


@requires("requests.receive")
def reception(request: Request) -> HttpResponse:
    """List what one's offices received."""
    return _list(request, PublicRequest.objects.received_by(request.actor), "reception")


def _list(request: Request, parts: list[Any], name: str) -> HttpResponse:
    ended, number = request.GET.get("ended") == "1", typed.compact(request.GET.get("q", "")).upper()
    parts = [part.with_names() for part in parts]
    if number:
        found = [part.numbered(number) for part in parts]
        pages = keyset_page(found, request.GET, order=("-received_at", "-pk"))
    elif ended:
        found = [part.ended() for part in parts]
        pages = keyset_page(found, request.GET, order=("-ended_at", "-pk"), not_null=("ended_at",))
    else:
        pages = keyset_page([part.open() for part in parts], request.GET, order=("due_on", "pk"))
    return render_page(
        request,
        "requests/list.html",
        pages=pages,
        rows=presenting.rows(pages),
        ended=ended,
        number=number,
        name=name,
    )


@requires("requests.receive", "requests.handle")
def request_page(request: Request, uid: UUID) -> HttpResponse:
    """Show one request with what may be done now."""
    found = _visible(request, uid)
    light, word = presenting.light(found)
    system = ports.SYSTEMS.get(found.system)
    return render_page(
        request,
        "requests/office_request.html",
        found=found,
        title=requests.title_of(found),
        state=requests.state_of(found),
        light=light,
        light_word=word,
        facts=presenting.facts(found),
        entries=presenting.entries(found, told=False),
        photos=presenting.photos(found),
        steps=[] if system else [(step.key, requests.step_word(step.key)) for step in _possible(request.actor, found)],
        system_page=system.office_page(found) if system else "",
        has_contact=bool(found.party_id or found.contact),
        merged=list(PublicRequest.objects.merged_into(found)[:20]),
        receives=_receives(request.actor, found),
    )


@requires("requests.receive", "requests.handle")
def act(request: Request, uid: UUID, step: str) -> HttpResponse:
    """Take one step of a request."""
    found = _visible(request, uid)
    steps = {one.key for one in _possible(request.actor, found)}
    if step not in steps:
        messages.error(request, _("This step is not possible any more. This is how the request stands now."))
        return redirect("desk:requests:request", uid=uid)
    form = RequestStepForm(request.POST or None, step=step, initial={"revision": found.revision})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _take(request.actor, found, step, form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Done: %(step)s.") % {"step": requests.step_word(step)})
            return redirect("desk:requests:request", uid=uid)
    return _form(request, found, form, requests.step_word(step))


@requires("requests.receive", "requests.handle")
def contact(request: Request, uid: UUID) -> HttpResponse:
    """Show how to reach who made a request, for a purpose."""
    found = _visible(request, uid)
    form, known = RequestPurposeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            read = requests.read_contact(actor=request.actor, request=found, **form.cleaned_data)
            known = [
                (pgettext("requests", "Name"), read.name),
                (pgettext("requests", "Telephone"), read.phone),
                (pgettext("requests", "E-mail"), read.email),
            ]
    return render_page(
        request, "requests/contact.html", found=found, form=form, known=known, status=422 if form.errors else 200
    )


@requires("requests.receive")
def publish(request: Request, uid: UUID) -> HttpResponse:
    """Show everybody what may be shown."""
    found = _visible(request, uid)
    photos = presenting.photos(found)
    form = PublishForm(
        request.POST or None,
        initial={
            "words": found.published_words or found.words,
            "photos": [photo.uid for photo in photos if photo.shown],
            "revision": found.revision,
        },
    )
    form.fields["photos"].choices = [(photo.uid, photo.name) for photo in photos]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            requests.publish(actor=request.actor, request=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved. This is what everybody reads now."))
            return redirect("desk:requests:request", uid=uid)
    return _form(request, found, form, pgettext("requests", "Publish"))


@requires("requests.receive", "requests.handle")
def photo(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a photograph, as it came."""
    found = _visible(request, uid)
    row = RequestFile.objects.of(found).named(str(document)).first()
    if row is None:
        raise identity.not_found(request.actor, "request-photo", document)
    return (
        documents.thumbnail(row.document) if "small" in request.GET else documents.response(row.document, inline=True)
    )


def _form(request: Request, found: PublicRequest, form: forms.Form, title: str) -> HttpResponse:
    return render_page(
        request,
        "requests/step.html",
        found=found,
        name=requests.title_of(found),
        form=form,
        title=title,
        status=422 if form.errors else 200,
    )


def _visible(request: Request, uid: UUID) -> PublicRequest:
    reached = PublicRequest.objects.with_names()
    found = identity.get_visible(reached, request.actor, "request", uid=uid)
    if not (_receives(request.actor, found) or _handles(request.actor, found)):
        raise identity.not_found(request.actor, "request", uid)
    return found


def _receives(actor: Actor, found: PublicRequest) -> bool:
    return actor.holds("requests.receive", department=found.office_id, area=found.area)


def _handles(actor: Actor, found: PublicRequest) -> bool:
    if found.department_id is None:
        return any(grant.duty == "requests.handle" and grant.departments is None for grant in actor.grants)
    return actor.holds("requests.handle", department=found.department_id, area=found.area)


def _possible(actor: Actor, found: PublicRequest) -> list[Any]:
    course = requests.course()
    office = course.possible(found.state, "office") if _receives(actor, found) else []
    handled = found.department_id is not None and _handles(actor, found)
    return [*office, *(course.possible(found.state, "department") if handled else [])]


def _take(actor: Actor, found: PublicRequest, step: str, said: dict[str, Any]) -> None:
    if step == "assign":
        requests.assign(actor=actor, request=found, **said)
    elif step == "transfer":
        requests.transfer(actor=actor, request=found, office=said.pop("department"), **said)
    elif step == "merge":
        number = said.pop("number").upper()
        into = PublicRequest.objects.visible_to(actor).numbered(number).first()
        requests.merge(actor=actor, request=found, into=identity.must_find(into, actor, "request", number), **said)
    elif step == "answer_at_once":
        requests.answer(actor=actor, request=found, at_once=True, **said)
    else:
        verbs = {
            "begin": requests.begin,
            "hand_back": requests.hand_back,
            "answer": requests.answer,
            "close": requests.close,
            "decline": requests.decline,
        }
        verbs[step](actor=actor, request=found, **said)


desk = [
    path("", inbox, name="inbox"),
    path("reception/", reception, name="reception"),
    path("<uuid:uid>/", request_page, name="request"),
    path("<uuid:uid>/contact/", contact, name="contact"),
    path("<uuid:uid>/publish/", publish, name="publish"),
    path("<uuid:uid>/photos/<uuid:document>/", photo, name="photo"),
    path("<uuid:uid>/steps/<slug:step>/", act, name="act"),
]
