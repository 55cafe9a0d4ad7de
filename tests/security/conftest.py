"""A city with matters that belong to somebody, and strangers who know their addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests.cast import Cast, cast, found  # noqa: F401
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import rooms
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Letter, Material
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import DeniedAccess, Department, LoginSession, Position
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Mandate
from tongban.platform.registers import services as registers
from tongban.platform.seals.models import Seal

POINTS = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]


@dataclass
class Estate:
    """What belongs to the company and the offices in charge of it. ids: name -> the word in addresses."""

    cast: Cast
    ids: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)

    def browser(self, name: str) -> Client:
        client = self.cast.browser(name)
        client.raise_request_exception = False
        return client

    def tried(self) -> int:
        """Return how many attempts are on record: told one by one, told in one, or counted and not told yet."""
        told = Fact.objects.filter(name="identity.AccessDenied").count()
        in_one = sum(fact.data["times"] for fact in Fact.objects.filter(name="identity.AccessDeniedCounted"))
        return int(told + in_one + sum(DeniedAccess.objects.values_list("pending", flat=True)))


def every_duty() -> list[str]:
    return [duty for room in rooms() for duty in room.duties]


def furnished(folk: Cast) -> Estate:
    """Bring the matters about: a draft, one at the window, one on the desks, one in supplement, one granted."""
    estate = Estate(folk)
    agent, clerk = folk.actor("agent"), folk.actor("clerk")
    granted = folk.decided()
    accepted = folk.accepted()
    supplement = folk.submitted()
    cases.request_supplement(actor=clerk, task=folk.task(supplement, "accept"), points=POINTS)
    submitted = folk.submitted()
    jobs.run_all()
    draft = folk.draft()
    estate.cases = {
        "granted": granted,
        "accepted": accepted,
        "supplement": Case.objects.get(pk=supplement.pk),
        "submitted": submitted,
        "draft": draft,
    }
    estate.ids = {name: case.uid for name, case in estate.cases.items()}
    accept, review, inspect = (
        folk.task(submitted, "accept"),
        folk.task(accepted, "review"),
        folk.task(accepted, "inspect"),
    )
    error = registers.report_error(
        actor=agent, register="enterprise", field="address", value="云泽市临湖区柳岸街16号", explanation="门牌已变更"
    )
    estate.ids |= {
        "accept": str(accept.uid),
        "review": str(review.uid),
        "inspect": str(inspect.uid),
        "material": str(Material.objects.of(granted).first().document.uid),
        "letter": str(Letter.objects.of(granted).first().document.uid),
        "licence": Licence.objects.of_subject(granted.subject).get().token,
        "notice": str(Notice.objects.filter(subject=granted.subject).first().uid),
        "mandate": str(Mandate.objects.get().uid),
        "correction": str(error.uid),
        "seal": str(Seal.objects.first().uid),
        "account": str(folk.accounts["approver"].uid),
        "position": str(Position.objects.of(folk.accounts["approver"].pk).first().uid),
    }
    folk.browser("agent")
    estate.ids["login-session"] = str(LoginSession.objects.filter(account=folk.accounts["agent"]).first().uid)
    if apps.is_installed("tongban.applications.ratings"):
        rating = apps.get_model("ratings", "Rating").objects.get(case=granted)
        estate.ids["rating"] = str(rating.uid)
    return estate


@pytest.fixture
def estate(db: Any) -> Estate:
    return snapshot("a city at work", lambda: furnished(found()))


@pytest.fixture
def official(estate: Estate) -> Callable[..., Client]:
    """Make an official with every duty, but elsewhere: `official("health")`."""
    return partial(appointed, estate.cast)


def appointed(folk: Cast, department: str, *, area: str = "", duties: list[str] | None = None, **more: Any) -> Client:
    """Make an official of a department, with every duty where none are named; return their browser.

    more   as of `identity.appoint`
    """
    account = identity.open_account(actor=SYSTEM, login=f"all.{department}.{area or 0}", name="岑一", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="all", name="全部", duties=duties or every_duty())
    where = Department.objects.get(key=department)
    reach: dict[str, Any] = {"area": area} if area else {}
    identity.appoint(actor=SYSTEM, account=account, department=where, role=role, **reach, **more)
    folk.accounts["elsewhere"] = account
    return folk.browser("elsewhere")
