"""What the laws need to know of bundles."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cast import definition, example, upload
from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import (
    Bundle,
    BundleApplication,
    BundleItem,
    BundlePaper,
    BundleVersion,
    Zone,
    ZoneEntry,
)
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department

FOLDER = Path(__file__).parent / "small"
BOTH = {"food": True, "bath": True}
PLAN = definition("food-business") / "floor-plan-sample.pdf"
PLACE = "云泽市临湖区柳岸街299号"


def make(city: SampleCity) -> None:
    """Apply for two services as one: a draft, and one that was handed in; and a zone of the day."""
    for code in ("food-business", "public-place-hygiene"):
        if not Service.objects.begun_as(code):
            loaded = catalogue.load(actor=SYSTEM, folder=definition(code))
            catalogue.publish(actor=SYSTEM, version=loaded.version)
    draft = bundles.load(actor=SYSTEM, folder=FOLDER)
    bundles.publish(actor=SYSTEM, version=draft.version)
    begun, submitted = _filled(city, f"{PLACE}甲"), _filled(city, f"{PLACE}乙")
    bundles.submit(actor=city.owner, uid=submitted.uid, declared=True)
    paper = BundlePaper.objects.of(begun).first()
    assert paper is not None
    zone = _zone(city, "开店专区")
    bundles.publish_zone(actor=SYSTEM, zone=zone)
    city.name(
        joint_draft=begun.uid,
        joint=submitted.uid,
        joint_paper=paper.document.uid,
        zone=zone.uid,
        zone_draft=_zone(city, "下一个专区").uid,
    )


def _filled(city: SampleCity, place: str) -> BundleApplication:
    """Return a draft of the owner with answers and papers."""
    application = bundles.begin(actor=city.owner, bundle="small", situation=BOTH)
    items = BundleItem.objects.of(application)
    whole = bundles.whole_of(application, items)
    answers: dict[str, Any] = {}
    for item in items:
        told = example(item.version.service.code)["answers"]
        answers |= {
            whole.names[item.key][name]: answer for name, answer in told.items() if name in whole.names[item.key]
        }
    answers |= {"premises_address": place, "district": "990102"}
    told = {name: answer for name, answer in answers.items() if name not in application.sources}
    application = bundles.fill(
        actor=city.owner, uid=application.uid, answers={**told, "premises_address": place}, revision=1
    )
    found = bundles.told_once(bundles.findings(application, BundleItem.objects.of(application)))
    bundles.confirm(actor=city.owner, uid=application.uid, checks=[one.id for one in found])
    bundles.fetch_all(actor=city.owner, application=application)
    materials = bundles.materials_of(city.owner, application)
    for line in whole.lines_for(application.answers):
        if line.get("required", True) and not line.get("fetch"):
            file = upload(definition("food-business") / "floor-plan-sample.pdf", f"{line['code']}.pdf")
            documents.attach_to(materials, actor=city.owner, code=line["code"], file=file)
    return application


def _zone(city: SampleCity, name: str) -> Zone:
    told = bundles.ZoneText(
        name, "因故集中办理。", clock.today(), clock.today(), ["service:food-business", "bundle:small"]
    )
    return bundles.write(actor=SYSTEM, department=Department.objects.get(key="market-regulation"), told=told)


def many(city: SampleCity, number: int) -> None:
    joint = BundleApplication.objects.get(uid=city.ids["joint"])
    item = BundleItem.objects.filter(application=joint, state="waiting").first()
    paper = BundlePaper.objects.of(BundleApplication.objects.get(uid=city.ids["joint_draft"])).first()
    zone = Zone.objects.get(uid=city.ids["zone_draft"])
    entry = ZoneEntry.objects.filter(zone=zone).first()
    for firm in city.companies:
        for state in ("running", "finished", "draft"):
            made = copies(
                joint,
                number,
                state=state,
                number=(lambda n: token(20)) if state != "draft" else None,
                applicant_id=firm.pk,
                applicant_name=firm.name,
                key=None,
                area=lambda n: AREAS[n % 3],
                updated_at=earlier(joint.updated_at),
                submitted_at=earlier(joint.submitted_at) if state != "draft" else None,
            )
            copies(item, number, application_id=lambda n, made=made: made[n].pk)
            copies(paper, number, application_id=lambda n, made=made: made[n].pk)
    zones = copies(
        zone, number, last_day=lambda n: zone.last_day + timedelta(days=n % 900), area=lambda n: AREAS[n % 3]
    )
    copies(entry, number, zone_id=lambda n: zones[n].pk)


def _led(actor: Any, row: BundleApplication) -> bool:
    return row.state != "draft" and any(
        grant.duty == "bundles.lead" and grant.covers(row.department_id, row.area) for grant in actor.grants
    )


def _zones(actor: Any, row: Zone) -> bool:
    return any(grant.duty == "bundles.zone" and grant.covers(row.department_id, row.area) for grant in actor.grants)


def _own(actor: Any, party: Any, services: tuple[str, ...]) -> Any:
    found = BundleApplication.objects.filter(applicant=party)
    return found.none() if services else found


sample = Sample(
    make=make,
    many=many,
    small=(Bundle, BundleVersion),
    owned={
        "bundles/mine/<slug:uid>/": "joint",
        "bundles/mine/<slug:uid>/situation/": "joint_draft",
        "bundles/mine/<slug:uid>/fill/<slug:step>/": "joint_draft common",
        "bundles/mine/<slug:uid>/confirm/<slug:step>/": "joint_draft common",
        "bundles/mine/<slug:uid>/materials/": "joint_draft",
        "bundles/mine/<slug:uid>/review/": "joint_draft",
        "bundles/mine/<slug:uid>/renew/": "joint_draft",
        "bundles/mine/<slug:uid>/discard/": "joint_draft",
        "bundles/mine/<slug:uid>/supplement/": "joint",
        "bundles/mine/<slug:uid>/withdraw/": "joint",
        "bundles/mine/<slug:uid>/retry/": "joint",
        "bundles/mine/<slug:uid>/results/": "joint",
        "bundles/mine/<slug:uid>/files/<uuid:document>/": "joint_draft joint_paper",
    },
    office={
        "desk/bundles/<slug:uid>/": "joint",
        "desk/bundles/<slug:uid>/extend/": "joint",
        "desk/bundles/<slug:uid>/retry/": "joint",
        "desk/bundles/zones/<slug:uid>/": "zone",
        "desk/bundles/zones/<slug:uid>/edit/": "zone_draft",
        "desk/bundles/zones/<slug:uid>/publish/": "zone",
        "desk/bundles/zones/<slug:uid>/withdraw/": "zone",
        "desk/bundles/definitions/<slug:code>/publish/<int:number>/": "small 1",
        "desk/bundles/definitions/<slug:code>/withdraw/": "small",
    },
    common={
        "bundles/<slug:code>/": "small",
        "bundles/<slug:code>/which/": "small",
        "bundles/<slug:code>/begin/": "small",
        "bundles/zones/<slug:uid>/": "zone",
    },
    calls={
        "GET /api/v1/bundles/applications/<ref>": Call("joint"),
        "PATCH /api/v1/bundles/applications/<ref>": Call("joint_draft", {"answers": {"food_seats": 1}}),
        "POST /api/v1/bundles/applications/<ref>/materials/<code>": Call("joint_draft food-floor-plan", file=PLAN),
        "POST /api/v1/bundles/applications/<ref>/submit": Call("joint_draft", {"declared": True}),
    },
    lists={"official": lambda city: ["/desk/bundles/?all=1"]},
    shown=(
        Shown(
            BundleApplication,
            duties=("bundles.lead",),
            spread=(BundleApplication,),
            only=lambda rows: rows.exclude(state="draft"),
            reaches=_led,
            owns=_own,
            doors=(
                Door("official", ("/desk/bundles/?all=1",), r"/desk/bundles/([0-9A-Z]{16})/"),
                Door("official", ("/desk/bundles/{}/",)),
                Door("person", ("/bundles/mine/{}/",), everyones=True),
                Door("system", ("/api/v1/bundles/applications/{}",)),
            ),
        ),
        Shown(
            Zone,
            duties=("bundles.zone",),
            spread=(Zone,),
            reaches=_zones,
            doors=(
                Door("official", ("/desk/bundles/zones/",), r"/desk/bundles/zones/([0-9A-Z]{16})/"),
                Door("official", ("/desk/bundles/zones/{}/",)),
            ),
        ),
    ),
)
