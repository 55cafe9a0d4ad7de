"""What the laws need to know of registers."""

from tests.copies import copies, earlier
from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.parties.tests.sample import others
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction, Entry, Lookup, Register


def make(town: Town) -> None:
    for party, register in ((town.company, "enterprise"), (town.cast.people["citizen"], "population")):
        registers.look_up(actor=SYSTEM, register=register, party=party, purpose="核对住所", subject="matter:1")
    said = {"field": "address", "value": "云泽市临湖区柳岸街16号", "explanation": "门牌已变更"}
    town.name(correction=registers.report_error(actor=town.owner, register="enterprise", **said).uid)


def many(town: Town, number: int) -> None:
    parties, now = others(number), clock.now()
    lookup = Lookup.objects.filter(party=town.company)[0]
    copies(lookup, number, at=earlier(now))
    copies(lookup, number, at=earlier(now), party_id=lambda n: parties[n].pk)
    entries = copies(Entry.objects.get(party=town.company), number, party_id=lambda n: parties[n].pk)
    correction = Correction(entry=entries[0], register=entries[0].register, field="name", value="另一个")
    spread = {"entry_id": lambda n: entries[n].pk, "asked_at": earlier(now)}
    copies(correction, number, **spread)
    copies(correction, number, **spread, state="declined", decided_at=now, reason="与登记一致。")


sample = Sample(
    make=make,
    many=many,
    small=(Register,),
    office={"desk/registers/corrections/<uuid:uid>/": "correction"},
    common={"registers/<slug:key>/correct/": "enterprise"},
    arealess=("correction",),
    lists={"official": lambda town: ["/desk/registers/corrections/?decided=1"]},
)
