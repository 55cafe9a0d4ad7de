"""What the laws need to know of seals."""

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import FileVerdict, Seal, SealChange, SealUse, SealWait


def make(city: SampleCity) -> None:
    """The seals are those of the city's departments, which sealed the licences they came with."""
    FileVerdict.objects.create(
        file_digest="1" * 64, standing="untrusted", signer="某公司", trust=seals.trust_digest(), judged_at=clock.now()
    )
    seal, now = Seal.objects.get(department__key="market-regulation"), clock.now()
    SealChange.objects.create(
        seal=seal, step="suspend", reason="清点", proposed_by=10**6, proposer="高飞", proposed_at=now
    )
    SealWait.objects.create(subject="matter:waiting", department=seal.department, since=now)
    city.name(seal=Seal.objects.get(department__key="market-regulation").uid)


def many(city: SampleCity, number: int) -> None:
    start = FileVerdict.objects.count()
    copies(FileVerdict.objects.all()[0], number, file_digest=lambda n: f"{start + n:064x}")
    settled = {"outcome": "confirmed", "settled_by": 10**6 + 1, "settler": "白桦", "settled_at": clock.now()}
    copies(SealChange.objects.all()[0], number, **settled)
    first = SealWait.objects.count() + 1
    copies(SealWait.objects.all()[0], number, subject=lambda n: f"matter:{first + n}")
    use = SealUse.objects.all()[0]
    copies(use, number, seal_id=Seal.objects.get(uid=city.ids["seal"]).pk, at=earlier(clock.now()))


def uses(city: SampleCity) -> list[str]:
    return [f"/desk/seals/{city.ids['seal']}/"]


DUTIES = ("seals.manage", "seals.apply")


sample = Sample(
    make=make,
    many=many,
    small=(Seal,),
    office={
        "desk/seals/<uuid:uid>/": "seal",
        "desk/seals/<uuid:uid>/settle/": "seal",
        "desk/seals/<uuid:uid>/picture.png": "seal",
    },
    lists={"official": uses},
    shown=(
        Shown(
            Seal,
            duties=DUTIES,
            reaches=lambda actor, seal: any(
                grant.duty in DUTIES and grant.covers(seal.department_id, seal.department.area)
                for grant in actor.grants
            ),
            doors=(
                Door("official", ("/desk/seals/",), r'/desk/seals/([0-9a-f-]{36})/"'),
                Door("official", ("/desk/seals/{}/",)),
                Door("official", ("/desk/seals/{}/picture.png",)),
            ),
        ),
    ),
)
