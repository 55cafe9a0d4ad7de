"""The pages and the endpoint: who comes in, and what they see."""

from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role


def text(answer):
    return answer.content.decode()


def written(city):
    sent = city.browser("agent").post("/newroom/write/", {"department": "market-regulation", "words": "门口的灯坏了。"})
    assert sent.status_code == 302, text(sent)
    return NewRoomNote.objects.get()


def test_a_note_is_written_answered_and_read(city):
    note = written(city)
    desk = city.browser("answerer")
    assert f"/desk/newroom/{note.uid}/" in text(desk.get("/desk/newroom/"))
    assert "门口的灯坏了。" in text(desk.get(f"/desk/newroom/{note.uid}/"))
    assert desk.post(f"/desk/newroom/{note.uid}/", {"words": "已更换。"}).status_code == 302

    assert "已更换。" in text(city.browser("agent").get(f"/newroom/{note.uid}/"))
    assert "没有待答复的留言" in text(desk.get("/desk/newroom/"))


def test_the_writer_finds_their_notes_and_a_stranger_none(city):
    note = written(city)

    assert f"/newroom/{note.uid}/" in text(city.browser("agent").get("/newroom/"))
    assert "您还没有留言" in text(city.browser("stranger").get("/newroom/"))
    assert city.browser("stranger").get(f"/newroom/{note.uid}/").status_code == 404
    assert city.browser("neighbour").get(f"/desk/newroom/{note.uid}/").status_code == 404


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(city):
    sent = city.browser("agent").post("/newroom/write/", {"words": "门口的灯坏了。"})

    assert sent.status_code == 422
    assert "门口的灯坏了。" in text(sent)


def test_a_second_answer_is_refused_with_the_first_one(city):
    note = written(city)
    desk = city.browser("answerer")
    desk.post(f"/desk/newroom/{note.uid}/", {"words": "已更换。"})

    again = desk.post(f"/desk/newroom/{note.uid}/", {"words": "再答一次。"})

    assert again.status_code == 422
    assert "该留言已有人答复。" in text(again)


def test_another_system_reads_what_its_duty_reaches(client, city):
    note = written(city)
    for department, expected in (("market-regulation", [str(note.uid)]), ("health", [])):
        system = identity.open_account(actor=SYSTEM, login=f"system-{department}", name=department, kind="client")
        place, role = Department.objects.get(key=department), Role.objects.get(key="newroom")
        identity.appoint(actor=SYSTEM, account=system, department=place, role=role)
        _token, key = identity.make_token(actor=SYSTEM, account=system, title=department, duties=["newroom.answer"])

        answer = client.get("/api/v1/newroom/notes", headers={"authorization": f"Bearer {key}"})

        assert [line["uid"] for line in answer.json()["items"]] == expected
