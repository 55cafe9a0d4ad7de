"""Who takes a task, puts it back or finishes it, and what becomes of it when they may not any more."""

from datetime import date, timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Position
from tongban.platform.workflow import schedule
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.tests.drawings import INSTANT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def the_task(key, subject="case:1"):
    return Task.objects.of(subject).open().get(key=key)


def dismiss(official):
    identity.end_position(actor=SYSTEM, position=Position.objects.get(account=official.account))


def told(name, subject="case:1"):
    return list(Fact.objects.about(subject).filter(name=f"workflow.{name}").order_by("pk"))


def test_claiming_is_kept_and_told(begun, wu):
    begun()
    seen = the_task("accept")

    task = workflow.claim(actor=wu, task=seen)

    kept = Task.objects.get(pk=seen.pk)
    assert (kept.claimed_by_id, kept.version) == (wu.account, seen.version + 1)
    assert task.version == kept.version
    (fact,) = told("TaskClaimed")
    assert fact.data == {"task": str(seen.uid), "key": "accept"}
    assert fact.account == wu.account


def test_putting_back_is_kept_and_told_with_its_reason(begun, wu):
    begun()
    workflow.claim(actor=wu, task=the_task("accept"))
    seen = the_task("accept")

    workflow.release(actor=wu, task=seen, reason="转由同事办理")

    kept = Task.objects.get(pk=seen.pk)
    assert (kept.claimed_by_id, kept.version) == (None, seen.version + 1)
    (fact,) = told("TaskReleased")
    assert (fact.reason, fact.data) == ("转由同事办理", {"task": str(seen.uid), "key": "accept"})


def test_of_two_tasks_only_the_one_is_claimed_released_or_moved(begun, wu):
    begun()
    begun(subject="case:2")

    workflow.claim(actor=wu, task=the_task("accept", "case:2"))
    workflow.reschedule(actor=wu, task=the_task("accept", "case:2"), due_on=date(2026, 12, 1))
    workflow.release(actor=wu, task=the_task("accept", "case:2"))

    assert the_task("accept").version == 1
    assert the_task("accept", "case:2").version == 4


@pytest.mark.parametrize("verb", ["complete", "claim", "release", "reschedule"])
def test_nobody_touches_a_task_without_its_duty(begun, he, official, market, verb):
    begun()
    arguments = {"complete": {"outcome": "accept"}, "reschedule": {"due_on": date(2026, 12, 1)}}.get(verb, {})
    other_area = official("远方", market, "cases.accept", area="990103")
    other_duty = official("邻座", market, "cases.review")

    for actor in (he, other_area, other_duty, ANONYMOUS):
        with pytest.raises(NotAllowed):
            getattr(workflow, verb)(actor=actor, task=the_task("accept"), **arguments)

    task = the_task("accept")
    assert (task.version, task.claimed_by, task.due_on) == (1, None, task.due_on)
    assert not Fact.objects.about("case:1").exists()


@pytest.mark.parametrize("verb", ["complete", "claim", "release", "reschedule"])
def test_a_task_that_is_over_is_touched_by_nobody(begun, wu, verb):
    arguments = {"complete": {"outcome": "accept"}, "reschedule": {"due_on": date(2026, 12, 1)}}.get(verb, {})
    for subject, end in (
        ("case:1", lambda task: workflow.complete(actor=wu, task=task, outcome="accept")),
        ("case:2", lambda task: workflow.cancel(actor=SYSTEM, subject=task.subject, reason="撤回")),
    ):
        begun(subject=subject)
        task = the_task("accept", subject)
        end(task)
        with pytest.raises(workflow.AlreadyDone, match="窗口受理"):
            getattr(workflow, verb)(actor=wu, task=task, **arguments)


@pytest.mark.parametrize("verb", ["claim", "release", "reschedule"])
def test_a_task_of_the_house_is_for_no_official(begun, wu, verb):
    begun(INSTANT, duties={})
    arguments = {"due_on": date(2026, 12, 1)} if verb == "reschedule" else {}

    with pytest.raises(NotAllowed):
        getattr(workflow, verb)(actor=wu, task=the_task("approve"), **arguments)


def test_the_house_finishes_what_an_official_has_signed_for(begun, wu):
    """A case that is withdrawn does not wait for whoever has its task on the desk."""
    begun(INSTANT)
    workflow.claim(actor=wu, task=the_task("approve"))

    assert workflow.complete(actor=SYSTEM, task=the_task("approve"), outcome="refuse").state == "done"


@pytest.mark.parametrize(("difference", "refused"), [(0, False), (-1, True), (1, True), (None, False)])
def test_only_the_version_that_was_looked_at_is_finished(begun, wu, difference, refused):
    begun()
    task = the_task("accept")
    version = None if difference is None else task.version + difference

    if refused:
        with pytest.raises(Conflict):
            workflow.complete(actor=wu, task=task, outcome="accept", version=version)
        assert the_task("accept").state == "open"
    else:
        workflow.complete(actor=wu, task=task, outcome="accept", version=version)


def test_whoever_signed_first_is_named(begun, wu, official, market):
    begun()
    workflow.claim(actor=wu, task=the_task("accept"))

    with pytest.raises(workflow.ClaimedByAnother, match="吴志远"):
        workflow.claim(actor=official("刘洋", market, "cases.accept"), task=the_task("accept"))


def test_a_closed_accounts_tasks_go_back_and_others_stay_where_they_are(begun, wu, official, market):
    begun()
    begun(subject="case:2")
    colleague = official("刘洋", market, "cases.accept")
    workflow.claim(actor=wu, task=the_task("accept"))
    workflow.claim(actor=colleague, task=the_task("accept", "case:2"))
    account = Account.objects.get(pk=wu.account)
    assert workflow.return_claimed(account=account) == 0
    dismiss(wu)

    account = Account.objects.get(pk=wu.account)
    assert workflow.return_claimed(account=account) == 1

    task = the_task("accept")
    assert (task.claimed_by, task.version) == (None, 3)
    assert the_task("accept", "case:2").claimed_by_id == colleague.account
    (fact,) = told("TaskReleased")
    assert (fact.data, fact.actor_kind) == ({"task": str(task.uid), "key": "accept"}, "system")


def test_what_lies_with_people_whose_positions_ran_out_goes_back(begun, wu, official, market):
    begun()
    begun(subject="case:2")
    colleague = official("刘洋", market, "cases.accept")
    workflow.claim(actor=wu, task=the_task("accept"))
    workflow.claim(actor=colleague, task=the_task("accept", "case:2"))
    position = Position.objects.get(account=wu.account)
    position.valid_until = clock.today()
    position.save()

    workflow.return_all_claimed()
    assert the_task("accept").claimed_by_id == wu.account
    with clock.at(clock.now() + timedelta(days=2)):
        assert workflow.claimer(the_task("accept")) is None
        assert workflow.claimer(the_task("accept", "case:2")) == Account.objects.get(pk=colleague.account)
        schedule.return_tasks_of_expired_positions()

    assert the_task("accept").claimed_by is None
    assert the_task("accept", "case:2").claimed_by_id == colleague.account


def test_a_task_nobody_signed_for_has_no_claimer(begun):
    begun()

    assert workflow.claimer(the_task("accept")) is None


def test_a_colleague_takes_over_from_somebody_who_may_not_do_it_any_more(begun, wu, official, market):
    begun()
    workflow.claim(actor=wu, task=the_task("accept"))
    colleague = official("刘洋", market, "cases.accept")
    dismiss(wu)

    workflow.claim(actor=colleague, task=the_task("accept"))

    assert the_task("accept").claimed_by_id == colleague.account


@pytest.mark.parametrize("how", ["account", "position", "role"])
def test_a_task_goes_back_whether_the_account_the_position_or_the_role_changes(begun, wu, he, how):
    begun()
    begun(subject="case:2")
    workflow.complete(actor=wu, task=the_task("accept", "case:2"), outcome="accept")
    workflow.claim(actor=wu, task=the_task("accept"))
    workflow.claim(actor=he, task=the_task("inspect", "case:2"))
    account = Account.objects.get(pk=wu.account)
    if how == "account":
        identity.deactivate(actor=SYSTEM, account=account, reason="离职")
    elif how == "position":
        identity.end_position(actor=SYSTEM, position=Position.objects.get(account=account))
    else:
        role = Position.objects.get(account=account).role
        identity.define_role(actor=SYSTEM, key=role.key, name=role.name, duties=["cases.review"])

    jobs.run_all()

    assert the_task("accept").claimed_by is None
    assert the_task("inspect", "case:2").claimed_by_id == he.account
