"""The evidence that the tests of faults demand sees what it is for: anything lost, anything done twice."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast, found
from tests.faults import invariants
from tests.faults.simulated_users import differences
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import disk
from tongban.infrastructure.storage.models import Blob
from tongban.platform.cases.events import CaseSent, CaseSubmitted
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.workflow.models import Instance, Task

pytestmark = pytest.mark.django_db


def again(row: Any, **changes: str) -> None:
    """Keep the same once more."""
    # What is encrypted belongs to its row: once read, it is written for the other one.
    for field in row._meta.fields:
        getattr(row, field.attname)
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def act_again(case: Case) -> None:
    again(Action.objects.of(case).get(kind="submitted"))


def give_an_opinion_again(case: Case) -> None:
    again(Action.objects.of(case).filter(kind="opinion_given")[0])


def tell_again(case: Case) -> None:
    event = CaseSubmitted(case.pk, str(case.number), case.version.service.code)
    journal.write(event, by=SYSTEM, subject=case.subject)


def tell_of_a_move(case: Case) -> None:
    journal.write(CaseSent(case.pk, str(case.number), "here", "there", ""), by=SYSTEM, subject=case.subject)


def move_and_never_arrive(case: Case) -> None:
    again(Action.objects.of(case).get(kind="submitted"), kind="transferred")


def lose_a_material(case: Case) -> None:
    Material.objects.of(case)[0].delete()


def lose_a_letter(case: Case) -> None:
    Letter.objects.about(case.subject)[0].delete()


def lose_the_licence(case: Case) -> None:
    Licence.objects.filter(subject=case.subject).update(subject="case:0")


def license_again(case: Case) -> None:
    licence = Licence.objects.get(subject=case.subject)
    again(licence, kind="other", kind_code="other", identifier="other", token="other")


def start_again(case: Case) -> None:
    again(Instance.objects.get(subject=case.subject))


def leave_the_process(case: Case) -> None:
    Instance.objects.filter(subject=case.subject).update(state="running", ended_at=None)


def leave_a_task(case: Case) -> None:
    task = Task.objects.filter(subject=case.subject)[0]
    Task.objects.filter(pk=task.pk).update(state="open", outcome="", done_at=None)


def notify_again(case: Case) -> None:
    again(Notice.objects.filter(subject=case.subject)[0], uid="0" * 32, key="other")


def lose_a_notice(case: Case) -> None:
    Notice.objects.filter(subject=case.subject)[0].delete()


def bend_the_row(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(accepted_on="2026-01-05")


PLANTED: list[tuple[Callable[[Case], None], str]] = [
    (act_again, "submitted 2 times"),
    (give_an_opinion_again, "2 opinions of"),
    (tell_again, "2 facts CaseSubmitted"),
    (tell_of_a_move, "file_sent 0 times, but 1 facts CaseSent"),
    (move_and_never_arrive, "its file left 1 times and came 0 times"),
    (lose_a_material, "is missing"),
    (lose_a_letter, "2 letters for 3 actions"),
    (lose_the_licence, "0 licences instead of 1"),
    (license_again, "2 licences instead of 1"),
    (start_again, "2 processes"),
    (leave_the_process, "1 of its processes are running"),
    (leave_a_task, "1 open tasks"),
    (notify_again, "told 2 times"),
    (lose_a_notice, "nobody was told that"),
    (bend_the_row, "not the projection"),
]


@pytest.fixture
def granted(db: Any) -> Case:
    return snapshot("a case that went its way", lambda: found().decided())


def test_nothing_is_wrong_with_a_case_that_went_its_way(granted: Case):
    assert list(invariants.problems_of(granted)) == []
    assert not [*invariants.unfinished(), *invariants.lost_files()]


@pytest.mark.parametrize(("plant", "seen"), PLANTED, ids=[plant.__name__ for plant, _seen in PLANTED])
def test_what_was_lost_or_done_twice_is_seen(granted: Case, plant: Callable[[Case], None], seen: str):
    plant(granted)
    problems = list(invariants.problems_of(Case.objects.with_related().get(pk=granted.pk)))

    assert any(seen in problem for problem in problems), problems


def test_work_that_was_left_is_seen(cast: Cast):
    cast.submitted()
    assert [job.task for job in invariants.unfinished()]
    jobs.run_all()
    assert not list(invariants.unfinished())


def test_a_lost_file_is_seen(cast: Cast):
    cast.draft()
    blob = Blob.objects.order_by("-pk")[0]
    content = disk.path_of(blob.digest).read_bytes()
    disk.path_of(blob.digest).unlink()
    try:
        assert [problem for problem in invariants.lost_files() if blob.digest[:12] in problem]
    finally:
        disk.write(content, blob.digest)  # other tests may need it


def test_an_application_that_was_lost_or_handed_in_twice_is_seen():
    assert not differences(["a", "b"], ["b", "a"])
    assert differences(["a", "b"], ["a"]) == ["b: was answered and is lost"]
    assert differences(["a"], ["a", "b"]) == ["b: nobody was told, so it was handed in twice"]
    assert differences(["a", "a"], ["a"]) == ["a: two applications got this number"]
