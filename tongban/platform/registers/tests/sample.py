"""What the laws need to know of registers."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.journal.models import Reading
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.ui.templatetags.ui import instant
from tongban.platform.parties.tests.sample import others
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction, Entry, Lookup, Register


def make(city: SampleCity) -> None:
    for party, register in ((city.company, "enterprise"), (city.cast.people["citizen"], "population")):
        registers.look_up(actor=SYSTEM, register=register, party=party, purpose="核对住所", subject="matter:1")
    said = {"field": "address", "value": "云泽市临湖区柳岸街16号", "explanation": "门牌已变更"}
    city.name(correction=registers.report_error(actor=city.owner, register="enterprise", **said).uid)


def many(city: SampleCity, number: int) -> None:
    parties, now = others(number), clock.now()
    lookup = Lookup.objects.filter(party=city.company)[0]
    copies(lookup, number, at=earlier(now))
    copies(lookup, number, at=earlier(now), party_id=lambda n: parties[n].pk)
    entries = copies(Entry.objects.get(party=city.company), number, party_id=lambda n: parties[n].pk)
    correction = Correction(entry=entries[0], register=entries[0].register, field="name", value="另一个")
    spread = {"entry_id": lambda n: entries[n].pk, "asked_at": earlier(now)}
    copies(correction, number, **spread)
    copies(correction, number, **spread, state="declined", decided_at=now, reason="与登记一致。")


AT = r'<time class="number" datetime="(.*?)"'


def readings(rows: Any, reader: Actor) -> list[Any]:
    """Return what the page of readings shows together: look-ups in registers, and readings of anything else."""
    return [*Lookup.objects.visible_to(reader), *Reading.objects.visible_to(reader)]


sample = Sample(
    make=make,
    many=many,
    small=(Register,),
    office={"desk/registers/corrections/<uuid:uid>/": "correction"},
    common={"registers/<slug:key>/correct/": "enterprise"},
    arealess=("correction",),
    lists={"official": lambda city: ["/desk/registers/corrections/?decided=1"]},
    shown=(
        Shown(
            Entry,
            key="register.key",
            owns=lambda actor, party, services: Entry.objects.filter(party=None if services else party),
            doors=(
                Door("person", ("/registers/",), r'<section class="panel" id="([\w-]+)"'),
                Door("person", ("/registers/{}/correct/",)),
            ),
        ),
        Shown(
            Correction,
            duties=("registers.steward",),
            reaches=lambda actor, row: actor.holds(
                "registers.steward", department=row.register.department_id, area=row.register.department.area
            ),
            owns=lambda actor, party, services: Correction.objects.filter(entry__party=None if services else party),
            doors=(
                Door("official", ("/desk/registers/corrections/",), r"/corrections/([0-9a-f-]{36})/"),
                Door("official", ("/desk/registers/corrections/{}/",)),
                Door("person", ("/registers/",), r'<th scope="row">.*? · (.*?)</th>', key="field_title"),
            ),
        ),
        *(
            Shown(
                model,
                key=lambda row: instant(row.at),
                owns=lambda actor, party, services, model=model: model.objects.filter(
                    party=None if services else party.pk
                ),
                doors=(
                    Door("person", ("/registers/reads/",), r'<time class="number" datetime="(.*?)"', only=readings),
                ),
            )
            for model in (Lookup, Reading)
        ),
    ),
)
