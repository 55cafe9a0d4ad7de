"""What differs from how a row was read is written; nothing is forgotten, nothing else is touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.database import changes
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Job:
    now = clock.now()
    return Job.objects.create(task="a", payload={"list": [1]}, due_at=now, created_at=now)


def test_every_changed_field_is_written_and_no_other(row):
    read = changes.track(Job.objects.get(pk=row.pk))
    Job.objects.filter(pk=row.pk).update(error="by somebody else")
    read.lane, read.attempts = "b", 3

    assert changes.write(read) == ["lane", "attempts"]

    found = Job.objects.get(pk=row.pk)
    assert (found.lane, found.attempts, found.error) == ("b", 3, "by somebody else")


def test_a_change_inside_a_value_is_seen(row):
    read = changes.track(Job.objects.get(pk=row.pk))
    read.payload["list"].append(2)

    changes.write(read)

    assert Job.objects.get(pk=row.pk).payload == {"list": [1, 2]}


def test_what_was_written_does_not_differ_any_more(row):
    read = changes.track(Job.objects.get(pk=row.pk))
    read.lane = "b"
    changes.write(read)

    with CaptureQueriesContext(connection) as asked:
        assert changes.write(read) == []
    assert not asked.captured_queries


def test_a_field_that_was_not_read_is_written_when_it_is_set(row):
    read = changes.track(Job.objects.defer("lane").get(pk=row.pk))
    assert changes.changed(read) == []

    read.lane = "c"
    changes.write(read)

    assert Job.objects.get(pk=row.pk).lane == "c"


def test_a_row_that_was_not_read_to_be_changed_is_refused(row):
    with pytest.raises(changes.NotTracked, match="Job"):
        changes.write(row)
