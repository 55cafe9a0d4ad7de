"""What the laws need to know of person codes."""

from datetime import timedelta

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.platform.identity.models import Account
from tongban.platform.personcode.models import PersonCode


def make(city: SampleCity) -> None:
    now = clock.now()
    PersonCode.objects.create(
        digest=token(), account=city.cast.accounts["agent"], made_at=now, expires_at=now + timedelta(minutes=1)
    )


def many(city: SampleCity, number: int) -> None:
    others = list(Account.objects.exclude(pk=city.cast.accounts["agent"].pk)[:number])
    owners = {"account_id": lambda n: others[n % len(others)].pk}
    copies(PersonCode.objects.all()[0], number, **owners, digest=lambda _n: token())


sample = Sample(make=make, many=many)
