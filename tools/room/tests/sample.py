"""What the laws need to know of New room."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.newroom import services as newroom
from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party


def make(city: SampleCity) -> None:
    """Let the owner write a note."""
    department = Department.objects.get(key="market-regulation")
    note = newroom.write(actor=city.owner, department=department, words="门口的灯坏了。")
    city.name(newroom_note=note.uid)


def many(city: SampleCity, number: int) -> None:
    note = NewRoomNote.objects.get(uid=city.ids["newroom_note"])
    spread = {"written_on": earlier(note.written_on), "area": lambda n: AREAS[n % 3]}
    copies(note, number, **spread)
    copies(note, number, party_id=city.companies[1].pk, answered_on=note.written_on, **spread)


def reaches(actor: Actor, note: NewRoomNote) -> bool:
    grants = [grant for grant in actor.grants if grant.duty == "newroom.answer"]
    return any(grant.covers(note.department_id, note.area) for grant in grants)


def owns(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    return NewRoomNote.objects.none() if services else NewRoomNote.objects.filter(party=party)


def unanswered(notes: Any, reader: Actor) -> Any:
    return notes.filter(answered_on=None)


sample = Sample(
    make=make,
    many=many,
    owned={"newroom/<uuid:uid>/": "newroom_note"},
    office={"desk/newroom/<uuid:uid>/": "newroom_note"},
    shown=(
        Shown(
            NewRoomNote,
            duties=("newroom.answer",),
            spread=(NewRoomNote,),
            reaches=reaches,
            owns=owns,
            doors=(
                Door("official", ("/desk/newroom/",), r"/desk/newroom/([0-9a-f-]{36})/", only=unanswered),
                Door("official", ("/desk/newroom/{}/",)),
                Door("system", ("/api/v1/newroom/notes",), item="uid", only=unanswered),
                Door("person", ("/newroom/",), r'href="/newroom/([0-9a-f-]{36})/"'),
                Door("person", ("/newroom/{}/",)),
            ),
        ),
    ),
)
