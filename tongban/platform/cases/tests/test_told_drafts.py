"""A draft: who may begin it for whom, what it keeps, and what nobody else can do to it."""

from datetime import timedelta

import pytest

from tests.cast import FLOOR_PLAN, upload
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service

pytestmark = pytest.mark.django_db
SERVICE = "food-business"


def begin(actor: Actor, service: str = SERVICE, **words) -> Case:
    return cases.begin(actor=actor, service=service, **words)


def answers_of(case: Case) -> dict:
    return dict(Case.objects.get(pk=case.pk).answers)


def clerk_for(three, party: str, *duties: str) -> Actor:
    """Return the clerk at the window, who serves somebody."""
    clerk = three.actor("clerk")
    grants = tuple(Grant(duty) for duty in duties)
    return Actor("staff", clerk.account, clerk.name, acting_for=three.cast.people[party].pk, grants=grants)


def test_a_draft_keeps_for_whom_by_whom_and_of_what_it_is(three):
    agent = three.actor("agent")
    case = Case.objects.get(pk=begin(agent).pk)

    assert (case.state, case.number, case.submitted_at) == ("draft", None, None)
    assert (case.applicant, case.applicant_name) == (three.cast.people["company"], "云泽市禾香餐饮有限公司")
    assert case.filed_by_id == agent.account
    service = Service.objects.get(code=SERVICE)
    assert (case.version, case.department) == (service.current, service.department)
    assert case.area == service.department.area
    assert case.revision == 1


def test_an_unfinished_draft_is_gone_on_with(three):
    assert begin(three.actor("other")).pk == three.keys["draft"]


@pytest.mark.parametrize("word", ["key", "once"])
def test_what_was_begun_under_a_key_comes_back_under_it(three, word):
    agent = three.actor("agent")
    first = begin(agent, **{word: "k-1"})

    assert begin(agent, **{word: "k-1"}) == first
    if word == "key":
        assert begin(agent, key="k-2") != first


@pytest.mark.parametrize(
    ("service", "refusal"), [("no-such-service", NotFound), ("", NotFound), ("food-business ", NotFound)]
)
def test_nothing_is_begun_that_nobody_offers(three, service, refusal):
    with pytest.raises(refusal):
        begin(three.actor("agent"), service)


def test_a_withdrawn_service_begins_nothing(three):
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.get(code=SERVICE), reason="并入")

    with pytest.raises(NotFound):
        begin(three.actor("agent"))


def test_a_guide_alone_is_not_applied_for(three):
    Service.objects.filter(code=SERVICE).update(online=False)

    with pytest.raises(cases.NotOnline):
        begin(three.actor("agent"))


def test_a_service_for_organisations_is_not_for_a_person(three):
    Service.objects.filter(code=SERVICE).update(audience=["2"])

    with pytest.raises(cases.NotForYou):
        begin(three.actor("citizen"))
    assert cases.offered_to(three.cast.people["citizen"]) == []
    assert [service.code for service in cases.offered_to(three.cast.people["company"])] == [SERVICE]


def test_nobody_who_stands_for_nobody_begins_anything(three):
    official = Actor("staff", three.cast.accounts["clerk"].pk, grants=(Grant("cases.file"),))

    for actor in (ANONYMOUS, official):
        with pytest.raises(NotAllowed):
            begin(actor)


@pytest.mark.parametrize(("duties", "may"), [(("cases.file",), True), (("cases.accept", "cases.approve"), False)])
def test_an_official_begins_for_a_visitor_by_the_duty_of_filing_only(three, duties, may):
    clerk = clerk_for(three, "company", *duties)

    if may:
        case = begin(clerk)
        assert (case.applicant, case.filed_by_id) == (three.cast.people["company"], clerk.account)
    else:
        with pytest.raises(NotAllowed):
            begin(clerk)


def test_another_system_files_once_under_its_key(three):
    caller = clerk_for(three, "company", "cases.file")
    answers = {"premises_address": "云泽市临湖区柳岸街99号"}
    case, new = cases.file(actor=caller, service=SERVICE, answers=answers, key="bank-1")
    again, second = cases.file(actor=caller, service=SERVICE, answers={"premises_address": "别处"}, key="bank-1")

    assert (new, second) == (True, False)
    assert again == case
    assert answers_of(case)["premises_address"] == "云泽市临湖区柳岸街99号"
    assert Case.objects.with_key("bank-1") == case


def test_a_key_is_of_one_applicant_and_one_service(three):
    cases.file(actor=clerk_for(three, "company", "cases.file"), service=SERVICE, answers={}, key="bank-1")

    with pytest.raises(cases.KeyUsed):
        cases.file(actor=clerk_for(three, "other", "cases.file"), service=SERVICE, answers={}, key="bank-1")


def test_filing_needs_somebody_to_file_for_and_the_duty(three):
    with pytest.raises(NotAllowed):
        cases.file(actor=clerk_for(three, "company"), service=SERVICE, answers={}, key="bank-1")
    with pytest.raises(NotAllowed):
        cases.file(actor=three.actor("clerk"), service=SERVICE, answers={}, key="bank-1")
    assert Case.objects.with_key("bank-1") is None


def test_answers_are_kept_and_make_a_new_revision(three):
    draft, other = three.case("draft"), three.actor("other")
    cases.fill(actor=other, case=draft, answers={"premises_address": "新址1号"}, revision=draft.revision)

    kept = Case.objects.get(pk=draft.pk)
    assert kept.answers["premises_address"] == "新址1号"
    assert kept.revision == draft.revision + 1
    with pytest.raises(Conflict):
        cases.fill(actor=other, case=draft, answers={"premises_address": "新址2号"}, revision=draft.revision)
    assert answers_of(draft)["premises_address"] == "新址1号"


@pytest.mark.parametrize("who", ["agent", "citizen", "stranger", "clerk"])
def test_nobody_fills_in_confirms_upgrades_or_throws_away_somebody_elses_draft(three, who):
    draft, actor = three.case("draft"), three.actor(who)
    tries = [
        lambda: cases.fill(actor=actor, case=draft, answers={"premises_address": "x"}, revision=draft.revision),
        lambda: cases.confirm(actor=actor, case=draft, checks=["any"]),
        lambda: cases.upgrade_version(actor=actor, case=draft),
        lambda: cases.discard(actor=actor, case=draft),
        lambda: cases.attach(actor=actor, case=draft, code="floor-plan", file=upload(FLOOR_PLAN)),
        lambda: cases.fetch(actor=actor, case=draft, code="business-licence"),
    ]

    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()

    assert Case.objects.get(pk=draft.pk).revision == draft.revision
    assert Material.objects.of(draft).count() == 3


@pytest.mark.parametrize("name", ["submitted", "granted"])
def test_what_was_handed_in_is_no_draft_any_more(three, name):
    case = three.case(name)
    actor = three.actor("other" if name == "submitted" else "agent")
    before = answers_of(case)

    with pytest.raises(cases.AlreadySubmitted):
        cases.fill(actor=actor, case=case, answers={"premises_address": "x"}, revision=case.revision)
    with pytest.raises(cases.AlreadySubmitted):
        cases.discard(actor=actor, case=case)
    with pytest.raises(cases.AlreadySubmitted):
        cases.upgrade_version(actor=actor, case=case)
    with pytest.raises(cases.AlreadySubmitted):
        cases.confirm(actor=actor, case=case, checks=[])
    with pytest.raises(Conflict):
        cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN))

    assert answers_of(case) == before


def test_a_draft_that_is_thrown_away_is_gone_and_no_other_with_it(three):
    cases.discard(actor=three.actor("other"), case=three.case("draft"))

    assert not Case.objects.filter(pk=three.keys["draft"]).exists()
    assert not Material.objects.filter(case=three.keys["draft"]).exists()
    assert Material.objects.of(three.case("submitted")).count() == 3
    assert Case.objects.count() == 3


def test_a_draft_of_a_withdrawn_service_keeps_its_version(three):
    draft = three.case("draft")
    catalogue.withdraw(actor=SYSTEM, service=draft.version.service, reason="并入")

    assert cases.current_version(draft) is None
    with pytest.raises(cases.ServiceNoLongerOffered):
        cases.upgrade_version(actor=three.actor("other"), case=draft)
    assert Case.objects.get(pk=draft.pk).version == draft.version


def test_taking_over_the_current_version_keeps_the_answers_and_is_a_new_revision(three):
    draft = three.case("draft")

    cases.upgrade_version(actor=three.actor("other"), case=draft)

    kept = Case.objects.get(pk=draft.pk)
    assert kept.version == cases.current_version(draft)
    assert kept.answers["premises_address"] == draft.answers["premises_address"]
    assert kept.revision == draft.revision + 1


@pytest.mark.parametrize("name", ["granted", "accepted", "submitted"])
def test_only_what_led_to_nothing_is_begun_again(three, name):
    actor = three.actor("other" if name == "submitted" else "agent")

    with pytest.raises(cases.WrongCaseState):
        cases.begin_again(actor=actor, case=three.case(name))


def test_what_was_taken_back_is_begun_again_with_its_answers(three):
    case, agent = three.case("accepted"), three.actor("agent")
    cases.withdraw(actor=agent, case=case, reason="改日再办")

    draft, taken = cases.begin_again(actor=agent, case=case)
    again, second = cases.begin_again(actor=agent, case=case)

    assert (taken, second, again) == (True, False, draft)
    assert answers_of(draft)["premises_address"] == case.answers["premises_address"]
    for who in ("other", "citizen"):
        with pytest.raises(NotFound):
            cases.begin_again(actor=three.actor(who), case=case)


def test_a_paper_is_taken_out_of_a_draft_and_missed_when_it_is_handed_in(three):
    draft, other = three.case("draft"), three.actor("other")
    paper = cases.paper_of(draft, "floor-plan")

    cases.remove(actor=other, case=draft, document=str(paper.uid))

    assert cases.paper_of(draft, "floor-plan") is None
    assert "material:floor-plan" in cases.checklist(draft).faults
    with pytest.raises(cases.Incomplete) as refused:
        cases.submit(actor=other, uid=draft.uid, declared=True)
    assert "material:floor-plan" in refused.value.errors
    assert Case.objects.get(pk=draft.pk).number is None


def test_a_whole_draft_lacks_nothing(three):
    found = cases.checklist(three.case("draft"))

    assert found.ready
    assert (found.faults, found.missing, found.waiting) == ({}, [], [])


def test_drafts_are_listed_the_latest_first(three):
    agent = three.actor("agent")
    first = begin(agent, key="k-1")
    with clock.at(clock.now() + timedelta(hours=1)):
        second = begin(agent, key="k-2")

    mine = Case.objects.spoken_for_by(agent)
    assert list(mine.drafts()) == [second, first]
    assert [row.id for row in mine.draft_rows()] == [second.pk, first.pk]
