"""A second application for the same at the same place is told before it begins, and refused or confirmed."""

import shutil
from pathlib import Path

import pytest

from tests.cast import ANSWERS, definition
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import again
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.rules import again as rule
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

PLACE = ANSWERS["premises_address"]
ELSEWHERE = {**ANSWERS, "premises_address": "云泽市临湖区柳岸路52号"}


def refused(cast, answers=ANSWERS):
    case = cast.draft(answers=answers)
    with pytest.raises(cases.Incomplete) as refusal:
        cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)
    return refusal.value.errors["premises_address"][0]


@pytest.mark.found("B5")
def test_a_second_application_for_the_same_place_is_refused_while_the_first_is_open(cast):
    first = cast.submitted()

    said = refused(cast)

    assert str(first.number) in said
    assert Case.objects.drafts().count() == 1


@pytest.mark.found("B5")
@pytest.mark.parametrize("written", [f" {PLACE} ", PLACE.replace("15", "１５"), PLACE.replace("街", "街 ")])
def test_the_same_place_written_otherwise_is_the_same(cast, written):
    cast.submitted()

    assert refused(cast, {**ANSWERS, "premises_address": written})


@pytest.mark.found("B5")
def test_another_place_is_applied_for_freely(cast):
    cast.submitted()

    case = cast.draft(answers=ELSEWHERE)

    assert cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True).number


@pytest.mark.found("B5")
@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_what_was_taken_back_or_refused_may_be_applied_for_again(cast, how):
    if how == "withdrawn":
        cases.withdraw(actor=cast.actor("agent"), case=cast.submitted(), reason="地址填错了。")
    else:
        cast.decided(granted=False)

    case = cast.draft(answers=ANSWERS)

    assert cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True).number


@pytest.mark.found("B5")
def test_a_valid_licence_for_the_place_stands_against_another_until_it_is_over(cast):
    first = cast.decided()
    licence = Licence.objects.of_subject(first.subject).get(kind="food-business-licence")

    said = refused(cast)

    assert licence.number in said
    assert "变更" in said
    licences.cancel(actor=SYSTEM, licence=licence, reason="停止经营。")
    draft = Case.objects.drafts().get()
    assert cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True).number


@pytest.mark.found("B5")
def test_it_is_told_on_the_page_before_it_begins_and_at_the_step_with_a_link(cast):
    first, agent = cast.submitted(), cast.browser("agent")
    case = cast.draft(answers=ANSWERS)
    step = {"revision": case.revision, "premises_address": PLACE}

    filled = agent.get(f"/cases/{case.uid}/review/").content.decode()
    step = agent.post(f"/cases/{case.uid}/fill/premises/", step).content.decode()

    for page in (filled, step):
        assert f'href="/cases/{first.uid}/"' in page
        assert str(first.number) in page


@pytest.mark.found("B5")
def test_the_place_that_the_register_knows_is_told_on_the_first_page(cast):
    answers = {**ANSWERS, "premises_address": "云泽市临湖区柳岸街15号"}
    first = cast.draft(answers=answers)
    first = cases.submit(actor=cast.actor("agent"), uid=first.uid, declared=True)

    page = cast.browser("agent").get("/cases/begin/food-business/").content.decode()

    assert f'href="/cases/{first.uid}/"' in page
    assert 'id="begin"' in page


@pytest.mark.found("B5")
def test_a_definition_may_warn_only_and_the_applicant_confirms(cast, tmp_path):
    folder = Path(shutil.copytree(definition("food-business"), tmp_path / "food-business"))
    text = (folder / "service.toml").read_text()
    (folder / "service.toml").write_text(text.replace('open = "refuse"', 'open = "warn"'))
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
    cast.submitted()
    case, agent = cast.draft(answers=ANSWERS), cast.actor("agent")

    with pytest.raises(cases.Incomplete) as refusal:
        cases.submit(actor=agent, uid=case.uid, declared=True)

    assert set(refusal.value.errors) == {f"confirm:{again.ID}"}
    cases.confirm(actor=agent, case=case, checks=[again.ID])
    assert cases.submit(actor=agent, uid=case.uid, declared=True).number


@pytest.mark.found("B5")
def test_a_supplement_does_not_move_to_the_same_place_either(cast):
    first = cast.submitted()
    second = cast.draft(answers=ELSEWHERE)
    agent = cast.actor("agent")
    second = cases.submit(actor=agent, uid=second.uid, declared=True)
    cases.request_supplement(
        actor=cast.actor("clerk"),
        task=cast.task(second, "accept"),
        points=[{"material": "", "text": "请核对经营场所地址。"}],
    )

    with pytest.raises(cases.Incomplete) as refusal:
        cases.supplement(actor=agent, case=second, answers={"premises_address": PLACE})
    assert str(first.number) in refusal.value.errors["premises_address"][0]

    cases.withdraw(actor=agent, case=first, reason="地址填错了。")
    moved = cases.supplement(actor=agent, case=second, answers={"premises_address": PLACE})
    assert moved.about == Case.objects.get(pk=first.pk).about


@pytest.mark.found("B5")
def test_the_digest_tells_applicants_apart_and_no_address(cast):
    case = cast.submitted()

    case = Case.objects.get(pk=case.pk)

    assert len(case.about) == 64
    assert PLACE not in case.about
    other = Case(version=case.version, applicant=cast.people["stranger"], answers=case.answers)
    assert again.about(other) != case.about


@pytest.mark.found("B5")
def test_a_definition_that_names_an_unknown_answer_is_refused():
    guide = {"again": {"same": ["premises_adress"]}}

    found = list(rule.problems(guide, fields={"premises_address"}))

    assert [(problem.place, problem.details["name"]) for problem in found] == [("again.same", "premises_adress")]


@pytest.mark.parametrize(
    ("kind", "granted", "places"),
    [
        ("licence", "refuse", []),
        ("payment-decision", "refuse", ["again.granted"]),
        ("payment-decision", "warn", []),
    ],
)
def test_what_a_decision_granted_does_not_refuse_for_ever(kind, granted, places):
    """Who lost an allowance lawfully may apply again; a licence that is over stands against nothing."""
    guide = {"result": {"kind": kind}, "again": {"same": ["id_number"], "granted": granted}}

    assert [problem.place for problem in rule.problems(guide, fields={"id_number"})] == places
