"""The actors every test knows: a person, the agent of a company, a clerk, officials who decide, a stranger."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.laws.house import HOUSE
from tests.snapshots import Chapters, snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers
from tongban.platform.registers.demonstration import REGISTERS
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task


def definitions() -> list[Path]:
    """Return the folders of the services that come with the product, whichever city systems bring them.

    Files alone: the systems themselves may be taken out of the house.
    """
    return sorted(file.parent for file in HOUSE.glob("*/*/definitions/*/service.toml"))


def definition(service: str) -> Path:
    return next(folder for folder in definitions() if folder.name == service)


DEPARTMENTS = ("city", "market-regulation", "fire-rescue", "government-services", "public-security", "health")
# Some weeks before the day on which any story plays.
FOUNDED = datetime(2026, 2, 2, 2, tzinfo=UTC)
COMPANY = "91990102MA99H00124"
OFFICIALS = {
    "clerk": ("陈静", "government-services", ("cases.accept", "cases.approve")),
    "reviewer": ("吴志远", "market-regulation", ("cases.review", "cases.read")),
    "inspector": ("何岚", "fire-rescue", ("cases.inspect",)),
    "approver": ("赵国清", "market-regulation", ("cases.approve", "cases.read")),
    "outsider": ("唐宇", "health", ("cases.review", "cases.read", "cases.approve", "cases.inspect")),
    "operator": ("高飞", "city", ("journal.read", "jobs.run")),
}
FLOOR_PLAN = definition("food-business") / "floor-plan-sample.pdf"
RULES = definition("food-business") / "safety-rules-sample.pdf"
# What is missing, as a clerk says it.
POINTS = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]


@dataclass
class Cast:
    """A small city with one service, and everybody a story needs. accounts: name in the story -> account.

    chapters   how its usual stories go, where nothing else happened before
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Party] = field(default_factory=dict)
    chapters: Chapters | None = None

    def actor(self, name: str) -> Actor:
        """Return somebody as a request would bring them; the agent acts for the company."""
        actor = identity.actor_of(self.accounts[name])
        chosen = self.people["company"].pk if name == "agent" else None
        return parties.with_party(actor, chosen=chosen)

    def browser(self, name: str) -> Client:
        """Return somebody's browser, signed in."""
        session = SessionStore()
        session.begin(self.accounts[name], address="127.0.0.1", device="tests")
        if name == "agent":
            session["parties.chosen"] = self.people["company"].pk
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def another_official(self, like: str) -> Account:
        """Return a colleague who holds the same position."""
        _title, department, _duties = OFFICIALS[like]
        account = identity.open_account(actor=SYSTEM, login=f"{like}-2", name="邵宁", kind="staff")
        role, office = Role.objects.get(key=like), Department.objects.get(key=department)
        identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
        return account

    def draft(self, *, answers: dict[str, Any] | None = None, materials: bool = True, by: str = "agent") -> Case:
        """Begin a food business application and fill it in."""
        actor = self.actor(by)
        case = cases.begin(actor=actor, service="food-business")
        case = cases.fill(actor=actor, case=case, answers=answers or another_place(), revision=case.revision)
        if materials:
            cases.fetch(actor=actor, case=case, code="business-licence")
            cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
            cases.attach(actor=actor, case=case, code="safety-rules", file=upload(RULES))
        return case

    def submitted(self) -> Case:
        return self._told(
            "submitted", lambda: cases.submit(actor=self.actor("agent"), uid=self.draft().uid, declared=True)
        )

    def accepted(self) -> Case:
        def tell() -> Case:
            case = self.submitted()
            return cases.accept(actor=self.actor("clerk"), task=self.task(case, "accept"))

        return self._told("accepted", tell)

    def examined(self, *, passed: bool = True) -> Case:
        def tell() -> Case:
            case = self.accepted()
            task = self.task(case, "review")
            cases.give_opinion(actor=self.actor("reviewer"), task=task, passed=passed, opinion="资料齐全。")
            return self.inspected(case, passed=passed)

        return self._told(f"examined {passed}", tell)

    def inspected(self, case: Case, *, passed: bool = True, opinion: str = "现场一致。") -> Case:
        """Inspect on site, with all that the definition asks for."""
        task = self.task(case, "inspect")
        return rehearsal.give_opinion(self.actor("inspector"), case, task, passed=passed, opinion=opinion)

    def decided(self, *, granted: bool = True) -> Case:
        def tell() -> Case:
            case = self.examined(passed=granted)
            reason = "符合条件。" if granted else "未设专间，不符合食品安全法第三十三条规定的条件。"
            task = self.task(case, "approve")
            case = cases.decide(actor=self.actor("approver"), task=task, granted=granted, reason=reason)
            jobs.run_all()
            return Case.objects.get(pk=case.pk)

        return self._told(f"decided {granted}", tell)

    def _told(self, chapter: str, tell: Callable[[], Case]) -> Case:
        return self.chapters.tell(chapter, tell) if self.chapters else tell()

    def task(self, case: Case, key: str) -> Task:
        return Task.objects.of(case.subject).open().select_related("department").get(key=key)


def on_site(case: Case) -> dict[str, Any]:
    """Return what the page of an inspection sends when everything is met, photographs among it."""
    asked = cases.plan_of(case.version).inspection("inspect")
    assert asked is not None
    numbers = range(1, asked.inspectors + 1)
    return {
        "photos": [SimpleUploadedFile(f"site-{number}.png", rehearsal.photo(number)) for number in range(asked.photos)],
        **{f"point-{point.code}": "pass" for point in asked.points},
        **{f"inspector-{number}": f"核查员{number}" for number in numbers},
        **{f"certificate-{number}": f"99-{number:03}" for number in numbers},
        "latitude": "30.5731",
        "longitude": "104.0672",
        "passed": "yes",
        "opinion": "现场一致。",
        "finish": "1",
    }


def example(service: str, number: int = 0) -> dict[str, Any]:
    return dict(json.loads((definition(service) / "examples.json").read_text())[number])


ANSWERS: dict[str, Any] = example("food-business")["answers"]


def another_place() -> dict[str, Any]:
    """Return the answers of an application for a place of business that none was handed in for."""
    before = Case.objects.submitted_by_people().count()
    return {**ANSWERS, "premises_address": f"{ANSWERS['premises_address']}{before}号"} if before else ANSWERS


PLACES = count(1)


def elsewhere(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same answers for a place of business of its own, where they name one."""
    place = answers.get("premises_address")
    return {**answers, "premises_address": f"{place}{next(PLACES)}号"} if place else dict(answers)


def upload(file: Path, name: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name or file.name, file.read_bytes())


@clock.at(FOUNDED)
def found(*services: str) -> Cast:
    """Found the city, by the verbs of the house."""
    cast = Cast()
    codes.load_shipped()
    root: Department | None = None
    for key in DEPARTMENTS:
        placed = identity.put_department(
            actor=SYSTEM, key=key, name=f"云泽市{key}局", parent=root, area="990100", uscc=USCC.get(key, "")
        )
        root = root or placed
    for key in ("market-regulation", "public-security"):
        seals.make(actor=SYSTEM, department=Department.objects.get(key=key), name="行政审批专用章")
    for name, (title, department, duties) in OFFICIALS.items():
        account = identity.open_account(actor=SYSTEM, login=name, name=title, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=name, name=title, duties=duties)
        office = Department.objects.get(key=department)
        identity.appoint(actor=SYSTEM, account=account, department=office, role=role, subtree=key_is_root(department))
        cast.accounts[name] = account
    _people(cast)
    for service in services or ("food-business",):
        draft = catalogue.load(actor=SYSTEM, folder=definition(service))
        catalogue.publish(actor=SYSTEM, version=draft.version)
    return cast


USCC = {
    "market-regulation": "11990100MB9900101F",
    "city": "11990100MB99000056",
    "public-security": "11990100MB99003044",
}


def key_is_root(department: str) -> bool:
    return department == "city"


def _people(cast: Cast) -> None:
    for register in REGISTERS:
        department = Department.objects.get(key=register["department"])
        registers.declare(actor=SYSTEM, **{**register, "department": department})
    for name, title, number in (
        ("citizen", "林晓云", "990102199003124024"),
        ("agent", "周文博", "990102198507063013"),
        ("stranger", "沈一鸣", "990103199508175317"),
    ):
        account = identity.open_account(actor=SYSTEM, login=name, name=title, kind="person")
        cast.accounts[name] = account
        cast.people[name] = parties.register_person(
            actor=SYSTEM, name=title, id_number=number, account=account, phone="13900000001", area="990102"
        )
    company = parties.register_organisation(
        actor=SYSTEM, name="云泽市禾香餐饮有限公司", uscc=COMPANY, phone="0990-55520088", area="990102"
    )
    parties.give_mandate(actor=SYSTEM, principal=company, agent=cast.people["agent"], source="register")
    cast.people["company"] = company
    data = {
        "name": company.name,
        "uscc": COMPANY,
        "legal_representative": "何香",
        "address": "云泽市临湖区柳岸街15号",
        "registered_capital": "50万元",
        "established_on": "2026-01-05",
        "business_scope": "餐饮服务",
        "kind": "有限责任公司",
    }
    citizen = {"name": "林晓云", "id_number": "990102199003124024", "household_address": "云山县青塘镇8号"}
    registers.put(
        actor=SYSTEM,
        register="population",
        party=cast.people["citizen"],
        data=citizen,
        as_of=date(2026, 1, 31),
        source="人口库",
    )
    registers.put(
        actor=SYSTEM, register="enterprise", party=company, data=data, as_of=date(2026, 1, 31), source="法人库"
    )
    record_business_licence(company, data)


@pytest.fixture
def cast(db: Any, request: pytest.FixtureRequest) -> Iterator[Cast]:
    cast = snapshot("cast", found)
    if "monkeypatch" in request.fixturenames:  # what is changed under a story may change how it goes
        yield cast
        return
    cast.chapters = Chapters("cast")
    with cast.chapters.watched():
        yield cast


@pytest.fixture
def on() -> Callable[[Any], Any]:
    return clock.at
