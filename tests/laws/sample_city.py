"""A city with matters of several parties in several departments and areas, for laws about who sees what."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import FLOOR_PLAN, RULES, Cast, another_place, upload
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Participation
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate, Party
from tongban.platform.registers import services as registers
from tongban.platform.workflow.models import Task

AREAS = ("990100", "990102", "990103")
ANOTHER_SERVICE = "senior-allowance"
SECOND_COMPANY = "91990103MA99QR023H"
API_DUTIES = ("cases.read", "cases.accept", "cases.review", "cases.inspect", "cases.approve", "licences.read")


@dataclass(frozen=True)
class Post:
    """A position: a set of duties in a department, for an area, perhaps with everything below."""

    department: str
    duties: tuple[str, ...]
    area: str
    subtree: bool


@dataclass
class SampleCity:
    """The city, an official and a system whose positions a test changes, and a person whose mandates it changes."""

    cast: Cast
    official: Account
    system: Account
    key: str
    companies: list[Party]

    def appoint(self, posts: list[Post]) -> Actor:
        """Give the official and the system exactly these positions; return the official."""
        for account in (self.official, self.system):
            for position in Position.objects.of(account.pk).filter(ended_at__isnull=True):
                identity.end_position(actor=SYSTEM, position=position)
            for post in posts:
                role = identity.define_role(actor=SYSTEM, key=role_key(post.duties), name="随机", duties=post.duties)
                department = Department.objects.get(key=post.department)
                identity.appoint(
                    actor=SYSTEM,
                    account=account,
                    department=department,
                    role=role,
                    area=post.area,
                    subtree=post.subtree,
                )
        return identity.actor_of(Account.objects.get(pk=self.official.pk))

    def mandate(self, company: Party, *, given: bool, services: tuple[str, ...] = ()) -> None:
        """Give the stranger a mandate for this company, for these services or for all, or take it away."""
        agent = self.cast.people["stranger"]
        Mandate.objects.filter(principal=company, agent=agent, revoked_at__isnull=True).update(
            revoked_at=timezone.now()
        )
        if given:
            parties.give_mandate(actor=SYSTEM, principal=company, agent=agent, services=services, source="register")

    def acting(self, login: str, chosen: Party | None = None) -> Actor:
        actor = identity.actor_of(self.cast.accounts[login])
        return parties.with_party(actor, chosen=chosen.pk if chosen else None)

    def browser(self, account: Account, chosen: Party | None = None) -> Client:
        session = SessionStore()
        session.begin(account, address="127.0.0.1", device="tests")
        if chosen:
            session["parties.chosen"] = chosen.pk
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def caller(self) -> Client:
        """Return the other system's way of asking."""
        return Client(headers={"authorization": f"Bearer {self.key}"})


def role_key(duties: tuple[str, ...]) -> str:
    """Return a short key that says nothing: one for each set of duties."""
    return f"drawn-{sha256(' '.join(duties).encode()).hexdigest()[:12]}"


def gathered(cast: Cast) -> SampleCity:
    """Bring the matters about: drafts, submissions, one in the middle, one granted with its licence; two companies."""
    official = identity.open_account(actor=SYSTEM, login="anyone", name="岑一", kind="staff")
    system = identity.open_account(actor=SYSTEM, login="system", name="云泽银行", kind="client")
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="法", duties=API_DUTIES)
    second = _second_company()
    sample_city = SampleCity(cast, official, system, key, [cast.people["company"], second])
    cast.draft()
    cast.submitted()
    cast.accepted()
    cast.decided()
    sample_city.mandate(second, given=True)
    _submit(sample_city.acting("stranger", second))
    sample_city.mandate(second, given=False)
    jobs.run_all()
    _spread()
    return sample_city


def _second_company() -> Party:
    company = parties.register_organisation(
        actor=SYSTEM, name="云泽市青竹酒店管理有限公司", uscc=SECOND_COMPANY, area="990103"
    )
    data = {
        "name": company.name,
        "uscc": SECOND_COMPANY,
        "legal_representative": "沈一鸣",
        "address": "云泽市青石区竹里路1号",
        "registered_capital": "200万元",
        "established_on": "2025-11-20",
        "business_scope": "住宿服务；餐饮服务",
        "kind": "有限责任公司",
    }
    registers.put(
        actor=SYSTEM, register="enterprise", party=company, data=data, as_of=date(2026, 1, 31), source="法人库"
    )
    record_business_licence(company, data)
    return company


def _submit(actor: Actor) -> None:
    case = cases.begin(actor=actor, service="food-business")
    case = cases.fill(actor=actor, case=case, answers=another_place(), revision=case.revision)
    cases.fetch(actor=actor, case=case, code="business-licence")
    cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    cases.attach(actor=actor, case=case, code="safety-rules", file=upload(RULES))
    cases.submit(actor=actor, uid=case.uid, declared=True)


def _spread() -> None:
    """Spread what is there over areas and services, so that the reach of a duty and of a mandate matters."""
    for number, case in enumerate(Case.objects.exclude(state="draft").order_by("pk")):
        area = AREAS[number % len(AREAS)]
        Participation.objects.filter(case=case).update(area=area)
        Task.objects.filter(subject=case.subject).update(area=area)
    for number, licence in enumerate(Licence.objects.order_by("pk")):
        Licence.objects.filter(pk=licence.pk).update(area=AREAS[number % len(AREAS)])
    for model in (Notice, Document, Licence):
        for number, row in enumerate(model.objects.order_by("pk")):
            if number % 3 == 0:
                model.objects.filter(pk=row.pk).update(service=ANOTHER_SERVICE)
