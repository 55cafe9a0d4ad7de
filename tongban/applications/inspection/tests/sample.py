"""What the laws need to know of Inspection and enforcement."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import InspectionNote
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party


def make(city: SampleCity) -> None:
    """Let the owner write a note."""
    department = Department.objects.get(key="market-regulation")
    note = inspection.write(actor=city.owner, department=department, words="门口的灯坏了。")
    city.name(inspection_note=note.uid)


def many(city: SampleCity, number: int) -> None:
    note = InspectionNote.objects.get(uid=city.ids["inspection_note"])
    spread = {"written_on": earlier(note.written_on), "area": lambda n: AREAS[n % 3]}
    copies(note, number, **spread)
    copies(note, number, party_id=city.companies[1].pk, answered_on=note.written_on, **spread)


def reaches(actor: Actor, note: InspectionNote) -> bool:
    grants = [grant for grant in actor.grants if grant.duty == "inspection.answer"]
    return any(grant.covers(note.department_id, note.area) for grant in grants)


def owns(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    return InspectionNote.objects.none() if services else InspectionNote.objects.filter(party=party)


def unanswered(notes: Any, reader: Actor) -> Any:
    return notes.filter(answered_on=None)


sample = Sample(
    make=make,
    many=many,
    owned={"inspection/<uuid:uid>/": "inspection_note"},
    office={"desk/inspection/<uuid:uid>/": "inspection_note"},
    shown=(
        Shown(
            InspectionNote,
            duties=("inspection.answer",),
            spread=(InspectionNote,),
            reaches=reaches,
            owns=owns,
            doors=(
                Door("official", ("/desk/inspection/",), r"/desk/inspection/([0-9a-f-]{36})/", only=unanswered),
                Door("official", ("/desk/inspection/{}/",)),
                Door("system", ("/api/v1/inspection/notes",), item="uid", only=unanswered),
                Door("person", ("/inspection/",), r'href="/inspection/([0-9a-f-]{36})/"'),
                Door("person", ("/inspection/{}/",)),
            ),
        ),
    ),
)
