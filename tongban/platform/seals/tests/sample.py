"""What the laws need to know of seals."""

from tests.copies import copies, earlier
from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.kernel import clock
from tongban.platform.seals.models import Seal, SealUse


def make(town: Town) -> None:
    """The seals are those of the town's departments, which sealed the licences they came with."""
    town.name(seal=Seal.objects.get(department__key="market-regulation").uid)


def many(town: Town, number: int) -> None:
    use = SealUse.objects.all()[0]
    copies(use, number, seal_id=Seal.objects.get(uid=town.ids["seal"]).pk, at=earlier(clock.now()))


def uses(town: Town) -> list[str]:
    return [f"/desk/seals/{town.ids['seal']}/"]


sample = Sample(
    make=make,
    many=many,
    small=(Seal,),
    office={"desk/seals/<uuid:uid>/": "seal", "desk/seals/<uuid:uid>/picture.png": "seal"},
    lists={"official": uses},
)
