"""加签 and 减签: each rule of signing with signers added and taken away is a table; who may, and what is refused."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.rules import adding
from tongban.platform.workflow.rules.adding import AddedSigner
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.returning import PERMIT, back, do, facts, open_keys, task
from tongban.platform.workflow.tests.steps import Process, at, table
from tongban.platform.workflow.tests.test_handing import account, leave
from tongban.platform.workflow.tests.test_signing import BEHIND, signed

REASON = "涉及燃气安全，请一并签署意见。"
HEALTH = AddedSigner(12)
PLAIN = "start\nsign task 审查 review review\n" + BEHIND.replace("sign.outcome", "sign")


def add(process, place="sign[1]", signer=HEALTH):
    more = (process.step.data, table, at(process.now))
    added = adding.add(process.graph, Marking.from_json(process.step.marking.as_json()), place, signer, *more)
    process.step = added.transition
    return added


def take_away(process, place):
    return process._move(adding.take_away, place)


def outcomes(process, moves):
    """“+1” and “-1” sign, “a1” adds one from the first's task, “x4” takes the fourth away."""
    for move in moves.split():
        place = f"sign[{move[1:]}]" if move[1:] else "sign"
        if move[0] == "a":
            add(process, place)
        elif move[0] == "x":
            take_away(process, place)
        else:
            process.do(place, "pass" if move[0] == "+" else "fail")
    return process.step.outcome


# Three sign by the rule; what happens, and how the whole ends: "" while more are waited for.
TABLE = [
    ("all", "a1 +1 +2 +3", ""),
    ("all", "a1 +1 +2 +3 +4", "granted"),
    ("all", "a1 +1 +2 +3 -4", "refused"),
    ("all", "+1 +2 a3 +3 x4", "granted"),
    ("all", "a1 x4 +1 +2 +3", "granted"),
    ("all", "a1 x4 a1 +1 +2 +3 +5", "granted"),
    ("all", "a1 a1 x4 +1 +2 +3", ""),
    ("all to-the-end", "a1 -1 +2 +3", ""),
    ("all to-the-end", "a1 -1 +2 +3 +4", "refused"),
    ("all to-the-end", "a1 -1 +2 +3 x4", "refused"),
    ("any", "-1 -2 a3 -3", ""),
    ("any", "-1 -2 a3 -3 +4", "granted"),
    ("any", "-1 -2 a3 -3 -4", "refused"),
    ("any", "-1 -2 a3 -3 x4", "refused"),
    ("percent:60", "a1 +1 +2", ""),
    ("percent:60", "a1 +1 +2 +4", "granted"),
    ("percent:60", "a1 +1 +2 x4", "granted"),
    ("percent:60", "a1 -1 -2", "refused"),
    ("percent:50", "a1 +1 +4", "granted"),
    ("first", "a1 +4", "granted"),
    ("first", "a1 -4", "refused"),
    ("in-turn", "a1 +1 +2 +3", ""),
    ("in-turn", "a1 +1 +2 +3 +4", "granted"),
    ("in-turn", "a1 +1 +2 x4 +3", "granted"),
    ("in-turn", "a1 +1 +2 +3 x4", "granted"),
    ("in-turn", "a1 a1 +1 +2 +3 x4 +5", "granted"),
    ("in-turn", "a1 a1 x4 +1 +2 +3", ""),
]
WEIGHED = [
    ("weight:4", "+1 a2", ""),
    ("weight:4", "+1 a2 +4", "granted"),
    ("weight:4", "a2 -1", ""),
    ("weight:4", "a2 -1 x4", "refused"),
    ("percent:60", "a2 +1 +4", ""),
    ("percent:60", "a2 +1 +4 +3", "granted"),
]
ALONE = [
    ("a +1", ""),
    ("a +1 +2", "granted"),
    ("a +1 -2", "refused"),
    ("a -1", "refused"),
    ("a x2 +1", "granted"),
    ("a +1 x2", "granted"),
    ("a a1 +3 +2 +1", "granted"),
    ("a a2 x2 +1 +3", "granted"),
]


@pytest.mark.parametrize(("rule", "moves", "outcome"), TABLE)
def test_the_rule_holds_for_those_who_were_added_and_taken_away(rule, moves, outcome):
    assert outcomes(signed(rule), moves) == outcome


@pytest.mark.parametrize(("rule", "moves", "outcome"), WEIGHED)
def test_whoever_was_added_counts_once_among_weights(rule, moves, outcome):
    assert outcomes(signed(rule, "one=3|two=2|three"), moves) == outcome


@pytest.mark.parametrize(("moves", "outcome"), ALONE)
def test_a_task_for_one_becomes_one_that_all_agree_to(moves, outcome):
    process = Process(PLAIN)

    assert outcomes(process, moves) == outcome
    if outcome:
        assert process.step.data["sign"] == ("pass" if outcome == "granted" else "fail")
        assert process.step.marking == Marking()


def test_counts_and_what_is_needed_stay_right():
    process = signed("percent:60")
    outcomes(process, "a1 +1 a2 x4")

    known = process.step.marking.scopes["sign"]
    assert {name: known[name] for name in ("of", "total", "needed", "agreed", "done")} == {
        "of": 4,
        "total": 4,
        "needed": 3,
        "agreed": 1,
        "done": 1,
    }
    assert process.open == ["sign[2]", "sign[3]", "sign[5]"]


def test_whom_the_drawing_names_is_not_taken_away_and_nobody_twice():
    process = signed("all")
    add(process)

    for place in ("sign[1]", "sign[9]"):
        with pytest.raises(adding.NotAdded):
            take_away(process, place)
    take_away(process, "sign[4]")
    with pytest.raises(adding.NotAdded):
        take_away(process, "sign[4]")
    process = signed("all")
    add(process)
    process.do("sign[4]")
    with pytest.raises(adding.NotAdded):
        take_away(process, "sign[4]")


@pytest.mark.parametrize("words", ["outcomes=seen", "count=2"])
def test_what_is_no_yes_or_no_is_not_signed(words):
    process = Process(f"start\nsign task 阅知 review review {words}\nend end 完\nstart>sign sign>end")

    with pytest.raises(adding.NotJoint):
        add(process, process.open[0])


# The verbs


@pytest.fixture
def permit(begun, wu, calendar):
    begun(PERMIT)
    do(wu, "look")
    return task("review")


@pytest.fixture
def shao(official, fire):
    return official("邵宁", fire, "cases.review")


def ask(actor, work, department, to=None, reason=REASON):
    return workflow.add_signer(actor=actor, task=work, department=department, to=to and account(to), reason=reason)


def drop(actor, work, place, reason="已另行征求意见。"):
    return workflow.take_away_signer(actor=actor, task=work, place=place, reason=reason)


def test_both_sign_what_one_was_to_do(permit, wu, shao, fire):
    work = ask(wu, permit, fire, shao)

    assert (work.branch, work.claimed_by_id) == ("review[1]", wu.account)
    (new,) = work.opened
    assert (new.branch, new.department_id, new.claimed_by_id, new.due_on) == (
        *("review[2]", fire.pk),
        *(shao.account, work.due_on),
    )
    assert facts("SignerAdded")[0]["to"] == shao.account
    do(shao, "review")
    assert open_keys() == ["inspect", "review"]
    workflow.complete(actor=wu, task=Task.objects.get(pk=permit.pk), outcome="pass", opinion="同意。")
    assert open_keys() == ["check", "inspect"]
    (step,) = workflow.signed_steps("case:1")
    assert [(one.office, one.who, one.added) for one in step.signatures] == [
        ("云泽市市场监督管理局", "吴志远", False),
        ("云泽市消防救援支队", "邵宁", True),
    ]
    assert (step.agrees, step.progress) == (True, "已签 2 家，共 2 家")


def test_the_same_again_changes_nothing(permit, wu, shao, fire):
    ask(wu, permit, fire, shao)
    ask(wu, permit, fire, shao)
    ask(wu, permit, fire)
    ask(wu, permit, fire)

    assert Task.objects.open().filter(key="review").count() == 3
    assert len(facts("SignerAdded")) == 2


def test_taken_away_it_leaves_the_desk_and_stays_on_record(permit, wu, shao, fire):
    ask(wu, permit, fire, shao)

    drop(wu, permit, "review[2]")
    drop(wu, permit, "review[2]")

    gone = Task.objects.get(branch="review[2]")
    assert gone.state == "cancelled"
    (step,) = workflow.signed_steps("case:1")
    assert (step.progress, step.signatures[1].state) == ("已签 0 家，共 1 家", "gone")
    assert len(facts("SignerTakenAway")) == 1
    with pytest.raises(workflow.OffTheDesk):
        workflow.complete(actor=shao, task=gone, outcome="pass")


def test_once_the_others_have_said_enough_the_process_goes_on(permit, wu, shao, fire, official, market):
    he = official("何平", market, "cases.review")
    ask(wu, permit, market, he)
    ask(wu, permit, fire, shao)
    workflow.complete(actor=wu, task=Task.objects.get(pk=permit.pk), outcome="pass", opinion="同意。")

    other = Task.objects.get(branch="review[2]")
    do_as = workflow.complete(actor=he, task=other, outcome="pass", opinion="同意。")

    assert do_as.opened == ()
    with pytest.raises(workflow.AlreadyDone):
        drop(wu, permit, "review[3]")
    workflow.complete(actor=shao, task=Task.objects.get(branch="review[3]"), outcome="fail", opinion="不同意。")
    assert open_keys() == ["check", "inspect"]


def refused(permit, wu, shao, fire, why):
    """Ask as this row says; return what is refused and its sentence."""
    away = why == "leave"
    if away:
        leave(shao)
    if why == "signed":
        ask(wu, permit, fire, shao)
        do(shao, "review")
    with pytest.raises(Refusal) as found:
        ask(
            shao if why == "stranger" else wu,
            permit,
            fire if why not in {"nobody", "myself"} else permit.department,
            {"nobody": None, "stranger": wu, "myself": wu}.get(why, shao),
            "  " if why == "reason" else REASON,
        )
    return found.value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("why", "refusal"),
    [
        ("reason", workflow.WhySignToo),
        ("leave", workflow.OnLeave),
        ("signed", workflow.HasSigned),
        ("myself", workflow.YourOwnSignature),
        ("stranger", NotAllowed),
    ],
)
def test_who_cannot_be_asked_is_refused_with_a_sentence(permit, wu, shao, fire, why, refusal):
    assert isinstance(refused(permit, wu, shao, fire, why), refusal)
    assert Task.objects.open().filter(key="review").count() == 1


def test_only_who_holds_the_duty_can_be_asked(permit, wu, he, fire):
    with pytest.raises(workflow.NotAble, match="何岚"):
        ask(wu, permit, fire, he)
    with pytest.raises(workflow.NobodyAble, match="消防"):
        ask(wu, permit, fire)


def test_what_the_definition_names_and_what_is_signed_stays(begun, wu, shao, fire, calendar):
    begun("start\nsign task 会签 review signing=all signers=review|inspection\nend end 完\nstart>sign sign>end")
    mine = Task.objects.get(branch="sign[1]")
    with pytest.raises(workflow.NamedByDefinition, match="消防"):
        drop(wu, mine, "sign[2]")
    with pytest.raises(workflow.NamedByDefinition):
        drop(wu, mine, "sign[1]")

    do(shao, "sign")

    with pytest.raises(workflow.StaysOnRecord, match="消防"):
        drop(wu, mine, "sign[2]")
    with pytest.raises(workflow.WhyNoLonger):
        drop(wu, mine, "sign[2]", " ")


def test_sent_back_the_step_begins_with_those_whom_the_drawing_names(permit, wu, shao, fire):
    ask(wu, permit, fire, shao)
    do(shao, "review")
    workflow.complete(actor=wu, task=Task.objects.get(pk=permit.pk), outcome="pass", opinion="同意。")

    back(wu, "check", "review")

    assert [one.branch for one in Task.objects.open().filter(key="review")] == [""]
    assert Task.objects.filter(key="review", again_at__isnull=False).count() == 2


def test_a_signature_that_was_added_is_taken_back_like_others(permit, wu, shao, fire):
    ask(wu, permit, fire, shao)
    do(shao, "review", outcome="pass")
    workflow.take_back(actor=shao, task=Task.objects.get(branch="review[2]"))

    again = Task.objects.open().get(branch="review[2]")
    assert (again.department_id, again.claimed_by_id) == (fire.pk, shao.account)
    assert identity.actor_of(account(shao)).account == shao.account
    workflow.complete(actor=SYSTEM, task=again, outcome="fail")
    assert open_keys() == ["check", "inspect"]
