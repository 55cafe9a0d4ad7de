"""A request for a supplement opens what it names; the record says what was, and what became of it."""

import pytest

from tests.cast import FLOOR_PLAN, RULES, upload
from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Material, Supplement
from tongban.platform.cases.services import accepting

PLAN_ONLY = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]
SEATS_ONLY = [{"material": "", "text": "请核对座位数。", "questions": ["seats"]}]
NEVER_ASKED = "补正通知未要求"


def asked(cast, points) -> Case:
    case = cast.submitted()
    return cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=points)


def facts(case: Case, name: str) -> list[Fact]:
    return list(Fact.objects.about(case.subject).filter(name=f"cases.{name}"))


@pytest.mark.parametrize(
    "point", [{"material": "flor-plan", "text": "请补交。"}, {"text": "请核对。", "questions": ["seatz"]}]
)
def test_nothing_is_asked_for_that_the_service_does_not_know(cast, point):
    with pytest.raises(accepting.NoSuchPoint):
        asked(cast, [point])


@pytest.mark.found("S-M6")
def test_an_answer_that_was_not_asked_for_cannot_be_changed(cast):
    case = asked(cast, PLAN_ONLY)
    cases.attach(actor=cast.actor("agent"), case=case, code="floor-plan", file=upload(FLOOR_PLAN))

    with pytest.raises(cases.AnswersNotAskedFor) as refusal:
        cases.supplement(actor=cast.actor("agent"), case=case, answers={"premises_address": "云泽市青石区某街9号"})

    assert list(refusal.value.errors) == ["premises_address"]
    assert Case.objects.get(pk=case.pk).state == "supplement"


@pytest.mark.found("S-M6")
def test_an_answer_that_is_sent_again_as_it_was_is_no_change(cast):
    case = asked(cast, PLAN_ONLY)

    done = cases.supplement(actor=cast.actor("agent"), case=case, answers=dict(case.answers))

    assert done.state == "submitted"
    assert done.answers == case.answers


@pytest.mark.found("S-M6")
def test_a_material_that_was_not_asked_for_can_neither_come_nor_go(cast):
    case = asked(cast, PLAN_ONLY)
    agent = cast.actor("agent")
    rules_paper = Material.objects.of(case).get(code="safety-rules")

    with pytest.raises(cases.MaterialNotAskedFor):
        cases.attach(actor=agent, case=case, code="safety-rules", file=upload(RULES))
    with pytest.raises(cases.MaterialNotAskedFor):
        cases.remove(actor=agent, case=case, document=str(rules_paper.document.uid))
    with pytest.raises(cases.MaterialNotAskedFor):
        cases.fetch(actor=agent, case=case, code="business-licence")

    assert Material.objects.of(case).filter(code="safety-rules").get() == rules_paper


@pytest.mark.found("S-M6")
def test_what_a_new_answer_brings_may_be_answered_too(cast):
    case = asked(cast, [{"material": "", "text": "请核对网络经营。", "questions": ["online"]}])
    other = not case.answers["online"]
    brought = {"online_kind": ["own"], "online_address": "https://order.example.cn/"}

    opened = cases.opened(case, {"online": True, **brought})
    done = cases.supplement(
        actor=cast.actor("agent"), case=case, answers={"online": other, **(brought if other else {})}
    )

    assert "seats" not in opened
    assert {"online"} <= opened
    assert done.state == "submitted"
    assert done.answers["online"] is other


@pytest.mark.found("S-M6")
def test_the_record_keeps_what_was_before_encrypted_and_which_papers_came_and_went(cast):
    case = asked(cast, [*PLAN_ONLY, *SEATS_ONLY])
    agent, before = cast.actor("agent"), case.answers["seats"]
    old = Material.objects.of(case).get(code="floor-plan").document
    cases.remove(actor=agent, case=case, document=str(old.uid))
    new = cases.attach(actor=agent, case=case, code="floor-plan", file=upload(FLOOR_PLAN, "新平面图.pdf")).document

    cases.supplement(actor=agent, case=case, answers={"seats": before + 4})

    action = Action.objects.of(case).supplements().get()
    assert action.supplement.before == {"seats": before}
    assert action.supplement.after == {"seats": before + 4}
    assert action.supplement.papers == [{"material": "floor-plan", "added": [str(new.uid)], "removed": [str(old.uid)]}]
    assert Supplement.objects.count() == 1


@pytest.mark.found("S-M6")
def test_the_facts_hold_a_digest_of_what_was_handed_in(cast):
    case = asked(cast, SEATS_ONLY)
    first = facts(case, "CaseSubmitted")[0].data["digest"]
    case = cases.supplement(actor=cast.actor("agent"), case=case, answers={"seats": case.answers["seats"] + 4})

    second = facts(case, "CaseSupplemented")[0].data["digest"]
    assert len(first) == len(second) == 64
    assert first != second
    assert second == cases.digest_of(Case.objects.get(pk=case.pk))


@pytest.mark.found("S-M6")
@pytest.mark.parametrize(
    ("points", "questions", "materials"),
    [
        (PLAN_ONLY, frozenset(), {"floor-plan"}),
        (SEATS_ONLY, {"seats"}, set()),
        ([*PLAN_ONLY, *SEATS_ONLY], {"seats"}, {"floor-plan"}),
        ([{"material": "", "text": "请核对。"}], None, set()),
        ([*SEATS_ONLY, {"material": "", "text": "其他。", "questions": []}], None, set()),
        ([], frozenset(), set()),
    ],
)
def test_what_the_points_of_a_request_open(points, questions, materials):
    assert rules.scope_of(points) == rules.SupplementScope(
        None if questions is None else frozenset(questions), frozenset(materials)
    )
