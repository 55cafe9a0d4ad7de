"""What the laws need to know of linking."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.platform.identity.models import Account
from tongban.platform.linking.models import LinkedAccount


def make(city: SampleCity) -> None:
    agent = city.cast.accounts["agent"]
    linked = LinkedAccount.objects.create(account=agent, provider="wechat", digest=token(), linked_at=clock.now())
    city.name(linked_account=linked.uid, sign_in_provider="wechat")


def many(city: SampleCity, number: int) -> None:
    taken = LinkedAccount.objects.values("account")
    free = list(Account.objects.exclude(pk__in=taken)[:number])
    linked = LinkedAccount.objects.get(uid=city.ids["linked_account"])
    copies(linked, len(free), account_id=lambda n: free[n].pk, digest=lambda _n: token())


sample = Sample(
    make=make,
    many=many,
    owned={"linking/<uuid:uid>/unlink/": "linked_account"},
    posted=("linking/<uuid:uid>/unlink/",),
    personal=("linking/<uuid:uid>/unlink/",),
    common={
        "linking/<slug:provider>/start/": "sign_in_provider",
        "linking/<slug:provider>/back/": "sign_in_provider",
    },
)
