from tongban.applications.newroom import services as newroom
from tongban.applications.newroom.events import NewRoomNoteAnswered
from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.journal import services as journal


@journal.on(NewRoomNoteAnswered)
def notify_writer(event: NewRoomNoteAnswered) -> None:
    newroom.notify(note=NewRoomNote.objects.with_names().get(pk=event.note_id))
