"""Three applications of two companies in one city, and a draft: enough that a question must choose among them."""

from dataclasses import dataclass
from datetime import date

from tests.cast import FLOOR_PLAN, RULES, Cast, another_place, found, upload
from tests.snapshots import snapshot
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.identity import services as identity
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.parties import services as parties
from tongban.platform.registers import services as registers
from tongban.platform.workflow.models import Task

OTHER = "91990103MA99QR023H"


@dataclass
class Three:
    """The cast, and their cases by name: "granted" and "accepted" of 禾香, "submitted" of 青竹, its "draft"."""

    cast: Cast
    keys: dict[str, int]

    def case(self, name: str) -> Case:
        return Case.objects.get(pk=self.keys[name])

    def names(self, found) -> set[str]:
        """Return which of the cases these are."""
        known = {pk: name for name, pk in self.keys.items()}
        return {known[case.pk] for case in found}

    def actor(self, name: str) -> Actor:
        """Return somebody; the stranger acts for the other company."""
        if name != "other":
            return self.cast.actor(name)
        chosen = self.cast.people["other"].pk
        return parties.with_party(identity.actor_of(self.cast.accounts["stranger"]), chosen=chosen)


def three() -> Three:
    return snapshot("cases: three", _tell)


def _tell() -> Three:
    cast = found()
    told = Three(cast, {})
    company = parties.register_organisation(actor=SYSTEM, name="云泽市青竹酒店管理有限公司", uscc=OTHER, area="990103")
    parties.give_mandate(actor=SYSTEM, principal=company, agent=cast.people["stranger"], source="register")
    cast.people["other"] = company
    data = {
        "name": company.name,
        "uscc": OTHER,
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
    told.keys["granted"] = cast.decided().pk
    told.keys["accepted"] = cast.accepted().pk
    told.keys["submitted"] = cases.submit(actor=told.actor("other"), uid=_filled(told).uid, declared=True).pk
    told.keys["draft"] = _filled(told).pk
    return told


def _filled(told: Three) -> Case:
    actor = told.actor("other")
    case = cases.begin(actor=actor, service="food-business")
    case = cases.fill(actor=actor, case=case, answers=another_place(), revision=case.revision)
    cases.fetch(actor=actor, case=case, code="business-licence")
    for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
        cases.attach(actor=actor, case=case, code=code, file=upload(file))
    return case


POINTS = [{"material": "floor-plan", "text": " 请标明冷食专间的位置。 "}, {"material": "", "text": "  "}]


REASON = "现场核查需要第三方设备。"


def task_of(three: Three, name: str, key: str) -> Task:
    return three.cast.task(three.case(name), key)


def opinion(three: Three, key: str, *, passed: bool = True, words: str = " 资料齐全。 ") -> Case:
    return cases.give_opinion(
        actor=three.actor("reviewer"), task=task_of(three, "accepted", key), passed=passed, opinion=words
    )


def decide(three: Three, who: str = "approver", *, granted: bool = True, reason: str = "符合条件。") -> Case:
    task = task_of(three, "accepted", "approve")
    return cases.decide(actor=three.actor(who), task=task, granted=granted, reason=reason)


def the_fact(case: Case, name: str) -> Fact:
    return Fact.objects.about(case.subject).filter(name=f"cases.{name}").order_by("pk").last()


def the_action(case: Case) -> Action:
    return Action.objects.of(case).last()


def kept(three: Three, name: str) -> Case:
    return three.case(name)


def both(three: Three, who: str, *duties: str) -> Actor:
    """Return somebody of the cast with more duties than they have."""
    return Actor("staff", three.cast.accounts[who].pk, who, grants=tuple(Grant(duty) for duty in duties))
