"""The verbs of New room: write a note, answer it, notify its writer."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tongban.applications.newroom import rules
from tongban.applications.newroom.events import NewRoomNoteAnswered, NewRoomNoteWritten
from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.notices import services as notices

PROBLEMS = {
    "empty": gettext_lazy("Write what you want to say."),
    "long": gettext_lazy("Say it in %(number)s characters at most."),
}


class NewRoomNoteAnsweredAlready(Refusal):
    message = gettext_lazy("Somebody answered this note already.")


@transaction.atomic
def write(*, actor: Actor, department: Department, words: str) -> NewRoomNote:
    """Write a note to a department. Raises NotAllowed, Invalid."""
    if not actor.represents_fully:
        raise NotAllowed()
    _check(words)
    note = NewRoomNote.objects.create(
        party_id=actor.represents_fully,
        department=department,
        area=department.area,
        words=words.strip(),
        written_on=clock.today(),
    )
    journal.write(NewRoomNoteWritten(note.pk, department.key), by=actor, subject=f"newroom:{note.pk}")
    return note


@transaction.atomic
def answer(*, actor: Actor, note: NewRoomNote, words: str) -> NewRoomNote:
    """Answer a note; its writer is notified a moment later.

    Raises NotAllowed, NewRoomNoteAnsweredAlready, Invalid.
    """
    actor.must_hold("newroom.answer", department=note.department_id, area=note.area)
    note = NewRoomNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if note.answered_on:
        raise NewRoomNoteAnsweredAlready()
    _check(words)
    note.answer, note.answered_on, note.answered_by_id = words.strip(), clock.today(), actor.account
    note.save()
    journal.write(NewRoomNoteAnswered(note.pk), by=actor, subject=f"newroom:{note.pk}")
    return note


def notify(*, note: NewRoomNote) -> None:
    """Send the writer a notice that the answer is there. Twice notifies once."""
    title, body = gettext_lazy("Your note was answered"), gettext_lazy("%(department)s has answered your note.")
    notices.send(
        to=note.party,
        **notices.in_both(title, body, {"department": lambda: note.department.title}),
        url=reverse("hall:newroom:note", args=[note.uid]),
        subject=f"newroom:{note.pk}",
        key=f"newroom:{note.pk}:answered",
    )


def _check(words: str) -> None:
    if problem := rules.problem(words):
        raise Invalid({"words": [str(PROBLEMS[problem]) % {"number": rules.MAX_WORDS}]})
