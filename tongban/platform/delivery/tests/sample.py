"""What the laws need to know of parcels."""

from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel, ParcelEvent, PostalAddress
from tongban.platform.identity.models import Department

HERE = "云泽市临湖区柳岸街15号"


def make(city: SampleCity) -> None:
    """A line of the company's address book, a parcel that is to be posted, and one on its way."""
    now = clock.now()
    written = {"recipient": "周文博", "phone": "13900000001", "area": "990102", "street": "柳岸街15号"}
    address = PostalAddress.objects.create(party=city.company, added_at=now, **written)
    placed = delivery.expect(
        subject="sample:1", party=city.company, service="food-business", title="许可证（纸质）", back="/delivery/"
    )
    Destination.objects.filter(pk=placed.pk).update(area="990102", chosen_at=now)
    wanted, sent = (delivery.request(actor=SYSTEM, order=_order(city, occasion)) for occasion in ("one", "two"))
    sent.recipient, sent.phone, sent.place = written["recipient"], written["phone"], HERE
    sent.carrier, sent.waybill, sent.state = "ems", "1200000000001", Parcel.State.ON_WAY
    sent.booked_at = sent.picked_up_at = sent.ask_at = now
    sent.save()
    ParcelEvent.objects.create(
        parcel=sent, key="203@1", at=now, kind="picked_up", place="营业部", words="已揽收", heard_at=now
    )
    city.name(address=address.uid, destination=placed.uid, parcel_wanted=wanted.uid, parcel_sent=sent.uid)


def _order(city: SampleCity, occasion: str) -> delivery.ParcelOrder:
    return delivery.ParcelOrder(
        subject="sample:1",
        occasion=occasion,
        title="许可证（纸质）",
        matter="990102-20260302-SAMPLE1",
        department=Department.objects.get(key="market-regulation"),
        area="990102",
        party=city.company,
        service="food-business",
    )


def many(city: SampleCity, number: int) -> None:
    wanted, sent = (Parcel.objects.get(uid=city.ids[name]) for name in ("parcel_wanted", "parcel_sent"))
    spread = {
        "party_id": lambda n: city.companies[n % 2].pk,
        "area": lambda n: AREAS[n % 3],
        "requested_at": earlier(wanted.requested_at),
        "subject": lambda _n: f"sample:{token(20)}",
        "matter": lambda _n: token(20),
        "recipient": "",
        "phone": "",
        "place": "",
    }
    copies(wanted, number, **spread)
    made = copies(sent, number, **spread, waybill=lambda _n: token(20), ask_at=None)
    event = ParcelEvent.objects.get(parcel=sent)
    copies(event, len(made), parcel_id=lambda n: made[n].pk, words="")
    copies(
        Destination.objects.get(uid=city.ids["destination"]),
        number,
        party_id=lambda n: city.companies[n % 2].pk,
        subject=lambda _n: f"sample:{token(20)}",
        recipient="",
        phone="",
        street="",
    )
    written = {"recipient": "", "phone": "", "street": ""}
    # An address book has its limit; that of others counts.
    copies(PostalAddress.objects.get(uid=city.ids["address"]), number, party_id=city.companies[1].pk, **written)


sample = Sample(
    make=make,
    many=many,
    owned={
        "delivery/addresses/<uuid:uid>/": "address",
        "delivery/addresses/<uuid:uid>/remove/": "address",
        "delivery/to/<uuid:uid>/": "destination",
        "delivery/<uuid:uid>/": "parcel_sent",
    },
    posted=("delivery/addresses/<uuid:uid>/remove/",),
    office={
        "desk/delivery/<uuid:uid>/": "parcel_sent",
        "desk/delivery/<uuid:uid>/book/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/slip/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/cancel/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/look/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/lost/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/file/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/again/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/place/": "parcel_wanted",
        "desk/delivery/<uuid:uid>/label/": "parcel_sent",
    },
    lists={
        "official": lambda city: [
            *(f"/desk/delivery/?state={state}" for state in Parcel.State.values),
            "/desk/delivery/?q=1200000000001",
        ]
    },
    shown=(
        Shown(
            Parcel,
            duties=("delivery.post",),
            spread=(Parcel,),
            reaches=lambda actor, row: any(
                grant.duty == "delivery.post" and grant.covers(row.department_id, row.area) for grant in actor.grants
            ),
            owns=lambda actor, party, services: Parcel.objects.filter(
                party=party, **({"service__in": services} if services else {})
            ),
            doors=(
                Door(
                    "official",
                    tuple(f"/desk/delivery/?state={one}" for one in Parcel.State.values),
                    r"/desk/delivery/([0-9a-f-]{36})/",
                    duties=("delivery.post",),
                ),
                Door("official", ("/desk/delivery/{}/",), duties=("delivery.post",)),
                Door("person", ("/delivery/",), r"/delivery/([0-9a-f-]{36})/"),
                Door("person", ("/delivery/{}/",)),
            ),
        ),
        Shown(
            Destination,
            owns=lambda actor, party, services: Destination.objects.filter(
                party=party, **({"service__in": services} if services else {})
            ),
            doors=(Door("person", ("/delivery/to/{}/",)),),
        ),
        Shown(
            PostalAddress,
            owns=lambda actor, party, services: (
                PostalAddress.objects.none() if services else PostalAddress.objects.filter(party=party)
            ),
            doors=(Door("person", ("/delivery/addresses/{}/",)),),
        ),
    ),
)
