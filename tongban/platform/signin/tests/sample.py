"""What the laws need to know of the ways of signing in."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock
from tongban.platform.identity.models import Account
from tongban.platform.signin.models import Authenticator, Passkey, RecoveryCode


def make(city: SampleCity) -> None:
    agent, now = city.cast.accounts["agent"], clock.now()
    Authenticator.objects.create(account=agent, secret="00" * 20, made_at=now)
    passkey = Passkey.objects.create(account=agent, title="手机", credential=token(), public_key="AA", made_at=now)
    RecoveryCode.objects.create(account=agent, digest=token(), made_at=now)
    city.name(passkey=passkey.uid)


def many(city: SampleCity, number: int) -> None:
    now = clock.now()
    taken = Authenticator.objects.values("account")
    free = list(Account.objects.exclude(pk__in=taken)[:number])
    copies(Authenticator(secret="", made_at=now), len(free), account_id=lambda n: free[n].pk)
    others = list(Account.objects.exclude(pk=city.cast.accounts["agent"].pk)[:number])
    owners = {"account_id": lambda n: others[n % len(others)].pk}
    passkey = Passkey.objects.get(uid=city.ids["passkey"])
    copies(passkey, number, **owners, credential=lambda _n: token())
    copies(RecoveryCode(made_at=now), number, **owners, digest=lambda _n: token())


sample = Sample(
    make=make,
    many=many,
    owned={"signin/passkeys/<uuid:uid>/remove/": "passkey"},
    personal=("signin/passkeys/<uuid:uid>/remove/",),
)
