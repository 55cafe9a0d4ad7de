"""What the laws need to know of assurance."""

from datetime import timedelta

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.platform.assurance.models import AccountClosing, ContactCode, Evidence, RealPersonCheck, Recovery
from tongban.platform.identity.models import Account


def make(city: SampleCity) -> None:
    agent, now = city.cast.accounts["agent"], clock.now()
    Evidence.objects.create(account=agent, kind="window", level=4, source="大厅", made_at=now)
    check = RealPersonCheck.objects.create(
        account=agent, state="passed", consented_at=now, delete_on=clock.today() + timedelta(days=30)
    )
    later = now + timedelta(days=1)
    made = ContactCode.objects.create(
        email="a@yunze.example", code="000000", code_digest=token(), made_at=now, expires_at=later
    )
    own = ContactCode.objects.create(
        account=agent, phone="13900000001", code="000000", code_digest=token(), made_at=now, expires_at=later
    )
    Recovery.objects.create(account=agent, email="a@yunze.example", asked_at=now, due_at=later)
    AccountClosing.objects.create(account=agent, asked_at=now, due_at=later)
    city.name(real_person_check=check.uid, registration=made.uid, contact_code=own.uid)


def many(city: SampleCity, number: int) -> None:
    now = clock.now()
    free = list(Account.objects.exclude(pk=city.cast.accounts["agent"].pk)[:number])
    owners = {"account_id": lambda n: free[n % len(free)].pk}
    copies(Evidence.objects.all()[0], number, **owners)
    copies(RealPersonCheck.objects.all()[0], number, **owners)
    expires = now + timedelta(hours=1)
    copies(
        ContactCode(email="a@yunze.example", code="", made_at=now, expires_at=expires),
        number,
        code_digest=lambda _n: token(),
    )
    ended = {"asked_at": now, "due_at": now, "ended_at": now}
    copies(Recovery(email="", **ended), number, **owners)
    copies(AccountClosing(**ended), number, **owners)


sample = Sample(
    make=make,
    many=many,
    owned={
        "assurance/real-person/<uuid:uid>/": "real_person_check",
        "assurance/real-person/<uuid:uid>/withdraw/": "real_person_check",
        "assurance/phone/<uuid:uid>/": "contact_code",
    },
    posted=(
        "assurance/phone/forget/",
        "assurance/real-person/<uuid:uid>/withdraw/",
        "assurance/real-person/<uuid:uid>/",
    ),
    personal=(
        "assurance/phone/<uuid:uid>/",
        "assurance/real-person/<uuid:uid>/",
        "assurance/real-person/<uuid:uid>/withdraw/",
    ),
    common={"assurance/register/<uuid:uid>/": "registration"},
)
