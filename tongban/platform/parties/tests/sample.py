"""What the laws need to know of parties."""

from tests.copies import copies, token
from tests.samples import Sample
from tests.town import Town
from tongban.platform.parties.models import Mandate, Party


def make(town: Town) -> None:
    """The parties and the mandate are the cast's own."""
    agent = town.cast.people["agent"]
    town.name(mandate=Mandate.objects.get(principal=town.company, agent=agent).uid, party=town.company.uid)


def many(town: Town, number: int) -> None:
    citizen = town.cast.people["citizen"]
    parties = copies(citizen, number, account_id=None, id_digest=lambda _n: token(), name=lambda n: f"周{n:05}")
    mandate = Mandate.objects.get(uid=town.ids["mandate"])
    for principal in (town.company, citizen):
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
)
