"""What the laws need to know of New room."""

from tests.copies import copies, earlier
from tests.samples import Sample
from tests.town import Town
from tongban.applications.newroom import services as newroom
from tongban.applications.newroom.models import NewRoomNote
from tongban.platform.identity.models import Department


def make(town: Town) -> None:
    """Let the owner write a note."""
    department = Department.objects.get(key="market-regulation")
    note = newroom.write(actor=town.owner, department=department, words="门口的灯坏了。")
    town.name(newroom_note=note.uid)


def many(town: Town, number: int) -> None:
    note = NewRoomNote.objects.get(uid=town.ids["newroom_note"])
    day = note.written_on
    copies(note, number, written_on=earlier(day))
    copies(note, number, party_id=town.companies[1].pk, written_on=earlier(day), answered_on=day)


sample = Sample(
    make=make,
    many=many,
    owned={"newroom/<uuid:uid>/": "newroom_note"},
    office={"desk/newroom/<uuid:uid>/": "newroom_note"},
)
