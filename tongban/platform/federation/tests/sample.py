"""What the laws need to know of single sign-on."""

from datetime import timedelta

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel import clock, ids
from tongban.platform.federation.models import Consent, Issued, PushedRequest, RelyingParty, SeenAssertion
from tongban.platform.identity.models import Account


def make(city: SampleCity) -> None:
    agent, now = city.cast.accounts["agent"], clock.now()
    later = now + timedelta(days=1)
    party = RelyingParty.objects.create(
        handle="rp-sample", title="博物馆", purpose="预约参观", keys={"keys": []}, scopes=["openid"], created_at=now
    )
    consent = Consent.objects.create(account=agent, relying_party=party, scope="openid", given_at=now)
    PushedRequest.objects.create(digest=token(), relying_party=party, asked={}, made_at=now, expires_at=later)
    SeenAssertion.objects.create(digest=token(), expires_at=later)
    Issued.objects.create(
        digest=token(), kind="code", family=ids.uid(), consent=consent, said={}, made_at=now, expires_at=later
    )
    city.name(relying_party=party.uid, sign_on_consent=consent.uid)


def many(city: SampleCity, number: int) -> None:
    taken = Consent.objects.values("account")
    free = list(Account.objects.exclude(pk__in=taken)[:number])
    consent = Consent.objects.get(uid=city.ids["sign_on_consent"])
    copies(consent, len(free), account_id=lambda n: free[n].pk)
    own = {"digest": lambda _n: token()}
    copies(PushedRequest.objects.all()[0], number, **own)
    copies(SeenAssertion.objects.all()[0], number, **own)
    copies(Issued.objects.all()[0], number, **own, family=lambda _n: ids.uid())


sample = Sample(
    make=make,
    many=many,
    small=(RelyingParty,),
    owned={"federation/<uuid:uid>/withdraw/": "sign_on_consent"},
    posted=("federation/<uuid:uid>/withdraw/",),
    personal=("federation/<uuid:uid>/withdraw/",),
    office={"desk/federation/<uuid:uid>/": "relying_party"},
    arealess=("relying_party",),
)
