"""A city in which everything is somebody's: an owner, officials in charge, a stranger; and another company."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import rooms
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, DeniedAccess, Department, Position
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate, Party
from tongban.platform.parties.services.finding import VISITOR
from tongban.platform.registers import services as registers

AREAS = ("990100", "990102", "990103")
SECOND_COMPANY = "91990103MA99QR023H"


def every_duty() -> tuple[str, ...]:
    return tuple(sorted(duty for room in rooms() for duty in room.duties))


@dataclass(frozen=True)
class Post:
    """A position: a set of duties in a department, for an area, perhaps with everything below."""

    department: str
    duties: tuple[str, ...]
    area: str = ""
    subtree: bool = False


@dataclass
class SampleCity:
    """The cast, whose agent owns what samples make; an official and a system whose positions a test changes.

    official   in charge of everything, and serves the company at the window, until a test says otherwise
    key        of the other system
    companies  the owner's, and another one that the stranger may come to act for
    ids        what stands in addresses: name -> word
    """

    cast: Cast
    official: Account
    system: Account
    key: str
    companies: list[Party]
    ids: dict[str, str] = field(default_factory=dict)

    def name(self, **ids: object) -> None:
        """Give names to what stands in addresses. Raises ValueError where two rows would have one name."""
        if twice := self.ids.keys() & ids.keys():
            raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        self.ids |= {name: str(word) for name, word in ids.items()}

    def address(self, route: str, words: str) -> str:
        """Return the address of a route with these words in it: names, or words as they are."""
        filling = [self.ids.get(word, word) for word in words.split()]
        return "/" + re.sub(r"<[^>]+>|{[^}]+}", lambda _found: filling.pop(0), route)

    @property
    def owner(self) -> Actor:
        return self.cast.actor("agent")

    @property
    def company(self) -> Party:
        return self.companies[0]

    def appoint(self, posts: list[Post]) -> Actor:
        """Give the official and the system exactly these positions; return the official."""
        for account in (self.official, self.system):
            for position in Position.objects.of(account.pk).filter(ended_at__isnull=True):
                identity.end_position(actor=SYSTEM, position=position)
            for post in posts:
                appoint_to(account, post)
        return identity.actor_of(Account.objects.get(pk=self.official.pk))

    def as_system(self) -> Actor:
        """Return the other system as its calls bring it."""
        return identity.actor_of(Account.objects.get(pk=self.system.pk))

    def mandate(self, company: Party, *, given: bool, services: tuple[str, ...] = ()) -> None:
        """Give the stranger a mandate for this company, for these services or for all, or take it away."""
        agent = self.cast.people["stranger"]
        Mandate.objects.filter(principal=company, agent=agent, revoked_at__isnull=True).update(
            revoked_at=timezone.now()
        )
        if given:
            parties.give_mandate(actor=SYSTEM, principal=company, agent=agent, services=services, source="register")

    def acting(self, login: str, chosen: Party | None = None) -> Actor:
        """Return somebody who acts for themself, or for a company."""
        actor = identity.actor_of(self.cast.accounts[login])
        return parties.with_party(actor, chosen=chosen.pk if chosen else None)

    def browser(self, name: str) -> Client:
        """Return the browser of somebody of the cast, which answers with a page whatever happens."""
        client = self.cast.browser(name)
        client.raise_request_exception = False
        return client

    def signed_in(self, account: Account, **kept: Any) -> Client:
        """Return a browser in which this account is signed in. kept: what stands in the session besides."""
        session = SessionStore()
        session.begin(account, address="127.0.0.1", device="tests")
        session.update(kept)
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def acting_in(self, account: Account, company: Party | None) -> Client:
        """Return a browser in which an account acts for a company, or for itself."""
        return self.signed_in(account, **({parties.ACTING_FOR_KEY: company.pk} if company else {}))

    def window(self) -> Client:
        """Return the browser of the official, who serves the company."""
        return self.signed_in(self.official, **{VISITOR: self.company.pk})

    def caller(self) -> Client:
        """Return the other system's way of asking."""
        return Client(headers={"authorization": f"Bearer {self.key}"})

    def tried(self) -> int:
        """Return how many attempts are on record: told one by one, told in one, or counted and not told yet."""
        told = Fact.objects.filter(name="identity.AccessDenied").count()
        in_one = sum(fact.data["times"] for fact in Fact.objects.filter(name="identity.AccessDeniedCounted"))
        return int(told + in_one + sum(DeniedAccess.objects.values_list("pending", flat=True)))


def appointed(
    cast: Cast, department: str, *, area: str = "", duties: Sequence[str] = (), subtree: bool = False
) -> Client:
    """Make another official, with every duty where none are named; return their browser."""
    account = identity.open_account(actor=SYSTEM, login=f"all.{department}.{area or 0}", name="岑二", kind="staff")
    appoint_to(account, Post(department, tuple(duties) or every_duty(), area, subtree))
    cast.accounts["elsewhere"] = account
    return cast.browser("elsewhere")


def appoint_to(account: Account, post: Post) -> None:
    role = identity.define_role(actor=SYSTEM, key=role_key(post.duties), name="随机", duties=post.duties)
    department = Department.objects.get(key=post.department)
    identity.appoint(
        actor=SYSTEM, account=account, department=department, role=role, area=post.area, subtree=post.subtree
    )


def role_key(duties: tuple[str, ...]) -> str:
    """Return a short key that says nothing: one for each set of duties."""
    return f"drawn-{sha256(' '.join(duties).encode()).hexdigest()[:12]}"


def settled(cast: Cast) -> SampleCity:
    """Let the others settle beside the cast: an official in charge of everything, a system, another company."""
    official = identity.open_account(actor=SYSTEM, login="sample.official", name="岑一", kind="staff")
    system = identity.open_account(actor=SYSTEM, login="sample.system", name="云泽银行", kind="client")
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="法", duties=every_duty())
    city = SampleCity(cast, official, system, key, [cast.people["company"], _second_company()])
    city.appoint([Post("city", every_duty(), "", True)])
    return city


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
