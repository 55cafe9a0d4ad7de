"""What the laws need to know of parties."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.platform.parties.models import Mandate, Party


def make(city: SampleCity) -> None:
    """The parties and the mandate are the cast's own."""
    agent = city.cast.people["agent"]
    city.name(mandate=Mandate.objects.get(principal=city.company, agent=agent).uid, party=city.company.uid)


def many(city: SampleCity, number: int) -> None:
    citizen = city.cast.people["citizen"]
    parties = copies(citizen, number, account_id=None, id_digest=lambda _n: token(), name=lambda n: f"周{n:05}")
    mandate = Mandate.objects.get(uid=city.ids["mandate"])
    for principal in (city.company, citizen):
        copies(mandate, number, principal_id=principal.pk, agent_id=lambda n: parties[n].pk)


def others(number: int) -> list[Party]:
    """Return those that were put there last, of whom there are many."""
    return list(Party.objects.filter(kind="person").order_by("-pk")[:number])


sample = Sample(
    make=make,
    many=many,
    owned={"parties/mandates/<uuid:uid>/revoke/": "mandate"},
    posted=("parties/mandates/<uuid:uid>/revoke/",),
    personal=("parties/mandates/<uuid:uid>/revoke/",),
    shown=(
        Shown(
            Party,
            duties=("parties.find",),
            doors=(
                Door(
                    "official",
                    ("/counter/parties/find/",),
                    r'name="party" value="([0-9a-f-]{36})"',
                    found_by=lambda party: (party.id_number,),
                    sent={"number": "{}", "purpose": "核对"},
                    duties=("parties.find",),
                ),
                Door(
                    "person",
                    ("/parties/acting-for/",),
                    r'value="([0-9a-f-]{36})"',
                    only=lambda rows, reader: rows.exclude(pk=reader.party),
                ),
            ),
        ),
        Shown(Mandate, key="pk", doors=(Door("person", ("/parties/mandates/",), r"<tr>\s*<th scope=.row"),)),
    ),
)
