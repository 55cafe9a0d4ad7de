"""Writing a note, answering it, hearing of the answer."""

import pytest

from tongban.applications.newroom import services as newroom
from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.identity.models import Department
from tongban.platform.notices.models import Notice


@pytest.fixture
def note(city):
    department = Department.objects.get(key="market-regulation")
    return newroom.write(actor=city.actor("agent"), department=department, words="门口的灯坏了。")


def test_a_note_is_kept_and_written_to_the_journal(note):
    assert NewRoomNote.objects.get().words == "门口的灯坏了。"
    assert Fact.objects.get(name="newroom.NewRoomNoteWritten").data == {
        "note_id": note.pk,
        "department": "market-regulation",
    }


def test_the_writer_hears_of_the_answer_once(city, note):
    newroom.answer(actor=city.actor("answerer"), note=note, words="已更换。")
    jobs.run_all()
    newroom.notify(note=note)

    assert Notice.objects.get().title == "您的留言已答复"


def test_a_note_is_answered_once(city, note):
    newroom.answer(actor=city.actor("answerer"), note=note, words="已更换。")

    with pytest.raises(newroom.NewRoomNoteAnsweredAlready):
        newroom.answer(actor=city.actor("answerer"), note=note, words="再答一次。")


@pytest.mark.parametrize("who", ["agent", "stranger", "neighbour", "clerk"])
def test_only_the_department_answers(city, note, who):
    with pytest.raises(NotAllowed):
        newroom.answer(actor=city.actor(who), note=note, words="已更换。")


def test_an_official_writes_no_notes(city):
    with pytest.raises(NotAllowed):
        newroom.write(actor=city.actor("clerk"), department=Department.objects.first(), words="您好")


def test_an_empty_note_is_refused(city, note):
    with pytest.raises(Invalid):
        newroom.write(actor=city.actor("agent"), department=note.department, words=" ")
