"""Somebody opens a restaurant: the city, the bundle, its answers and papers, and the officials who decide."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import cast as house
from tests.cast import Cast, definition, upload
from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
FOLDER = Path(__file__).parent.parent / "definitions" / "open-restaurant"
SERVICES = ("business-licence", "food-business", "fire-check", "public-place-hygiene", "shop-sign-filing")
ALONE = {"who": "sole-trader", "large": False, "more": False, "sign": True}
BRANCH = {"who": "branch", "large": True, "more": True, "sign": True}
LICENSED = {"who": "licensed", "large": True, "more": False, "sign": True}


def found() -> "Restaurant":
    """Found the city, with every office that a restaurant has to do with, and offer the bundle."""
    with clock.at(house.FOUNDED):
        cast = house.found("food-business")
        root = Department.objects.get(key="city")
        for key in ("urban-management", "human-resources"):
            identity.put_department(actor=SYSTEM, key=key, name=f"云泽市{key}局", parent=root, area="990100")
        identity.put_department(
            actor=SYSTEM,
            key="health",
            name="云泽市疾病预防控制局",
            parent=root,
            area="990100",
            uscc="11990100MB9900208T",
        )
        for key in ("fire-rescue", "health", "urban-management"):
            seals.make(actor=SYSTEM, department=Department.objects.get(key=key), name="行政审批专用章")
        for code in SERVICES:
            publish_service(code)
        draft = bundles.load(actor=SYSTEM, folder=FOLDER)
        bundles.publish(actor=SYSTEM, version=draft.version)
        for name, department in (("lead", "market-regulation"), ("other_lead", "health")):
            _appoint(cast, name, department)
    return Restaurant(cast)


def publish_service(code: str) -> None:
    draft = catalogue.load(actor=SYSTEM, folder=definition(code))
    catalogue.publish(actor=SYSTEM, version=draft.version)


def _appoint(cast: Cast, name: str, department: str) -> None:
    account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
    role = identity.define_role(actor=SYSTEM, key="joint", name="牵头", duties=["bundles.lead", "bundles.zone"])
    identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
    cast.accounts[name] = account


@dataclass
class Restaurant:
    """The city, and what happens to a joint application in it."""

    cast: Cast

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    def begun(self, situation: Mapping[str, Any] = LICENSED, by: str = "agent") -> BundleApplication:
        return bundles.begin(actor=self.actor(by), bundle="open-restaurant", situation=situation)

    def filled(self, situation: Mapping[str, Any] = LICENSED, by: str = "agent", **other: Any) -> BundleApplication:
        """Return a draft with answers and papers."""
        application = self.begun(situation, by)
        answers = {**answers_to(application), **other}
        application = bundles.fill(
            actor=self.actor(by), uid=application.uid, answers=answers, revision=application.revision
        )
        found = bundles.told_once(bundles.findings(application, BundleItem.objects.of(application)))
        bundles.confirm(actor=self.actor(by), uid=application.uid, checks=[one.id for one in found])
        application = BundleApplication.objects.with_uid(application.uid)
        bundles.fetch_all(actor=self.actor(by), application=application)
        materials = bundles.materials_of(self.actor(by), application)
        whole = bundles.whole_of(application, BundleItem.objects.of(application))

        for line in whole.lines_for(application.answers):
            if line.get("required", True) and not line.get("fetch"):
                file = upload(definition("food-business") / "floor-plan-sample.pdf", f"{line['code']}.pdf")
                documents.attach_to(materials, actor=self.actor(by), code=line["code"], file=file)
        return BundleApplication.objects.with_uid(application.uid)

    def submitted(self, situation: Mapping[str, Any] = LICENSED, by: str = "agent", **other: Any) -> BundleApplication:
        application = self.filled(situation, by, **other)
        return bundles.submit(actor=self.actor(by), uid=application.uid, declared=True)

    def items(self, application: BundleApplication) -> dict[str, BundleItem]:
        return {item.key: item for item in BundleItem.objects.of(application)}

    def case(self, application: BundleApplication, key: str) -> Case:
        case = self.items(application)[key].case
        assert case is not None
        return case

    def again(self, application: BundleApplication) -> BundleApplication:
        return BundleApplication.objects.with_uid(application.uid)

    def decide(self, case: Case, *, granted: bool = True) -> Case:
        """Take a case through all its tasks to its end."""
        jobs.run_all()
        for _turn in range(8):
            task = Task.objects.of(case.subject).open().select_related("department").order_by("pk").first()
            if task is None or task.key == cases.CHECK:
                break
            self._do(case, task, granted=granted)
            jobs.run_all()
        return Case.objects.get_with_related(case.pk)

    def _do(self, case: Case, task: Task, *, granted: bool) -> None:
        official = official_of(task.kind)
        if task.kind == "accept":
            cases.accept(actor=official, task=task)
        elif task.kind in {"review", "inspect"}:
            rehearsal.give_opinion(official, Case.objects.get(pk=case.pk), task, passed=granted, opinion="符合要求。")
        else:
            if ("granted" if granted else "refused") in cases.plan_of(case.version).heard_before:
                cases.offer_hearing(actor=official, uid=case.uid, reason="拟作出决定。")
                agent = self.actor("agent")
                cases.answer_hearing(actor=agent, case=Case.objects.get(pk=case.pk), wanted=False)
            cases.decide(actor=official, task=task, granted=granted, reason="依据材料和核查意见。")


def official_of(kind: str) -> Actor:
    duty = {"accept": "cases.accept", "review": "cases.review", "inspect": "cases.inspect", "approve": "cases.approve"}
    account = identity.open_account(actor=SYSTEM, login=f"all.{kind}", name=f"经办{kind}", kind="staff")
    return Actor("staff", account=account.pk, name=account.name, grants=(Grant(duty[kind]),))


def answers_to(application: BundleApplication) -> dict[str, Any]:
    """Return answers to the merged form: those of the services' own examples, under the merged names."""
    items = BundleItem.objects.of(application)
    whole = bundles.whole_of(application, items)
    found: dict[str, Any] = {}
    for item in items:
        for field, answer in example_of(item.version.service.code, application.situation).items():
            if name := whole.names[item.key].get(field):
                found.setdefault(name, answer)
    fixed = {name for name in whole.asked.fixed() if name in application.sources}
    found |= {"premises_address": "云泽市临湖区柳岸街188号1层", "district": "990102"}
    found |= {"premises_area": 240, "staff_count": 9}
    if "licence_registration_kind" in found:
        found["licence_registration_kind"] = application.situation["who"]
    return {name: answer for name, answer in found.items() if name not in fixed and name in whole.asked.names()}


def example_of(service: str, situation: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers of an example that is granted; of the business licence one of the situation's kind."""
    examples = json.loads((definition(service) / "examples.json").read_text())
    found = [one["answers"] for one in examples if one["kind"] == "yes"]
    fits = [one for one in found if one.get("registration_kind", situation["who"]) == situation["who"]]
    return dict(fits[0])
