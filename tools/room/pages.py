"""One's own notes in the hall; at the desk those that wait for an answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.newroom import rules
from tongban.applications.newroom import services as newroom
from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department


class NewRoomNoteForm(forms.Form):
    department = forms.ModelChoiceField(
        label=pgettext_lazy("newroom", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )
    words = forms.CharField(
        label=gettext_lazy("What do you want to say?"), widget=forms.Textarea, max_length=rules.MAX_WORDS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.of_the_house().in_order()  # type: ignore[attr-defined]


class NewRoomAnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Your answer to the note"), widget=forms.Textarea, max_length=rules.MAX_WORDS
    )


@signed_in
def mine(request: Request) -> HttpResponse:
    pages = keyset_page(NewRoomNote.objects.of(request.actor).with_names(), request.GET, order=("-pk",))
    return render_page(request, "newroom/mine.html", pages=pages)


@signed_in
def write(request: Request) -> HttpResponse:
    form = NewRoomNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            note = newroom.write(actor=request.actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Your note was sent."))
            return redirect("hall:newroom:note", uid=note.uid)
    return render_page(request, "newroom/write.html", form=form, status=422 if form.errors else 200)


@signed_in
def note(request: Request, uid: UUID) -> HttpResponse:
    notes = NewRoomNote.objects.of(request.actor).with_names()
    found = identity.get_visible(notes, request.actor, "note", uid=uid)
    return render_page(request, "newroom/note.html", note=found)


@requires("newroom.answer")
def open_notes(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in NewRoomNote.objects.to_answer(request.actor)]
    pages = keyset_page(parts, request.GET, order=("written_on", "pk"))
    return render_page(request, "newroom/open.html", pages=pages)


@requires("newroom.answer")
def answer(request: Request, uid: UUID) -> HttpResponse:
    notes = NewRoomNote.objects.reached_by(request.actor).with_names()
    found = identity.get_visible(notes, request.actor, "note", uid=uid)
    form = NewRoomAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            newroom.answer(actor=request.actor, note=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The answer was sent."))
            return redirect("desk:newroom:open")
    return render_page(request, "newroom/answer.html", note=found, form=form, status=422 if form.errors else 200)


hall = [
    path("", mine, name="mine"),
    path("write/", write, name="write"),
    path("<uuid:uid>/", note, name="note"),
]
desk = [
    path("", open_notes, name="open"),
    path("<uuid:uid>/", answer, name="answer"),
]
