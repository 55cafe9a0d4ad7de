"""What waits for messages and time, among several: whom they reach, and what is kept and told of them."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance
from tongban.platform.workflow.services.waiting import RETRY
from tongban.platform.workflow.tests.test_waiting import LIMITED, MONDAY, SUPPLEMENT, a_start, open_places, the_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

ENDING = """
start
wait catch 等待补正 message=supplied
gate exclusive default=no
review task 审查 review window
granted end 准予
refused end 不予
closed end 办结
start>wait wait>gate review>closed
gate>review look [doubtful]
gate>granted yes [complete]
gate>refused no
"""


def told(name, subject="case:1"):
    return list(Fact.objects.about(subject).filter(name=f"workflow.{name}").order_by("pk"))


def test_a_message_about_one_matter_reaches_no_other(market, fire, wu):
    for subject in ("case:1", "case:2"):
        a_start(market, fire, SUPPLEMENT, subject)
        workflow.complete(actor=wu, task=the_task("accept", subject), outcome="accept")

    assert workflow.receive(actor=SYSTEM, subject="case:2", message="supplied") == 1

    assert open_places("case:1") == []
    assert open_places("case:2") == ["review"]
    assert workflow.awaited("case:1") == ["supplied"]
    assert workflow.awaited("case:2") == []


@pytest.mark.parametrize("message", ["", "SUPPLIED", "supplied ", "another"])
def test_another_message_moves_nothing(market, fire, wu, message):
    a_start(market, fire, SUPPLEMENT)
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    assert workflow.receive(actor=SYSTEM, subject="case:1", message=message) == 0
    assert told("MessageReceived") == []


def test_a_message_is_told_with_who_brought_it_and_what_it_opened(market, fire, wu):
    a_start(market, fire, SUPPLEMENT)
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    workflow.receive(actor=wu, subject="case:1", message="supplied")

    (fact,) = told("MessageReceived")
    assert fact.data == {"process": "p", "message": "supplied", "opened": ["review"]}
    assert fact.account == wu.account


def test_only_what_conditions_ask_for_is_kept_of_a_message(market, fire):
    a_start(market, fire, ENDING)

    workflow.receive(
        actor=SYSTEM, subject="case:1", message="supplied", data={"complete": True, "id_number": "990102199001011234"}
    )

    instance = Instance.objects.get(subject="case:1")
    assert (instance.state, instance.outcome) == ("ended", "granted")
    assert "id_number" not in str(instance.data)


def test_a_message_that_ends_a_process_is_told_as_its_end(market, fire):
    a_start(market, fire, ENDING)
    workflow.receive(actor=SYSTEM, subject="case:1", message="supplied")

    assert [fact.data["outcome"] for fact in told("ProcessEnded")] == ["refused"]


def test_a_message_to_what_is_over_finds_nobody(market, fire):
    a_start(market, fire, ENDING)
    workflow.cancel(actor=SYSTEM, subject="case:1", reason="撤回")

    assert workflow.receive(actor=SYSTEM, subject="case:1", message="supplied") == 0
    assert workflow.awaited("case:1") == []


def test_a_passed_timer_is_told_under_its_matter_by_the_house(market, fire):
    with clock.at(MONDAY):
        a_start(market, fire, LIMITED)
    with clock.at(MONDAY + timedelta(days=10)):
        workflow.pass_timers()

    (fact,) = told("TimerPassed")
    assert fact.data == {"process": "p", "event": "late", "opened": ["chief"], "stopped": ["review"]}
    assert fact.actor_kind == "system"


def test_a_timer_that_cannot_pass_is_logged_and_tried_again_later(market, fire):
    with clock.at(MONDAY):
        a_start(market, fire, LIMITED)
    Instance.objects.update(roles={})
    moment = MONDAY + timedelta(days=10)

    with clock.at(moment), capture_logs() as lines:
        assert workflow.pass_timers() == 0

    instance = Instance.objects.get(subject="case:1")
    assert instance.timer_at == moment + RETRY
    assert [(line["event"], line["instance"]) for line in lines] == [("timer cannot pass", instance.pk)]
    Instance.objects.update(roles={"window": market.pk, "fire": fire.pk})
    with clock.at(moment + RETRY - timedelta(seconds=1)):
        assert workflow.pass_timers() == 0
    with clock.at(moment + RETRY):
        assert workflow.pass_timers() == 1
