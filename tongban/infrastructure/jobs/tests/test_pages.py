from datetime import timedelta

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from tongban.infrastructure.jobs import pages
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, subjects
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.infrastructure.kernel.registry import Registry

pytestmark = pytest.mark.django_db
OPERATOR = Actor("staff", account=1, name="高飞", grants=(Grant("jobs.run"),))


def a_job(**values):
    now = clock.now()
    return Job.objects.create(**{"task": "notices.mail", "due_at": now, "created_at": now, "lane": "case:1"} | values)


def ask(view, actor=OPERATOR, **posted):
    factory = RequestFactory()
    request = factory.post("/desk/jobs/", posted) if posted else factory.get("/desk/jobs/")
    request.actor, request.session = actor, {}
    request._messages = FallbackStorage(request)
    return view(request)


def test_dead_letters_are_shown_with_what_went_wrong():
    job = a_job(state="dead", error="ConnectionRefusedError: mail server")

    text = ask(pages.dead).content.decode()

    assert "ConnectionRefusedError" in text
    assert f'value="{job.pk}"' in text


def test_waiting_work_is_shown_in_the_order_it_is_due():
    a_job(task="b.later", due_at=clock.now() + timedelta(hours=1))
    a_job(task="a.sooner")

    text = ask(pages.waiting).content.decode()

    assert text.index("a.sooner") < text.index("b.later")


STATES = [
    (pages.dead, {"state": "dead"}),
    (pages.waiting, {}),
    (pages.given_up, {"state": "given_up", "reason": "nobody needs it", "finished_at": clock.now()}),
]


@pytest.mark.parametrize(("view", "state"), STATES)
def test_what_work_concerns_is_told_in_words_where_a_room_knows_them(view, state, monkeypatch):
    for lane in ("teapot:12", "spoon:3"):
        a_job(lane=lane, **state)
    monkeypatch.setattr(subjects, "_describe", Registry("description of subjects"))
    subjects.register("teapot", lambda numbers: {12: "the blue teapot"})

    text = ask(view).content.decode()

    assert "the blue teapot" in text
    assert "spoon:3" in text
    assert "teapot:12" not in text


def test_a_dead_letter_is_tried_again():
    job = a_job(state="dead", attempts=8)

    ask(pages.retry, job=str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("due", 0)


def test_only_a_dead_letter_can_be_tried_again():
    for number in (str(a_job().pk), "999", "x"):
        with pytest.raises(NotFound):
            ask(pages.retry, job=number)


def test_a_dead_letter_is_given_up_with_a_reason():
    job = a_job(state="dead", error="ConnectionRefusedError")

    ask(pages.give_up, job=str(job.pk), reason=" 已由窗口电话告知。 ")

    job.refresh_from_db()
    assert (job.state, job.reason, job.error) == ("given_up", "已由窗口电话告知。", "ConnectionRefusedError")
    assert f'value="{job.pk}"' not in ask(pages.dead).content.decode()
    assert "已由窗口电话告知。" in ask(pages.given_up).content.decode()


def test_giving_up_asks_for_the_reason():
    job = a_job(state="dead", task="notices.first")
    a_job(state="dead", task="notices.second")

    answer = ask(pages.give_up, job=str(job.pk), reason="  ")

    job.refresh_from_db()
    assert (answer.status_code, job.state) == (422, "dead")
    text = answer.content.decode()
    assert "<details open>" in text
    assert "notices.first" in text
    assert "notices.second" not in text, "the fault stands at the job it is about"


def test_only_a_dead_letter_can_be_given_up():
    for number in (str(a_job().pk), str(a_job(state="done").pk), "999", "x"):
        for reason in ("不再需要。", ""):
            with pytest.raises(NotFound):
                ask(pages.give_up, job=number, reason=reason)


def test_what_was_given_up_stays_so():
    job = a_job(state="dead")
    jobs.give_up(actor=OPERATOR, pk=job.pk, reason="不再需要。")

    jobs.run_all()
    jobs.purge()

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("given_up", 0)
    with pytest.raises(NotFound):
        ask(pages.retry, job=str(job.pk))


def test_giving_up_stands_in_the_journal_with_its_reason():
    job = a_job(state="dead")

    jobs.give_up(actor=OPERATOR, pk=job.pk, reason="不再需要。")

    fact = Fact.objects.get(name="jobs.JobGivenUp")
    assert (fact.subject, fact.reason, fact.data["job_id"]) == ("case:1", "不再需要。", job.pk)


def test_giving_up_takes_the_duty_and_a_reason():
    job = a_job(state="dead")

    with pytest.raises(NotAllowed):
        jobs.give_up(actor=Actor("staff", account=2), pk=job.pk, reason="不再需要。")
    with pytest.raises(jobs.NoReason):
        jobs.give_up(actor=OPERATOR, pk=job.pk, reason="  ")


def test_a_stranger_sees_no_work():
    for view in (pages.dead, pages.waiting, pages.given_up):
        with pytest.raises(NotAllowed):
            ask(view, Actor("staff", account=2))
