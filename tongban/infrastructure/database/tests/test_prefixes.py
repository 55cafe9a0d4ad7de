import pytest
from django.db.models import F, Value

from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock

pytestmark = pytest.mark.django_db


def named(*tasks: str) -> None:
    now = clock.now()
    Job.objects.bulk_create([Job(task=task, lane="not", due_at=now, created_at=now) for task in tasks])


def found(beginning: object) -> set[str]:
    return set(Job.objects.filter(task__startswith=beginning).values_list("task", flat=True))


def test_a_beginning_is_found_as_it_is_written():
    named("notices.mail", "Notices.mail", "note", "云泽市", "云泽市禾香", "云", "泽")

    assert found("not") == {"notices.mail", "note"}
    assert found("云泽") == {"云泽市", "云泽市禾香"}
    assert found("") == {"notices.mail", "Notices.mail", "note", "云泽市", "云泽市禾香", "云", "泽"}


@pytest.mark.parametrize("word", ["%", "_", "*", "[a]", "?", "\\", "'"])
def test_no_character_stands_for_another(word):
    named("a", "ab", f"{word}c")

    assert found(word) == {f"{word}c"}
    assert found(f"a{word}") == set()


def test_a_beginning_may_be_another_column():
    named("note", "other")

    assert found(F("lane")) == {"note"}
    assert found(Value("oth")) == {"other"}
