"""A restaurant from the questionnaire to all results."""

import pytest

from tests.cast import definition, upload
from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.applications.bundles.tests.restaurant import ALONE, BRANCH, LICENSED, official_of
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.documents import services as documents
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import Task

PHONE = {"material": "", "text": "电话不对。", "questions": ["contact_phone"]}


def states(shop, application):
    return {key: item.state for key, item in shop.items(application).items()}


def test_all_items_lie_at_their_offices_in_the_same_second(shop):
    application = shop.submitted()

    assert states(shop, application) == {"food": "started", "fire": "started", "sign": "started"}
    found = [item.case for item in shop.items(application).values()]
    assert len({case.submitted_at for case in found}) == 1
    assert {case.department.key for case in found} == {"market-regulation", "fire-rescue", "urban-management"}
    fact = Fact.objects.get(name="bundles.JointApplicationSubmitted")
    assert fact.data["cases"] == [case.pk for case in found]


def test_handing_in_twice_gives_the_same_cases(shop):
    application = shop.submitted()

    again = bundles.submit(actor=shop.actor("agent"), uid=application.uid, declared=True)

    assert again.number == application.number
    assert Case.objects.submitted_by_people().count() == 3


def test_a_question_of_several_items_reaches_each_of_them(shop):
    application = shop.submitted()

    food, sign = shop.case(application, "food"), shop.case(application, "sign")
    assert food.answers["premises_address"] == sign.answers["premises_address"] == "云泽市临湖区柳岸街188号1层"
    assert food.answers["uscc"] == sign.answers["uscc"] == "91990102MA99H00124"
    assert food.sources["uscc"]["register"] == sign.sources["uscc"]["register"] == "enterprise"


def test_a_paper_of_several_items_is_given_once(shop):
    application = shop.filled()
    lines = bundles.whole_of(application, BundleItem.objects.of(application)).lines

    assert [line["code"] for line in lines].count("business-licence") == 1
    bundles.submit(actor=shop.actor("agent"), uid=application.uid, declared=True)
    papers = [cases.paper_of(shop.case(application, key), "business-licence") for key in ("food", "fire", "sign")]
    assert len({paper.pk for paper in papers}) == 1


def test_nothing_is_handed_in_where_one_item_cannot_be(shop):
    application = shop.filled(fire_floors="")

    with pytest.raises(Invalid) as refused:
        bundles.submit(actor=shop.actor("agent"), uid=application.uid, declared=True)

    assert "fire_floors" in refused.value.errors
    assert shop.again(application).state == BundleApplication.State.DRAFT
    assert not Case.objects.submitted_by_people().exists()


def test_a_missing_paper_is_told_at_its_line(shop):
    application = shop.filled()
    code = "sign-design"
    for paper in bundles.materials_of(shop.actor("agent"), application).model.objects.of(application).under([code]):
        from_list = bundles.materials_of(shop.actor("agent"), application)
        from_list.model.objects.filter(pk=paper.pk).delete()

    with pytest.raises(Invalid) as refused:
        bundles.submit(actor=shop.actor("agent"), uid=application.uid, declared=True)

    assert f"material:{code}" in refused.value.errors


def test_the_whole_ends_with_all_results(shop):
    application = shop.submitted()

    for key in ("food", "fire", "sign"):
        shop.decide(shop.case(application, key))

    application = shop.again(application)
    assert application.state == BundleApplication.State.FINISHED
    assert Fact.objects.get(name="bundles.JointApplicationFinished").data["granted"] == 3
    assert Notice.objects.filter(subject=application.subject, key__endswith=":finished").count() == 1
    received = bundles.receive(actor=shop.actor("agent"), uid=application.uid)
    bundles.receive(actor=shop.actor("agent"), uid=application.uid)
    assert received.delivered_on
    assert Fact.objects.filter(name="bundles.JointResultsDelivered").count() == 1


def test_what_waits_begins_with_the_licence_that_it_waited_for(shop):
    application = shop.submitted(ALONE, by="citizen")
    assert states(shop, application) == {"licence": "started", "food": "waiting", "sign": "waiting"}
    assert "uscc" not in application.answers

    licence = shop.decide(shop.case(application, "licence"))

    assert states(shop, application) == {"licence": "started", "food": "started", "sign": "started"}, [
        item.note for item in shop.items(application).values()
    ]
    food = shop.case(application, "food")
    number = Licence.objects.of_subject(licence.subject).first().number
    assert food.answers["uscc"] == number
    assert parties.uscc_problem(number) is None
    assert food.answers["operator_name"] == licence.answers["business_name"]
    assert cases.paper_of(food, "business-licence").kind == "business-licence"
    assert food.accepted_on is None


def test_a_company_opens_a_branch_with_five_items(shop):
    application = shop.submitted(BRANCH)
    assert states(shop, application)["licence"] == "started"
    shop.decide(shop.case(application, "licence"))

    assert set(states(shop, application).values()) == {"started"}, [
        item.note for item in shop.items(application).values()
    ]
    for key in ("food", "fire", "hygiene", "sign"):
        shop.decide(shop.case(application, key))
    assert shop.again(application).state == BundleApplication.State.FINISHED


def test_a_refused_item_drops_what_comes_after_it_and_says_so(shop):
    application = shop.submitted(ALONE, by="citizen")

    shop.decide(shop.case(application, "licence"), granted=False)

    assert states(shop, application) == {"licence": "started", "food": "dropped", "sign": "dropped"}
    assert "没有办成" in shop.items(application)["food"].note
    assert shop.again(application).state == BundleApplication.State.FINISHED
    assert Fact.objects.filter(name="bundles.JointItemDropped").count() == 2


def test_a_refused_item_does_not_block_the_others(shop):
    application = shop.submitted()

    shop.decide(shop.case(application, "fire"), granted=False)

    assert shop.again(application).state == BundleApplication.State.RUNNING
    for key in ("food", "sign"):
        shop.decide(shop.case(application, key))
    application = shop.again(application)
    assert application.state == BundleApplication.State.FINISHED
    assert Fact.objects.get(name="bundles.JointApplicationFinished").data["granted"] == 2


def test_the_whole_is_taken_back_with_its_running_items(shop):
    application = shop.submitted(ALONE, by="citizen")

    bundles.withdraw(actor=shop.actor("citizen"), uid=application.uid, reason="不开了。")
    jobs.run_all()

    assert shop.again(application).state == BundleApplication.State.WITHDRAWN
    assert shop.case(application, "licence").state == Case.State.WITHDRAWN
    assert states(shop, application) == {"licence": "started", "food": "dropped", "sign": "dropped"}


def test_what_is_decided_is_not_taken_back(shop):
    application = shop.submitted(LICENSED)
    for key in ("food", "fire", "sign"):
        shop.decide(shop.case(application, key))

    with pytest.raises(bundles.NothingToWithdraw):
        bundles.withdraw(actor=shop.actor("agent"), uid=application.uid, reason="晚了。")


def test_one_item_that_its_applicant_takes_back_leaves_the_rest(shop):
    application = shop.submitted()

    cases.withdraw(actor=shop.actor("agent"), case=shop.case(application, "sign"), reason="不挂招牌了。")
    jobs.run_all()

    assert shop.again(application).state == BundleApplication.State.RUNNING
    assert bundles.progress_of(shop.items(application)["sign"]) is bundles.Progress.FAILED


def test_the_joint_clock_begins_with_the_first_acceptance(shop):
    application = shop.submitted()
    assert application.started_on is None
    task = Task.objects.of(shop.case(application, "sign").subject).open().get(key="accept")

    cases.accept(actor=official_of("accept"), task=task)
    jobs.run_all()

    application = shop.again(application)
    assert application.started_on.isoformat() == "2026-03-02"
    assert application.promised_due_on.isoformat() == "2026-03-30"
    assert application.statutory_due_on.isoformat() == "2026-05-08"


def test_the_law_allows_one_extension_with_a_reason(shop):
    application = shop.submitted()
    with pytest.raises(bundles.JointClockNotRunning):
        bundles.extend(actor=shop.actor("lead"), uid=application.uid, reason="会商")
    shop.decide(shop.case(application, "sign"))
    promised, statutory = shop.again(application).promised_due_on, shop.again(application).statutory_due_on

    with pytest.raises(Invalid):
        bundles.extend(actor=shop.actor("lead"), uid=application.uid, reason=" ")
    extended = bundles.extend(actor=shop.actor("lead"), uid=application.uid, reason="需要多部门会商。")

    assert extended.promised_due_on == promised
    assert extended.statutory_due_on > statutory
    with pytest.raises(bundles.JointExtendedAlready):
        bundles.extend(actor=shop.actor("lead"), uid=application.uid, reason="再来一次")


def test_requests_of_several_offices_are_answered_on_one_page(shop):
    application = shop.submitted()
    for key, code in (("food", "floor-plan"), ("sign", "design")):
        task = Task.objects.of(shop.case(application, key).subject).open().get(key="accept")
        points = [
            {"material": code, "text": "看不清。"},
            {"material": "", "text": "电话不对。", "questions": ["contact_phone"]},
        ]
        cases.request_supplement(actor=official_of("accept"), task=task, points=points)
    asked = bundles.asked_of(application, BundleItem.objects.of(application))
    assert len(asked.points) == 4
    assert asked.opened == {"contact_phone"}
    assert [line["code"] for line in asked.lines] == ["food-floor-plan", "sign-design"]

    plan = bundles.supplement_materials(shop.actor("agent"), application)
    old = plan.model.objects.of(application).under(["food-floor-plan"]).get()
    documents.remove(plan, document=str(old.document.uid))
    file = upload(definition("shop-sign-filing") / "design-sample.pdf", "新图.pdf")
    documents.attach_to(plan, actor=shop.actor("agent"), code="food-floor-plan", file=file)
    bundles.supplement(actor=shop.actor("agent"), uid=application.uid, answers={"contact_phone": "19900000199"})

    food, sign = shop.case(application, "food"), shop.case(application, "sign")
    assert {food.state, sign.state} == {Case.State.SUBMITTED}
    assert food.answers["contact_phone"] == sign.answers["contact_phone"] == "19900000199"
    assert cases.paper_of(food, "floor-plan").name == "新图.pdf"
    with pytest.raises(bundles.NoSupplementAsked):
        bundles.supplement(actor=shop.actor("agent"), uid=application.uid, answers={})
