"""What the laws need to know of provisioning."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.platform.identity.models import Account
from tongban.platform.provisioning.models import DirectoryEntry


def make(city: SampleCity) -> None:
    DirectoryEntry.objects.create(account=city.cast.accounts["clerk"], external_name="HR-1", employee_number="00017")
    user = str(city.cast.accounts["clerk"].uid)
    city.name(scim_user=user, scim_group="health", scim_schema="x", scim_type="User", scim_rest="x")


def many(city: SampleCity, number: int) -> None:
    taken = DirectoryEntry.objects.filter(account__isnull=False).values("account")
    free = list(Account.objects.exclude(pk__in=taken)[:number])
    copies(DirectoryEntry(), len(free), account_id=lambda n: free[n].pk, external_name=lambda _n: token())


sample = Sample(
    make=make,
    many=many,
    # No session opens these, only a key; the rows behind them are those of identity.
    common={
        "scim/v2/Users/<str:key>": "scim_user",
        "scim/v2/Groups/<str:key>": "scim_group",
        "scim/v2/Schemas/<str:key>": "scim_schema",
        "scim/v2/ResourceTypes/<str:key>": "scim_type",
        "scim/v2/<path:rest>": "scim_rest",
    },
)
