from datetime import timedelta

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from tongban.infrastructure.jobs import pages
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound

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


def test_a_dead_letter_is_tried_again():
    job = a_job(state="dead", attempts=8)

    ask(pages.retry, job=str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("due", 0)


def test_only_a_dead_letter_can_be_tried_again():
    for number in (str(a_job().pk), "999", "x"):
        with pytest.raises(NotFound):
            ask(pages.retry, job=number)


def test_a_stranger_sees_no_work():
    for view in (pages.dead, pages.waiting):
        with pytest.raises(NotAllowed):
            ask(view, Actor("staff", account=2))
