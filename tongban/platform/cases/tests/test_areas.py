"""Areas on one installation: applied for here, handled there, and nobody else of either sees it."""

import shutil
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import Cast, definition, found
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import letters, offices, rebuilding, sending
from tongban.platform.cases.services.sending import SEND, SIGN
from tongban.platform.cases.tests.test_rules import CALENDAR
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import AreaOffice, Service
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.seals import services as seals
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db
SERVICE, THERE = "no-criminal-record", "990200"
ROLES = {"window": "there-window", "review": "there-police", "approver": "there-police"}
CLERK, OFFICER = ("cases.accept", "cases.file"), ("cases.review", "cases.read")
OFFICIALS_THERE = {
    "clerk-there": ("there-window", CLERK),
    "reviewer-there": ("there-police", OFFICER),
    "approver-there": ("there-police", ("cases.approve", "cases.read")),
    "leader-there": ("there", ("cases.read",)),
    "clerk-here": ("government-services", CLERK),
    "colleague-here": ("government-services", CLERK),
    "officer-here": ("public-security", (*OFFICER, "cases.approve", "cases.accept")),
    "leader-here": ("city", ("cases.read",)),
}


def two_cities() -> Cast:
    """Found the city, and beside it another one that handles the service for its own area."""
    cast = found(SERVICE)
    root = identity.put_department(actor=SYSTEM, key="there", name="岚川市人民政府", area=THERE)
    for key, name in {"there-window": "岚川市政务服务中心", "there-police": "岚川市公安局"}.items():
        identity.put_department(actor=SYSTEM, key=key, name=name, parent=root, area=THERE)
    for key in ("there-police", "government-services"):
        seals.make(actor=SYSTEM, department=Department.objects.get(key=key), name="行政审批专用章")
    for name, (key, duties) in OFFICIALS_THERE.items():
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=f"role-{name}", name=name, duties=duties)
        office = Department.objects.get(key=key)
        identity.appoint(actor=SYSTEM, account=account, department=office, role=role, subtree=name.startswith("leader"))
        cast.accounts[name] = account
    catalogue.put_area_office(
        actor=SYSTEM,
        service=Service.objects.get(code=SERVICE),
        department=Department.objects.get(key="there-police"),
        roles=ROLES,
        contacts={"consult": "0990-55620441"},
        remedies={"review": "向岚川市人民政府申请行政复议。", "litigation": "向岚川市人民法院起诉。"},
    )
    return cast


@pytest.fixture
def cities(db: Any) -> Cast:
    return snapshot("two-cities", two_cities)


def serving(cast: Cast, clerk: str = "clerk-here") -> Actor:
    return parties.serving(identity.actor_of(cast.accounts[clerk]), cast.people["citizen"])


def filled_in(actor: Actor, area: str = "") -> Case:
    case = cases.begin(actor=actor, service=SERVICE, area=area)
    answers = {"phone": "13900000001", "purpose": "job", "receiver": "云泽市青竹酒店管理有限公司"}
    answers["residence_address"] = "云泽市临湖区湖滨大道66号3幢502室"
    case = cases.fill(actor=actor, case=case, answers=answers, revision=case.revision)
    cases.fetch_all(actor=actor, case=case)
    return case


def taken_in(cast: Cast, clerk: str = "clerk-here", area: str = THERE) -> Case:
    actor = serving(cast, clerk)
    return cases.submit(actor=actor, uid=filled_in(actor, area).uid, declared=True)


def sent(cast: Cast) -> Case:
    case = taken_in(cast)
    task = cast.task(case, SEND)
    return sending.send_file(actor=cast.actor("clerk-here"), task=task, identity_checked=True, originals_checked=True)


def signed_for(cast: Cast) -> Case:
    case = sent(cast)
    return sending.sign_for_file(actor=cast.actor("clerk-there"), task=cast.task(case, SIGN))


def sealed_by(case: Case, kind: str) -> str:
    """Return the key of the department whose letter about this step it is."""
    action = Action.objects.of(case).filter(kind=kind).get()
    return letters.order(case, action).department.key


def who_sees(cast: Cast, case: Case) -> set[str]:
    names = {*OFFICIALS_THERE, "clerk", "citizen", "stranger", "reviewer", "approver", "outsider"}
    return {name for name in names if Case.objects.visible_to(cast.actor(name)).filter(pk=case.pk).exists()}


HERE = {"citizen", "clerk", "clerk-here", "colleague-here", "leader-here"}


def test_only_the_window_here_has_a_file_before_it_is_sent(cities):
    case = taken_in(cities)

    assert who_sees(cities, case) == HERE
    assert cities.task(case, SEND).department.key == "government-services"
    assert (case.department.key, case.area, case.window.key) == ("there-police", THERE, "government-services")


def test_the_receipt_names_both_offices_and_is_the_window_s(cities):
    case = taken_in(cities)
    jobs.run_all()

    assert sealed_by(case, "submitted") == "government-services"
    assert Letter.objects.about(case.subject).filter(kind="receipt").exists()
    said = cases.letter_context(case)
    assert (said["window"]["name"], said["department"]["name"]) == (case.window.name, "岚川市公安局")
    assert cases.receipt(case)


@pytest.mark.parametrize("checked", [(False, True), (True, False)])
def test_nothing_is_sent_that_nobody_checked(cities, checked):
    case = taken_in(cities)
    person, originals = checked

    with pytest.raises(sending.NotChecked):
        sending.send_file(
            actor=cities.actor("clerk-here"),
            task=cities.task(case, SEND),
            identity_checked=person,
            originals_checked=originals,
        )


def test_a_file_that_was_sent_is_signed_for_by_the_office_there_alone(cities):
    case = sent(cities)
    task = cities.task(case, SIGN)

    for name in ("clerk-here", "officer-here", "reviewer-there"):
        with pytest.raises(NotAllowed):
            sending.sign_for_file(actor=cities.actor(name), task=task)
    assert who_sees(cities, case) == HERE | {"clerk-there", "leader-there"}
    case = sending.sign_for_file(actor=cities.actor("clerk-there"), task=task)
    assert cities.task(case, "accept").department.key == "there-window"


def test_both_moves_are_facts_with_who_and_when_and_a_receipt(cities):
    case = signed_for(cities)
    jobs.run_all()

    told = {fact.name: fact for fact in Fact.objects.filter(subject=case.subject)}
    assert told["cases.CaseSent"].data["office"] == "there-police"
    assert told["cases.CaseSent"].actor == "clerk-here"
    assert told["cases.CaseSignedFor"].actor == "clerk-there"
    assert sealed_by(case, "file_received") == "there-police"
    assert Letter.objects.about(case.subject).filter(kind="file-receipt").exists()
    assert any("岚川市公安局" in notice.title for notice in Notice.objects.all())


@pytest.mark.parametrize(
    ("days", "counted_from"),
    [(0, date(2026, 3, 9)), (1, date(2026, 3, 10)), (2, date(2026, 3, 11)), (3, date(2026, 3, 11))],
)
def test_the_office_s_days_begin_when_the_file_arrives_and_never_later_than_it_had_to(days, counted_from):
    limits = rules.Limits(20, 8, arrival_days=((date.min, 2),))
    monday = date(2026, 3, 9)
    status = rules.receive(rules.CaseStatus(state="submitted"), monday, limits, CALENDAR)
    status = rules.expect_arrival(status, monday, limits, CALENDAR)
    status = rules.arrive(status, monday + timedelta(days), limits, CALENDAR)

    assert status.received_on == counted_from
    assert status.acceptance_due_on == CALENDAR.add(counted_from, 5)


def test_the_law_s_clocks_start_with_acceptance_there(cities):
    case = signed_for(cities)
    assert case.accepted_on is None

    case = cases.accept(actor=cities.actor("clerk-there"), task=cities.task(case, "accept"))

    assert case.accepted_on == clock.today()
    assert who_sees(cities, case) == HERE | {"clerk-there", "leader-there", "reviewer-there", "approver-there"}


def test_it_is_decided_there_and_handed_over_here(cities):
    case = signed_for(cities)
    cases.accept(actor=cities.actor("clerk-there"), task=cities.task(case, "accept"))
    cases.give_opinion(
        actor=cities.actor("reviewer-there"), task=cities.task(case, "review"), passed=True, opinion="属实。"
    )
    cases.decide(
        actor=cities.actor("approver-there"), task=cities.task(case, "approve"), granted=True, reason="符合条件。"
    )
    jobs.run_all()
    case = Case.objects.get(pk=case.pk)
    assert case.state == "completed"
    assert sealed_by(case, "granted") == "there-police"

    cases.deliver(
        actor=cities.actor("colleague-here"), case=case, how=cases.WINDOW, receiver="林晓云", code=case.query_code
    )

    delivered = Action.objects.of(case).deliveries().get()
    assert delivered.department == Department.objects.get(key="government-services").name
    assert not rebuilding.differences(case.pk)
    assert not Licence.objects.of_subject(case.subject).exists()


@pytest.mark.parametrize("moved", [taken_in, sent])
def test_silence_means_accepted_wherever_the_file_lies(cities, moved):
    case = moved(cities)
    with clock.at(clock.now() + timedelta(days=30)):
        case = cases.deem_accepted(case=case)

    assert case.state == "accepted"
    assert cities.task(case, "review").department.key == "there-police"
    assert not rebuilding.differences(case.pk)


def test_the_applicant_may_take_it_back_while_it_is_on_its_way(cities):
    case = sent(cities)

    cases.withdraw(actor=serving(cities), case=case, reason="改主意了")

    with pytest.raises(Conflict):
        sending.sign_for_file(actor=cities.actor("clerk-there"), task=Task.objects.of(case.subject).get(key=SIGN))


def test_whoever_applies_online_chooses_and_nothing_has_to_be_sent(cities):
    citizen = cities.actor("citizen")
    case = cases.submit(actor=citizen, uid=filled_in(citizen, THERE).uid, declared=True)

    assert case.window is None
    assert cities.task(case, "accept").department.key == "there-window"
    assert who_sees(cities, case) == {"citizen", "clerk-there", "leader-there"}


def test_without_a_choice_it_is_the_definition_s_office(cities):
    citizen = cities.actor("citizen")
    case = cases.submit(actor=citizen, uid=filled_in(citizen).uid, declared=True)

    assert case.department.key == "public-security"
    assert who_sees(cities, case) == HERE


def test_a_draft_goes_to_the_area_chosen_last(cities):
    citizen = cities.actor("citizen")
    first = cases.begin(actor=citizen, service=SERVICE, area=THERE)
    again = cases.begin(actor=citizen, service=SERVICE, area="990100")

    assert first.pk == again.pk
    assert (again.department.key, again.area, again.area_office) == ("public-security", "990100", None)


def test_an_area_that_does_not_handle_it_is_refused(cities):
    with pytest.raises(offices.NotHandledThere):
        cases.begin(actor=cities.actor("citizen"), service=SERVICE, area="990300")


def test_an_office_that_ended_is_not_offered_and_its_cases_go_on(cities):
    case = signed_for(cities)
    catalogue.end_area_office(actor=SYSTEM, office=AreaOffice.objects.get(), reason="不再办理")

    with pytest.raises(offices.NotHandledThere):
        cases.begin(actor=cities.actor("stranger"), service=SERVICE, area=THERE)
    assert cases.accept(actor=cities.actor("clerk-there"), task=cities.task(case, "accept")).state == "accepted"


def test_the_window_there_takes_in_what_is_handled_here(cities):
    case = taken_in(cities, "clerk-there", area="990100")

    assert case.window.key == "there-window"
    assert who_sees(cities, case) == {"citizen", "clerk-there", "leader-there"}


def test_who_got_it_wrongly_hands_it_on_and_nothing_is_lost(cities):
    citizen = cities.actor("citizen")
    case = cases.submit(actor=citizen, uid=filled_in(citizen).uid, declared=True)
    answers, number = case.answers, case.number
    target = AreaOffice.objects.get()

    case = sending.transfer(
        actor=cities.actor("clerk"), task=cities.task(case, "accept"), office=target, reason="户籍地不在本市。"
    )
    jobs.run_all()

    assert (case.department.key, case.area, case.number, case.answers) == ("there-police", THERE, number, answers)
    assert sealed_by(case, "transferred") == "public-security"
    assert Letter.objects.about(case.subject).filter(kind="transfer").exists()
    assert any("无须重新申请" in notice.body for notice in Notice.objects.all())
    case = sending.sign_for_file(actor=cities.actor("clerk-there"), task=cities.task(case, SIGN))
    assert cities.task(case, "accept").department.key == "there-window"
    assert not rebuilding.differences(case.pk)


def test_it_is_not_handed_to_whoever_has_it_nor_without_a_reason(cities):
    case = signed_for(cities)
    task, clerk = cities.task(case, "accept"), cities.actor("clerk-there")

    with pytest.raises(sending.SameOffice):
        sending.transfer(actor=clerk, task=task, office=AreaOffice.objects.get(), reason="不归我们办")
    with pytest.raises(cases.NoReasonGiven):
        sending.transfer(actor=clerk, task=task, office=None, reason=" ")
    case = sending.transfer(actor=clerk, task=task, office=None, reason="由居住地办理")
    assert (case.area, cities.task(case, SIGN).department.key) == ("990100", "government-services")


def reviewed_here(cast: Cast) -> tuple[Case, Task]:
    """Return a case that the office here reviews, though one there holds the same duty."""
    citizen = cast.actor("citizen")
    case = cases.submit(actor=citizen, uid=filled_in(citizen, "990100").uid, declared=True)
    case = cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
    return case, cast.task(case, "review")


def test_a_task_is_not_offered_to_another_city(cities):
    _case, task = reviewed_here(cities)

    found = identity.departments_with(task.duty, beside=task.department)

    assert {department.path.split("/")[0] for department in found} == {"city"}


@pytest.mark.parametrize("way", ["pass_on", "add_signer"])
def test_a_task_does_not_go_to_another_city(cities, way):
    _case, task = reviewed_here(cities)
    there = Department.objects.get(key="there-police")
    more = {"pass_on": {}, "add_signer": {"to": None}}[way]

    with pytest.raises(workflow.AnotherGovernment):
        getattr(workflow, way)(
            actor=cities.actor("officer-here"), task=task, department=there, reason="由户籍地审查。", **more
        )


def test_a_case_that_is_handled_there_stays_there_by_another_version(cities, tmp_path):
    case = signed_for(cities)
    folder = tmp_path / SERVICE
    shutil.copytree(definition(SERVICE), folder)
    guide = folder / "service.toml"
    guide.write_text(guide.read_text().replace('name = "', 'name = "新', 1))
    version = catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    cases.switch_version(actor=SYSTEM, pk=case.pk, version=version)
    cases.accept(actor=cities.actor("clerk-there"), task=cities.task(case, "accept"))

    assert cities.task(case, "review").department.key == "there-police"


def test_an_office_that_is_dissolved_there_hands_its_cases_on(cities):
    case = signed_for(cities)
    police, window = (Department.objects.get(key=key) for key in ("there-police", "there-window"))
    identity.dissolve(actor=SYSTEM, department=police, successor=window, reason="岚机编〔2026〕1号")
    jobs.run_all()

    cases.accept(actor=cities.actor("clerk-there"), task=cities.task(case, "accept"))
    assert cities.task(case, "review").department == window
    assert AreaOffice.objects.get(service__code=SERVICE).department == window
