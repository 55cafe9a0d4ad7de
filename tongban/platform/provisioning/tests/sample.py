"""What the laws need to know of provisioning."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.platform.identity.models import Account
from tongban.platform.provisioning.models import DirectoryEntry


def make(city: SampleCity) -> None:
    DirectoryEntry.objects.create(account=city.cast.accounts["clerk"], external_id="HR-1", employee_number="00017")


def many(city: SampleCity, number: int) -> None:
    taken = DirectoryEntry.objects.filter(account__isnull=False).values("account")
    free = list(Account.objects.exclude(pk__in=taken)[:number])
    copies(DirectoryEntry(), len(free), account_id=lambda n: free[n].pk, external_id=lambda _n: token())


sample = Sample(make=make, many=many)
