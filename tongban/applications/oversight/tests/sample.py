"""What the laws need to know of E-supervision."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import OversightNote
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party


def make(city: SampleCity) -> None:
    """Let the owner write a note."""
    department = Department.objects.get(key="market-regulation")
    note = oversight.write(actor=city.owner, department=department, words="门口的灯坏了。")
    city.name(oversight_note=note.uid)


def many(city: SampleCity, number: int) -> None:
    note = OversightNote.objects.get(uid=city.ids["oversight_note"])
    spread = {"written_on": earlier(note.written_on), "area": lambda n: AREAS[n % 3]}
    copies(note, number, **spread)
    copies(note, number, party_id=city.companies[1].pk, answered_on=note.written_on, **spread)


def reaches(actor: Actor, note: OversightNote) -> bool:
    grants = [grant for grant in actor.grants if grant.duty == "oversight.answer"]
    return any(grant.covers(note.department_id, note.area) for grant in grants)


def owns(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    return OversightNote.objects.none() if services else OversightNote.objects.filter(party=party)


def unanswered(notes: Any, reader: Actor) -> Any:
    return notes.filter(answered_on=None)


sample = Sample(
    make=make,
    many=many,
    owned={"oversight/<uuid:uid>/": "oversight_note"},
    office={"desk/oversight/<uuid:uid>/": "oversight_note"},
    shown=(
        Shown(
            OversightNote,
            duties=("oversight.answer",),
            spread=(OversightNote,),
            reaches=reaches,
            owns=owns,
            doors=(
                Door("official", ("/desk/oversight/",), r"/desk/oversight/([0-9a-f-]{36})/", only=unanswered),
                Door("official", ("/desk/oversight/{}/",)),
                Door("system", ("/api/v1/oversight/notes",), item="uid", only=unanswered),
                Door("person", ("/oversight/",), r'href="/oversight/([0-9a-f-]{36})/"'),
                Door("person", ("/oversight/{}/",)),
            ),
        ),
    ),
)
