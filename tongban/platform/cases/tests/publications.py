"""What the granted case of the sample brings: its result, its publication, and an objection to that."""

from datetime import timedelta

from tests.copies import copies, token
from tests.samples import Door, Shown
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases.models import READING, Case, Concern, FollowUpInspection, Participation, Publication
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence


def _reaches(actor: Actor, found: FollowUpInspection) -> bool:
    grants = [grant for grant in actor.grants if grant.duty in READING]
    places = [(found.department_id, found.area)]
    places += list(Participation.objects.filter(case=found.case_id).values_list("department", "area"))
    return any(grant.covers(*place) for grant in grants for place in places)


FOLLOW_UPS = Shown(
    FollowUpInspection,
    duties=READING,
    spread=(Participation, FollowUpInspection),
    reaches=_reaches,
    doors=(
        Door(
            "official",
            ("/desk/cases/follow-ups/",),
            r"/desk/cases/follow-ups/(\w{16})/",
            only=lambda rows, reader: rows.open(),
        ),
        Door("official", ("/desk/cases/follow-ups/{}/",)),
    ),
)


def names(case: Case) -> dict[str, str]:
    """Return what names the publication and the inspection of the granted case in addresses."""
    return {"published": make(case), "follow_up": follow_up(case)}


def make(case: Case) -> str:
    """Publish a decision for some days, and let somebody object to it; return what names it in addresses."""
    shown = Publication.objects.of(case)[0]
    shown.until = clock.today() + timedelta(days=30)
    shown.save()
    concern = Concern(publication=shown, on=clock.today())
    concern.said = {"name": "沈一鸣", "contact": "19900000999", "text": "离住宅太近。"}
    concern.save()
    return str(shown.uid)


def follow_up(case: Case) -> str:
    """Let an inspection follow the grant, begun today; return what names it in addresses."""
    today = clock.today()
    days = {"opens_on": today, "opened_on": today, "due_on": today + timedelta(days=30)}
    kept = {"department": case.department, "area": case.area, "kind": FollowUpInspection.Kind.ORDINARY}
    return str(FollowUpInspection.objects.create(number=f"HC{case.number}", case=case, **kept, **days).uid)


def many(case: Case, number: int) -> None:
    shown = Publication.objects.of(case)[0]
    there = Publication.objects.of(case).count()
    more = copies(
        shown,
        number,
        uid=lambda _n: token(16),
        turn=lambda n: n + 100 + there,
        number=lambda _n: token(20).upper(),
        began_on=lambda n: shown.began_on - timedelta(days=n // 10),
    )
    copies(
        FollowUpInspection.objects.filter(case=case)[0],
        number,
        uid=lambda _n: token(16),
        number=lambda _n: token(20).upper(),
        turn=lambda n: n + 100 + FollowUpInspection.objects.filter(case=case).count(),
        due_on=lambda n: shown.began_on + timedelta(days=n % 900),
        closed_on=lambda n: shown.began_on if n % 10 else None,
    )
    copies(Concern.objects.filter(publication=shown)[0], number, publication_id=lambda n: more[n].pk)


def deliver(case: Case) -> None:
    """Give what a city system gives for a grant, where that system was taken out of the house."""
    if Licence.objects.of_subject(case.subject).exists():
        return
    order = licences.Order(
        kind="food-business-licence",
        kind_name="食品经营许可证",
        kind_code="11990100MB9900101F002",
        number="JY{serial:06}",
        holder=case.applicant,
        issuer=case.department,
        subject=case.subject,
        valid_from=clock.today(),
        valid_until=None,
        face={"名称": case.applicant.name},
        service=case.version.service.code,
    )
    licences.issue(actor=SYSTEM, order=order)
    jobs.run_all()
