"""What the laws need to know of the journal."""

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Batch, Fact, Reading
from tongban.infrastructure.kernel import clock
from tongban.platform.parties.models import Party

NAMES = ("identity.SignedIn", "identity.SignedOut")


def make(city: SampleCity) -> None:
    journal.seal()
    fact = Fact.objects.order_by("pk").first()
    Reading.objects.create(party=city.company.pk, fact=fact, office="云泽市卫生健康委员会", at=fact.at)
    city.name(fact=fact.uid)


def many(city: SampleCity, number: int) -> None:
    batch, fact, now = Batch.objects.all()[0], Fact.objects.all()[0], clock.now()
    others = list(Party.objects.exclude(pk=city.company.pk).order_by("-pk").values_list("pk", flat=True)[:number])
    account = f"account:{city.cast.accounts['agent'].pk}"
    copies(batch, number, fact_ids=[])
    spread = {"at": earlier(now), "batch_id": batch.pk, "written_at": None}
    facts = copies(fact, number, **spread, subject=lambda n: f"matter:{n}", name=NAMES[0])
    copies(fact, number, **spread, name=NAMES[1], actor=lambda n: "陈静" if n % 2 else "吴志远")
    copies(fact, number, **spread, subject=account, name=lambda n: NAMES[n % 2])
    reading = {"fact_id": lambda n: facts[n].pk, "at": earlier(now)}
    copies(Reading(), number, **reading, party=city.company.pk)
    copies(Reading(), number, **reading, party=lambda n: others[n % len(others)])


def questions(city: SampleCity) -> list[str]:
    """Return what an operator asks the journal."""
    account, day = f"account:{city.cast.accounts['agent'].pk}", clock.today().isoformat()
    narrowed = [f"subject={account}", "actor=陈静", "actor=没有", f"name={NAMES[0]}", "name=identity.NotThere"]
    # Subject and name together are not among them: of a subject with thousands of facts PostgreSQL reads all of a name.
    combined = [f"day={day}", f"day={day}&name={NAMES[1]}"]
    return [f"/desk/journal/?{question}" for question in (*narrowed, *combined)]


sample = Sample(
    make=make,
    many=many,
    office={"desk/journal/<uuid:uid>/": "fact"},
    lists={"official": questions},
    shown=(
        Shown(
            Fact,
            duties=("journal.read",),
            reaches=lambda actor, fact: actor.holds("journal.read"),
            doors=(
                Door("official", ("/desk/journal/",), r"/desk/journal/([0-9a-f-]{36})/"),
                Door("official", ("/desk/journal/{}/",)),
            ),
        ),
    ),
)
