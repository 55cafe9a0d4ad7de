"""Two officers: the task counts once the second has confirmed that they take part."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.tests.returning import do, facts, open_keys, task
from tongban.platform.workflow.tests.test_handing import account, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
STEPS = """
start
look task 初审 review review
visit task 现场核查 inspect inspection officers=2 {more}
end end 完
start>look look>visit visit>end
"""


@pytest.fixture
def visit(begun, wu, he):
    begun(STEPS.format(more=""))
    do(wu, "look")
    return task("visit")


@pytest.fixture
def qin(official, fire):
    return official("秦川", fire, "cases.inspect")


def name(actor, to, work):
    return workflow.name_second(actor=actor, task=work, to=account(to))


def test_it_counts_once_the_second_has_confirmed(visit, he, qin):
    with pytest.raises(workflow.SecondMissing, match="现场核查"):
        do(he, "visit")
    assert name(he, qin, visit).claimed_by_id == he.account
    with pytest.raises(workflow.SecondUnconfirmed, match="秦川"):
        do(he, "visit")

    workflow.confirm_second(actor=qin, task=visit)
    workflow.confirm_second(actor=qin, task=visit)
    do(he, "visit")

    assert open_keys() == []
    done = Task.objects.get(key="visit")
    assert (done.done_by_id, done.second_id) == (he.account, qin.account)
    assert (len(facts("SecondOfficerNamed")), len(facts("SecondOfficerConfirmed"))) == (1, 1)


def test_only_the_named_colleague_confirms(visit, he, qin, official, fire, wu):
    name(he, qin, visit)
    for actor, refusal in ((he, workflow.NotTheSecond), (wu, NotAllowed)):
        with pytest.raises(refusal):
            workflow.confirm_second(actor=actor, task=visit)


def test_another_second_confirms_anew(visit, he, qin, official, fire):
    name(he, qin, visit)
    workflow.confirm_second(actor=qin, task=visit)
    name(he, official("陶然", fire, "cases.inspect"), visit)

    with pytest.raises(workflow.SecondUnconfirmed, match="陶然"):
        do(he, "visit")


def test_handed_over_to_the_second_another_is_needed(visit, he, qin):
    name(he, qin, visit)
    workflow.confirm_second(actor=qin, task=visit)
    workflow.hand_over(actor=he, task=visit, to=account(qin), reason="出差。")

    with pytest.raises(workflow.SecondMissing):
        do(qin, "visit")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("he", workflow.SecondIsAnother), ("wu", workflow.NotAble), ("away", workflow.OnLeave)],
)
def test_who_cannot_be_the_second_is_refused_with_a_sentence(visit, he, wu, qin, who, refusal):
    if who == "away":
        leave(qin)
    with pytest.raises(refusal):
        name(he, {"he": he, "wu": wu}.get(who, qin), visit)


def test_whoever_is_kept_apart_is_no_second_either(begun, wu, official, market):
    yu = official("喻言", market, "cases.review")
    steps = "start\nlook task 初审 review review\ncheck task 复核 review review officers=2 not=look\nend end 完"
    begun(f"{steps}\nstart>look look>check check>end")
    do(wu, "look")

    with pytest.raises(workflow.KeptApart, match="吴志远"):
        name(yu, wu, task("check"))


def test_one_officer_is_enough_elsewhere_and_the_house_is_nobody(begun, wu, official, market):
    begun(STEPS.format(more=""))
    with pytest.raises(workflow.OneIsEnough):
        name(wu, official("邵宁", market, "cases.review"), task("look"))
    do(wu, "look")
    workflow.complete(actor=SYSTEM, task=task("visit"), outcome="pass")
    assert open_keys() == []
