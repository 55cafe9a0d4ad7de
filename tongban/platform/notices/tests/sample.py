"""What the laws need to know of notices."""

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice, Preference
from tongban.platform.parties.tests.sample import others

TEXTS = {"title": "请核对", "body": "请核对登记的住所。", "title_english": "", "body_english": ""}


def make(city: SampleCity) -> None:
    notice = notices.send(to=city.company, **TEXTS, key="sample:company")
    of_office = notices.send(to=city.official, **TEXTS, key="sample:official")
    notices.choose(actor=city.cast.actor("citizen"), mail=False, text_message=False)
    city.name(notice=notice.uid, notice_of_office=of_office.uid)


def many(city: SampleCity, number: int) -> None:
    parties, now = others(number), clock.now()
    notice = Notice.objects.get(uid=city.ids["notice"])
    read = {"read": lambda n: n % 2 == 0, "read_at": lambda n: None if n % 2 else now}
    for whose, times in (
        ({"account_id": city.official.pk, "party_id": None}, number // 4),
        ({"party_id": city.company.pk}, number // 4),
        ({"party_id": lambda n: parties[n % len(parties)].pk}, 3 * number),
    ):
        copies(notice, times, **whose, **read, created_at=earlier(now))
    free = [party for party in parties if not Preference.objects.filter(party=party).exists()]
    copies(Preference(changed_at=now), len(free), party_id=lambda n: free[n].pk)


PORTALS = ("counter", "crew", "desk")
sample = Sample(
    make=make,
    many=many,
    owned={"notices/<uuid:uid>/": "notice"},
    office={f"{portal}/notices/<uuid:uid>/": "notice_of_office" for portal in PORTALS},
    shown=(
        Shown(
            Notice,
            spread=(Notice,),
            reaches=lambda actor, notice: notice.account_id == actor.account,
            owns=lambda actor, party, services: Notice.objects.filter(
                party=party, **({"service__in": services} if services else {})
            ),
            doors=(
                Door("person", ("/notices/",), r"/notices/([0-9a-f-]{36})/"),
                Door("person", ("/notices/{}/",)),
                Door("person", counted=notices.unread, only=lambda rows, reader: rows.unread()),
                Door("official", ("/desk/notices/",), r"/desk/notices/([0-9a-f-]{36})/"),
                Door("official", ("/desk/notices/{}/",)),
            ),
        ),
    ),
)
