"""What the laws need to know of licences."""

from dataclasses import replace
from datetime import date, timedelta

from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import AnnotatedCopy, CheckCount, Licence, LicenceKind, Serial, Showing


def make(city: SampleCity) -> None:
    order = licences.Order(
        kind="sample-licence",
        kind_name="示例许可证",
        kind_code="11990100MB9900101F009",
        number="SL{serial:06}",
        holder=city.company,
        issuer=Department.objects.get(key="market-regulation"),
        subject="matter:1",
        valid_from=date(2026, 1, 1),
        valid_until=date(2098, 6, 30),
        face={"名称": city.company.name},
        service="food-business",
    )
    licence = licences.issue(actor=SYSTEM, order=order)
    licences.define_shipped_kinds()
    licences.verify_token(licence.token, actor=city.cast.actor("stranger"))
    copy = licences.annotate(
        actor=SYSTEM, token=licence.token, purpose="租赁合同", valid_until=clock.today() + timedelta(days=30)
    )
    licences.make_copy(copy.pk)
    licences.make_ofd(licence)
    showing = Showing.objects.create(
        licence=licence, purpose="入住登记", granted_at=clock.now(), expires_at=clock.now() + timedelta(minutes=5)
    )
    city.name(licence_copy=copy.token, licence_look=showing.code)
    struck = licences.issue(actor=SYSTEM, order=replace(order, subject="matter:2"))
    licences.cancel(actor=SYSTEM, licence=struck, reason="届满未延续", cause="expiry")
    struck = Licence.objects.with_people().get(pk=struck.pk)
    letter = licences.write_cancellation(struck, "expiry")
    city.name(licence=licence.token, struck=struck.token, struck_letter=letter.document.uid if letter else "")


def many(city: SampleCity, number: int) -> None:
    licence, now = Licence.objects.get(token=city.ids["licence"]), clock.now()
    issued = copies(Document.objects.get(pk=licence.document_id), number, created_at=earlier(now), key=None)
    for firm in city.companies:
        copies(
            licence,
            number,
            holder_id=firm.pk,
            number=lambda _n: f"SL{token(14)}".upper(),
            subject=lambda _n: f"case:{token(12)}",
            document_id=lambda n: issued[n].pk,
            issued_on=earlier(licence.issued_on),
            area=lambda n: AREAS[n % 3],
        )
    copied = AnnotatedCopy.objects.get(token=city.ids["licence_copy"])
    copies(copied, number, token=lambda _n: token())
    copies(Showing.objects.get(code=city.ids["licence_look"]), number, code=lambda _n: token())
    check = CheckCount(way="number", outcome="valid", kind="", began_at=now, last_at=now)
    copies(check, number, key=lambda _n: token())


WHY = "purpose=办件核验"


sample = Sample(
    make=make,
    many=many,
    small=(Serial, LicenceKind),
    owned={
        "licences/<slug:token>/": "licence",
        "licences/<slug:token>/file/": "licence",
        "licences/<slug:token>/copies/": "licence",
        "licences/<slug:token>/show/": "licence",
        "licences/<slug:token>/credential/": "licence",
        "licences/<slug:token>/ofd/": "licence",
        "licences/<slug:token>/copies/<slug:copy>/": "licence licence_copy",
        "licences/<slug:token>/letters/<uuid:document>/": "struck struck_letter",
    },
    office={
        "desk/licences/<slug:token>/": "licence",
        "desk/licences/<slug:token>/change/": "licence",
        "desk/licences/<slug:token>/file/": "licence",
        "desk/licences/<slug:token>/version/": "licence",
    },
    common={
        "licences/v/<slug:token>/": "licence",
        "licences/look/<slug:code>/": "licence_look",
        "licences/status/<int:batch>/": "0",
    },
    calls={
        "GET /api/v1/licences/<token>": Call("licence", query="?purpose=x"),
        "POST /api/v1/licences/<token>/copies": Call("licence", body={"purpose": "x", "valid_until": "2026-12-31"}),
        "GET /api/v1/licences/<token>/copies/<copy_token>/file": Call("licence licence_copy"),
        "GET /api/v1/licences/<token>/file": Call("licence", query="?purpose=x"),
    },
    lists={
        "official": lambda city: ["/desk/licences/?q=没有"],
        "system": lambda city: ["/api/v1/licences/?purpose=核对"],
    },
    shown=(
        Shown(
            Licence,
            key="token",
            duties=("licences.read",),
            spread=(Licence,),
            reaches=lambda actor, licence: any(
                grant.duty == "licences.read" and grant.covers(licence.issuer_id, licence.area)
                for grant in actor.grants
            ),
            owns=lambda actor, party, services: Licence.objects.issued().filter(
                holder=party, **({"service__in": services} if services else {})
            ),
            doors=(
                Door("official", ("/desk/licences/",), r"/desk/licences/([A-Z0-9]+)/"),
                Door("official", ("/desk/licences/{}/",)),
                Door(
                    "official",
                    ("/desk/licences/?q={}",),
                    r"/desk/licences/([A-Z0-9]+)/",
                    found_by=lambda licence: (licence.number, licence.identifier),
                ),
                Door("system", (f"/api/v1/licences/?{WHY}",), item="token"),
                Door("system", (f"/api/v1/licences/{{}}?{WHY}",)),
                Door("person", ("/licences/",), r'href="/licences/([A-Z0-9]+)/"'),
                Door("person", ("/licences/{}/",)),
            ),
        ),
    ),
)
