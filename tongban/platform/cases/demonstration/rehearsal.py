"""Play the examples of a service through the real verbs, in a city of its own that is thrown away afterwards."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.demonstration import MORNING, Played, Rehearsals
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.assurance import services as assurance
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import turns
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import cosigning, pairing
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.catalogue.models import Service
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.licences import services as licences
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.licences.models import Licence
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# Who goes along to an inspection.
COLLEAGUES = ("罗毅", "韩冰", "孟洁", "秦川")
DUTIES = {
    "accept": ("cases.accept",),
    "review": ("cases.review",),
    "inspect": ("cases.inspect",),
    "approve": ("cases.approve",),
    # What happens besides the tasks: decided by whoever decides, handed over at the window.
    "event": ("cases.approve", "cases.accept", "cases.read"),
}


def rehearsals() -> Rehearsals:
    """Return how the examples of each service are played."""
    return {folder.name: partial(rehearse, folder) for folder in definition_folders()}


def rehearse(folder: Path) -> list[Played]:
    """Play every example of a published service, one after another. folder: its definition, with the sample files."""
    service = Service.objects.get(code=folder.name)
    examples = service.current.examples if service.current else []
    return [_timed(service, folder, example) for example in examples]


def _timed(service: Service, folder: Path, example: Mapping[str, Any]) -> Played:
    begun = perf_counter()
    expected = str(example["expect"]["outcome"])
    outcome, problem = "", ""
    try:
        with clock.at(MORNING):
            outcome = _play(service, folder, example)
    except Refusal as refusal:
        problem = f"{type(refusal).__name__}: {refusal} {getattr(refusal, 'errors', '')}".strip()
    except Task.DoesNotExist:
        problem = "the process did not open the task that the example names"
    if not problem and outcome != expected:
        problem = f"ended as {outcome}"
    return Played(service.code, str(example["name"]), expected, outcome, problem, perf_counter() - begun)


def _play(service: Service, folder: Path, example: Mapping[str, Any]) -> str:
    applicant = _applicant(service, example)
    actor = Actor("person", account=applicant.account_id or _agent().pk, name=applicant.name, party=applicant.pk)
    assure(service, actor)
    confirmed = example.get("confirm", ())
    held = record_held(applicant, service, example["licence"]).token if "licence" in example else ""
    try:
        case = cases.begin(actor=actor, service=service.code, confirmed=confirmed, licence=held)
    except cases.NotEligible:
        return "not_eligible"
    case = cases.fill(actor=actor, case=case, answers=example["answers"], revision=case.revision)
    case = cases.confirm(actor=actor, case=case, checks=confirmed)
    hand_in(actor, case, folder, example["materials"])
    try:
        committed = bool(example.get("commitment"))
        case = cases.submit(
            actor=actor, uid=case.uid, declared=True, deferred=is_deferred(example), committed=committed
        )
    except cases.Incomplete:
        if example["kind"] == "incomplete":
            return "incomplete"
        raise
    jobs.run_all()
    moment = clock.now()
    for step in example["steps"]:
        moment = _told(tell(actor, case, folder, step), moment)
    case = Case.objects.get(pk=case.pk)
    if case.outcome == "granted":
        _must_be_delivered(case)
    return case.outcome or case.state


def tell(applicant: Actor, case: Case, folder: Path, step: Mapping[str, Any]) -> Iterator[datetime]:
    """Tell of one step of an example, a task or what happens besides; return the moments it waits for."""
    if "event" in step:
        yield from turns.take(applicant, case, step, _official("event"))
    else:
        do(applicant, case, folder, step)


def _told(story: Iterator[datetime], moment: datetime) -> datetime:
    """Let a story happen, each part at its own moment, with what follows from it; return the last moment."""
    waits: datetime | None = moment
    while waits:
        moment = waits
        with clock.at(moment):
            waits = next(story, None)
            jobs.run_all()
    return moment


def do(
    applicant: Actor,
    case: Case,
    folder: Path,
    step: Mapping[str, Any],
    who: Callable[[Task], Actor] | None = None,
) -> None:
    """Play one step of an example. who: says who does a task; somebody made for the rehearsal where it is left out."""
    # Of several who sign, the first who has not signed yet.
    task = Task.objects.of(case.subject).open().filter(key=step["task"]).first()
    if task is None:
        raise Task.DoesNotExist
    official = who(task) if who else _official(task.kind, task.branch.rpartition("[")[2].rstrip("]"))
    outcome, opinion = step["outcome"], step.get("opinion", "")
    task = _joined(official, task, step)
    if outcome == "supplement":
        cases.request_supplement(actor=official, task=task, points=step["points"])
        if not (then := step.get("then")):
            return  # nothing comes
        hand_in(applicant, case, folder, then.get("materials", {}))
        cases.supplement(actor=applicant, case=case, answers=then.get("answers", {}))
    elif outcome == "accept":
        cases.accept(actor=official, task=task)
        if later := step.get("then", {}).get("materials"):
            hand_in(applicant, case, folder, later)
            cases.bring_deferred(actor=applicant, case=case)
    elif outcome == "not_accept":
        cases.not_accept(actor=official, task=task, reason=opinion)
    elif outcome in {"pass", "fail"}:
        give_opinion(official, case, task, passed=outcome == "pass", opinion=opinion)
    else:
        granted = outcome == "grant"
        named = ("granted" if granted else "refused") in cases.plan_of(case.version).heard_before
        if named and not cases.hearing_of(case).stage:
            # Whoever applied is told that they may be heard, and does without it.
            cases.offer_hearing(actor=official, uid=case.uid, reason=opinion)
            cases.answer_hearing(actor=applicant, case=case, wanted=False)
        cases.decide(actor=official, task=task, granted=granted, reason=opinion)


def _joined(official: Actor, task: Task, step: Mapping[str, Any]) -> Task:
    """Bring in whoever does or signs a task as well; return what the official has to do."""
    if asked := step.get("sign_too"):
        task = _sign_too(official, task, asked)
    if workflow.needs_two(task):
        _with_second(official, task)
        task = Task.objects.select_related("instance", "department", "second").get(pk=task.pk)
    return task


def _sign_too(official: Actor, task: Task, asked: Mapping[str, Any]) -> Task:
    """Ask another department to sign a step as well; return what the official still has to sign."""
    office = Department.objects.get(key=asked["department"])
    if not workflow.able_in(task, office):
        _colleague(task, office)
    cosigning.add_signer(actor=official, task=task, department=office, to=None, reason=asked["reason"])
    return Task.objects.select_related("instance", "department").get(pk=task.pk)


def _with_second(official: Actor, task: Task) -> None:
    """Name a colleague as the second officer of a task that two do together, and let them confirm."""
    colleague = next(iter(workflow.able(task, besides=official.account)), None) or _colleague(task, task.department)
    pairing.name_second(actor=official, task=task, to=colleague)
    pairing.confirm_second(actor=identity.actor_of(colleague), task=task)


def _colleague(task: Task, office: Department) -> Account:
    """Appoint somebody for the rehearsal who may do such tasks in a department."""
    login, name = f"rehearsal.{task.kind}.{office.key}", f"演练{task.kind}同事"
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="staff")
    role = identity.define_role(actor=SYSTEM, key=f"rehearsal-{task.kind}", name=name, duties=DUTIES[task.kind])
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
    return Account.objects.get(pk=account.pk)


def is_deferred(example: Mapping[str, Any]) -> bool:
    """Say whether some materials of an example follow after acceptance."""
    brought = any(step.get("outcome") == "accept" and step.get("then") for step in example["steps"])
    return brought or bool(example.get("deferred"))


def give_opinion(actor: Actor, case: Case, task: Task, *, passed: bool, opinion: str) -> Case:
    """Give an opinion; from the site with all that the definition asks for, a no with its first point not met."""
    asked = cases.plan_of(case.version).inspection(task.key)
    if asked is None:
        return cases.give_opinion(actor=actor, task=task, passed=passed, opinion=opinion)
    photos = [SimpleUploadedFile(f"site-{number}.png", photo(number)) for number in range(asked.photos)]
    cases.add_site_photos(actor=actor, task=task, files=photos)
    points = {point.code: {"result": "pass", "remark": ""} for point in asked.points}
    if not passed:
        points[asked.points[0].code] = {"result": "fail", "remark": opinion}
    who = [actor.name, *([task.second.name] if task.second else []), *COLLEAGUES][: asked.inspectors]
    inspectors = [{"name": name, "certificate": f"990100-{number:04}"} for number, name in enumerate(who, 1)]
    position = {"latitude": 30.5731, "longitude": 104.0672, "accuracy_m": 8.0, "by": "device"}
    return cases.give_opinion(
        actor=actor,
        task=task,
        passed=passed,
        opinion=opinion,
        findings={"points": points, "inspectors": inspectors, "position": position},
    )


def photo(number: int) -> bytes:
    """Draw a photograph, each number another one."""
    made = BytesIO()
    Image.new("RGB", (64, 48), (40 + 20 * number, 90, 60)).save(made, "PNG")
    return made.getvalue()


def record_held(holder: Party, service: Service, held: Mapping[str, Any]) -> Licence:
    """Record the licence that an example is about: number, kind_code, valid_from, valid_until, face."""
    rule = cases.plan_of(service.current).acts_on if service.current else {}
    return licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind=rule["kind"],
            kind_name=rule["name"],
            kind_code=held["kind_code"],
            number=held["number"],
            holder=holder,
            issuer=service.department,
            subject=f"register:{held['number']}",
            valid_from=date.fromisoformat(held["valid_from"]),
            valid_until=date.fromisoformat(held["valid_until"]) if "valid_until" in held else None,
            face=held["face"],
        ),
    )


def hand_in(actor: Actor, case: Case, folder: Path, materials: Mapping[str, str]) -> None:
    for code, sample in materials.items():
        if sample == "fetch":
            cases.fetch(actor=actor, case=case, code=code)
        else:
            file = SimpleUploadedFile(sample, (folder / sample).read_bytes())
            cases.attach(actor=actor, case=case, code=code, file=file)


def _must_be_delivered(case: Case) -> None:
    if case.state != Case.State.COMPLETED:
        raise NotDelivered(state=case.state)
    kind = cases.plan_of(case.version).guide["result"]["kind"]
    if kind == "licence" and not Licence.objects.of_subject(case.subject).exists():
        raise NotDelivered(state="no licence")


class NotDelivered(Refusal):
    message = "granted, but the result was not delivered: %(state)s"


def _applicant(service: Service, example: Mapping[str, Any]) -> Party:
    """Make a person or an organisation for one example, known to the registers as the answers say."""
    answers = example["answers"]
    if example["applicant"] == "organisation":
        return _organisation(answers)
    return _person(answers, _registered(service, answers, "population"))


def assure(service: Service, actor: Actor) -> None:
    """Have seen at the window who somebody is, where the service asks for more than a number."""
    needed = service.current.guide.get("assurance", 0) if service.current else 0
    if assurance.level_of(actor) < needed:
        login = Account.objects.get(pk=actor.account or 0).login
        assurance.confirm_in_person(actor=SYSTEM, login=login, purpose="出示居民身份证原件")


def _registered(service: Service, answers: Mapping[str, Any], register: str) -> dict[str, Any]:
    """Return what a register says of the applicant: what the answers say."""
    version = service.current
    sources = cases.plan_of(version).form.prefills() if version else {}
    begin = f"register:{register}."
    return {
        source.removeprefix(begin): answers[name]
        for name, source in sources.items()
        if source.startswith(begin) and name in answers
    }


def _person(answers: Mapping[str, Any], registered: Mapping[str, Any]) -> Party:
    identity_number = str(answers["id_number"])
    account = identity.open_account(
        actor=SYSTEM, login=f"rehearsal.{identity_number}", name=str(answers["name"]), kind="person"
    )
    party = parties.register_person(
        actor=SYSTEM, name=account.name, id_number=identity_number, account=account, phone="13900009999", area="990102"
    )
    registers.put(
        actor=SYSTEM,
        register="population",
        party=party,
        data={
            "name": party.name,
            "id_number": identity_number,
            "household_address": "云山县青塘镇白塔村9号",
            **registered,
        },
        as_of=date(2026, 2, 28),
        source="人口库",
    )
    return party


def _organisation(answers: Mapping[str, Any]) -> Party:
    """Return the organisation that the answers name, with the business licence that can be fetched for it."""
    uscc = str(answers["uscc"])
    party = parties.register_organisation(
        actor=SYSTEM, name=str(answers.get("operator_name") or answers.get("name")), uscc=uscc, area="990102"
    )
    data = {
        "name": party.name,
        "uscc": uscc,
        "legal_representative": answers.get("legal_representative", ""),
        "address": answers.get("domicile", ""),
        "registered_capital": "10万元",
        "established_on": "2026-01-05",
        "business_scope": "餐饮服务",
        "kind": "有限责任公司",
    }
    registers.put(actor=SYSTEM, register="enterprise", party=party, data=data, as_of=date(2026, 2, 28), source="法人库")
    record_business_licence(party, data)
    return party


def _agent() -> Any:
    return identity.open_account(actor=SYSTEM, login="rehearsal.agent", name="周文博", kind="person")


def _official(kind: str, number: str = "") -> Actor:
    """Return somebody who does tasks of this kind; number: of a signature, where each is another person's."""
    login, name = f"rehearsal.{kind}{number}", f"演练{kind}{number}"
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="staff")
    return Actor("staff", account=account.pk, name=account.name, grants=tuple(Grant(duty) for duty in DUTIES[kind]))
