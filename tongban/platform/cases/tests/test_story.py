"""A case from draft to delivered result, through the verbs; and every way in which it may not go."""

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from tests import preflight
from tests.cast import ANSWERS, FLOOR_PLAN, upload
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases import schedule, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.services import acting, plan
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.seals import services as seals

POINTS = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}, {"material": "", "text": "请核对座位数。"}]


def facts(case: Case, name: str) -> int:
    return Fact.objects.about(case.subject).filter(name=f"cases.{name}").count()


@pytest.mark.requirement("APP-S-02")
def test_a_granted_case_ends_with_a_sealed_licence_in_the_applicants_hands(cast):
    case = cast.decided()

    licence = Licence.objects.of_subject(case.subject).get()
    assert case.state == Case.State.COMPLETED
    assert licence.holder == cast.people["company"]
    assert licence.number.startswith("JY2990100")
    assert [letter.kind for letter in Letter.objects.about(case.subject)] == ["receipt", "acceptance", "grant"]
    assert not Job.objects.dead().exists()
    assert Notice.objects.filter(subject=case.subject).count() == 3


def test_a_refused_case_ends_with_a_sealed_decision_that_says_why(cast):
    case = cast.decided(granted=False)

    letter = Letter.objects.about(case.subject).last()
    assert (case.state, case.outcome, letter.kind) == ("completed", "refused", "refusal")
    assert not Licence.objects.of_subject(case.subject).exists()


def test_both_branches_open_at_once_and_the_approver_waits_for_both(cast):
    case = cast.accepted()

    with pytest.raises(Exception, match="matching query does not exist"):
        cast.task(case, "approve")
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="齐全。")
    cast.inspected(case)

    assert cast.task(case, "approve").department.key == "market-regulation"


def test_submitting_twice_gives_one_case(cast):
    draft = cast.draft()

    first = cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)
    second = cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)

    assert first.number == second.number
    assert facts(first, "CaseSubmitted") == 1
    assert Job.objects.filter(task="cases.notify_on_CaseSubmitted").count() == 1


def test_beginning_again_goes_on_with_the_unfinished_draft(cast):
    assert cast.draft(materials=False).pk == cases.begin(actor=cast.actor("agent"), service="food-business").pk


def test_the_first_page_says_when_the_service_is_not_for_whom_one_acts(cast):
    as_a_person, for_the_company = (
        cast.browser(name).get("/cases/begin/food-business/").content.decode() for name in ("citizen", "agent")
    )

    assert "该事项不适用于" in as_a_person
    assert "开始办理" not in as_a_person
    assert "该事项不适用于" not in for_the_company
    assert "开始办理" in for_the_company


def test_the_first_page_says_when_the_mandate_is_for_other_services(cast):
    company, agent = cast.people["company"], cast.people["citizen"]
    parties.give_mandate(actor=SYSTEM, principal=company, agent=agent, services=["hotel"], source="register")
    browser = cast.browser("citizen")
    browser.post("/parties/acting-for/", {"party": str(company.uid)})

    shown = browser.get("/cases/begin/food-business/").content.decode()

    assert company.name in shown
    assert "该事项不适用于" in shown
    assert "开始办理" not in shown


def test_whoever_is_no_official_is_led_back_to_the_hall(cast):
    answer = cast.browser("citizen").get("/desk/workflow/")

    assert answer.status_code == 403
    assert "工作人员页面仅供工作人员使用" in answer.content.decode()
    assert re.search(r'<a\s+class="button button--primary"\s+href="/"\s*>', answer.content.decode())


def test_a_draft_is_prefilled_from_the_register_with_its_source(cast):
    case = cases.begin(actor=cast.actor("agent"), service="food-business")

    assert case.answers["operator_name"] == "云泽市禾香餐饮有限公司"
    assert case.sources["uscc"]["title"] == "法人库"


def test_what_the_form_would_not_take_is_not_prefilled(cast):
    assert cast.people["company"].phone == "0990-55520088"

    case = cases.begin(actor=cast.actor("agent"), service="food-business")

    assert "contact_phone" not in case.answers
    assert "contact_phone" not in case.sources
    assert case.answers["uscc"]


def test_an_offer_that_was_not_taken_loses_its_source(cast):
    case = cases.begin(actor=cast.actor("agent"), service="food-business")
    case.sources["contact_phone"] = {"title": "您的账户", "as_of": "", "at": case.created_at.isoformat()}
    case.save()

    case = cases.fill(
        actor=cast.actor("agent"), case=case, answers={"contact_phone": "19900000103"}, revision=case.revision
    )

    assert "contact_phone" not in case.sources
    assert "uscc" in case.sources


def test_the_business_licence_is_fetched_not_uploaded(cast):
    case = cast.draft()

    licence = Material.objects.of(case).get(code="business-licence")
    assert licence.document.origin in {"issued", "fetched"}
    assert licence.document.source == "云泽市market-regulation局"


def test_an_incomplete_application_is_refused_with_every_fault(cast):
    answers = {name: value for name, value in ANSWERS.items() if name != "kitchen_area"}
    draft = cast.draft(answers=answers, materials=False)

    with pytest.raises(cases.Incomplete) as refusal:
        cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)

    assert {"kitchen_area", "material:floor-plan", "material:business-licence"} <= set(refusal.value.errors)
    assert Case.objects.get(pk=draft.pk).state == "draft"


def test_nothing_is_submitted_without_the_declaration(cast):
    with pytest.raises(cases.NotDeclared):
        cases.submit(actor=cast.actor("agent"), uid=cast.draft().uid, declared=False)


def test_a_draft_that_was_changed_elsewhere_is_not_overwritten(cast):
    draft = cast.draft(materials=False)
    cases.fill(actor=cast.actor("agent"), case=draft, answers={"seats": 50}, revision=draft.revision)

    with pytest.raises(Conflict):
        cases.fill(actor=cast.actor("agent"), case=draft, answers={"seats": 60}, revision=draft.revision)

    assert Case.objects.get(pk=draft.pk).answers["seats"] == 50


def test_a_supplement_is_asked_for_once_with_all_points(cast):
    case = cast.submitted()
    clerk, task = cast.actor("clerk"), cast.task(case, "accept")
    case = cases.request_supplement(actor=clerk, task=task, points=POINTS)
    cases.attach(actor=cast.actor("agent"), case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    case = cases.supplement(actor=cast.actor("agent"), case=case, answers={"seats": 40})

    with pytest.raises(cases.AskedAlready):
        cases.request_supplement(actor=clerk, task=task, points=POINTS)
    jobs.run_all()

    assert case.state == "submitted"
    assert "supplement-notice" in {letter.kind for letter in Letter.objects.about(case.subject)}


def test_a_letter_that_comes_late_does_not_refuse_an_answer_given_in_the_meantime(cast):
    case = cast.submitted()
    clerk, task = cast.actor("clerk"), cast.task(case, "accept")
    case = cases.request_supplement(actor=clerk, task=task, points=POINTS)
    shown = cases.supplement(actor=cast.actor("agent"), case=case, answers={"seats": 40}).revision
    jobs.run_all()
    assert Letter.objects.about(case.subject).exists()

    with pytest.raises(Conflict):
        cases.accept(actor=clerk, task=task, revision=shown - 1)
    assert cases.accept(actor=clerk, task=task, revision=shown).state == "accepted"


def test_a_request_for_a_supplement_needs_points(cast):
    case = cast.submitted()

    with pytest.raises(cases.NoPoints):
        cases.request_supplement(
            actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=[{"material": "", "text": "  "}]
        )


def test_a_case_that_waits_for_its_supplement_cannot_be_accepted(cast):
    case = cast.submitted()
    task = cast.task(case, "accept")
    cases.request_supplement(actor=cast.actor("clerk"), task=task, points=POINTS)

    with pytest.raises(cases.WrongCaseState):
        cases.accept(actor=cast.actor("clerk"), task=task)


def test_both_clocks_start_with_acceptance_in_working_days(cast, on):
    with on(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        case = cast.accepted()

    assert case.promised_due_on.isoformat() == "2026-03-12"
    assert case.statutory_due_on.isoformat() == "2026-03-16"


def test_silence_for_five_working_days_means_accepted(cast, on):
    with on(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        case = cast.submitted()
    with on(datetime(2026, 3, 9, 2, tzinfo=UTC)):
        assert not Case.objects.unanswered(on=datetime(2026, 3, 9).date()).exists()  # noqa: DTZ001
    with on(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        assert Case.objects.unanswered(on=datetime(2026, 3, 10).date()).get() == case  # noqa: DTZ001
        case = cases.deem_accepted(case=case)

    assert case.state == "accepted"
    assert case.accepted_on.isoformat() == "2026-03-02"
    assert cast.task(case, "review")


def test_two_officials_deciding_at_once_one_wins_and_the_other_is_told(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="")

    with pytest.raises((Conflict, cases.WrongCaseState)):
        cases.decide(actor=cast.actor("approver"), task=task, granted=False, reason="改主意")

    assert Case.objects.get(pk=case.pk).outcome == "granted"
    assert facts(case, "CaseDecided") == 1


def test_a_refusal_needs_its_reason(cast):
    case = cast.examined()

    with pytest.raises(cases.NoReasonGiven):
        cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=False, reason=" ")


def test_an_official_of_another_department_may_not_touch_the_case(cast):
    case = cast.accepted()
    outsider = cast.actor("outsider")

    with pytest.raises(NotAllowed):
        cases.give_opinion(actor=outsider, task=cast.task(case, "review"), passed=True, opinion="可以。")
    assert not Case.objects.visible_to(outsider).filter(pk=case.pk).exists()


def test_a_stranger_may_neither_see_nor_submit_nor_withdraw(cast):
    case, stranger = cast.submitted(), cast.actor("stranger")

    assert not Case.objects.visible_to(stranger).exists()
    with pytest.raises(NotFound):
        cases.withdraw(actor=stranger, case=case, reason="")
    with pytest.raises(NotFound):
        cases.attach(actor=stranger, case=case, code="floor-plan", file=upload(FLOOR_PLAN))


def test_an_agent_sees_only_the_services_of_the_mandate(cast):
    case, agent = cast.submitted(), cast.actor("agent")

    assert Case.objects.visible_to(replace(agent, services=("food-business",))).get() == case
    assert not Case.objects.visible_to(replace(agent, services=("public-place-hygiene",))).exists()


def test_whoever_gave_an_opinion_does_not_decide(cast):
    case = cast.examined()
    reviewer = cast.actor("reviewer")
    both = type(reviewer)("staff", account=reviewer.account, name=reviewer.name, grants=cast.actor("approver").grants)

    with pytest.raises(cases.OwnOpinion):
        cases.decide(actor=both, task=cast.task(case, "approve"), granted=True, reason="")


def test_a_withdrawn_case_leaves_the_desks(cast):
    case = cast.accepted()

    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不开了")

    with pytest.raises(Exception, match="matching query does not exist"):
        cast.task(case, "review")


def test_a_case_not_accepted_gets_its_decision_with_the_reason(cast):
    case = cast.submitted()
    cases.not_accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"), reason="不属于本机关职权范围。")
    jobs.run_all()

    assert Letter.objects.about(case.subject).last().kind == "non-acceptance"


def test_letters_are_sealed_and_written_once(cast):
    case = cast.decided()
    cases.write_letters(case)

    letters = list(Letter.objects.about(case.subject))
    assert len(letters) == 3
    for letter in letters:
        pdf = letter.document.blob
        assert seals.examine(storage.read(pdf)).good


@pytest.mark.found("J-LICENCE")
@pytest.mark.skipif(not preflight.there(), reason="PDFBox Preflight (libpdfbox2-java) and Java are not installed")
def test_an_outside_validator_takes_every_paper_of_a_case_for_an_archive(cast, tmp_path):
    case = cast.decided()
    papers = {letter.title: storage.read(letter.document.blob) for letter in Letter.objects.about(case.subject)}
    papers["licence"] = storage.read(Licence.objects.of_subject(case.subject).get().document.blob)
    papers["receipt"] = cases.receipt(case)
    folder = tmp_path / "papers"
    folder.mkdir()

    assert len(papers) == 5
    assert preflight.faults(papers, folder) == []


def test_a_case_keeps_the_version_it_began_with(cast):
    case = cast.submitted()
    service = Service.objects.coded("food-business").get()
    version = case.version_id

    catalogue.withdraw(actor=SYSTEM, service=service, reason="政策调整")
    case = cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))

    assert (case.version_id, case.state) == (version, "accepted")


def test_a_draft_of_a_withdrawn_service_is_kept_but_not_submitted(cast):
    draft = cast.draft()
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.coded("food-business").get(), reason="政策调整")

    with pytest.raises(cases.ServiceNoLongerOffered):
        cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)

    assert Case.objects.get(pk=draft.pk).answers["seats"] == ANSWERS["seats"]


def test_the_row_is_the_projection_of_its_actions(cast):
    case = cast.decided()
    actions = [(action.kind, action.on) for action in Action.objects.of(case)]

    again = steps.project(actions, plan.of(case.version).limits, codes.calendar())

    assert asdict(again) == asdict(acting.status_of(case))


def test_every_step_stands_in_the_journal_with_who_and_for_whom(cast):
    case = cast.decided()

    told = list(Fact.objects.about(case.subject).filter(name__startswith="cases."))
    names = {fact.name for fact in told}
    submitted = next(fact for fact in told if fact.name == "cases.CaseSubmitted")
    assert {"cases.CaseSubmitted", "cases.CaseAccepted", "cases.OpinionGiven", "cases.CaseDecided"} <= names
    assert submitted.actor == "周文博"
    assert submitted.on_behalf == cast.people["company"].pk


def test_what_people_apply_for_decides_what_is_popular(cast):
    cast.submitted()

    schedule.count_what_people_ask_for()

    assert Service.objects.coded("food-business").get().uses == 1
