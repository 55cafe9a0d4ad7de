import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.mark.requirement("QUA-07")
def test_a_person_sees_what_the_city_holds_masked_until_asked_for(entry, person, browser):
    client = browser(person)

    masked, shown = text(client.get("/registers/")), text(client.get("/registers/?show=population"))

    assert "1990-03-07" not in masked
    assert "临湖区" in masked
    assert "1990-03-07" in shown


def test_somebody_else_sees_nothing_of_it(entry, stranger, browser):
    assert "临湖区" not in text(browser(stranger).get("/registers/?show=population"))


def test_a_person_sees_who_read_their_data_and_what_for(entry, person, reviewer, as_actor, browser):
    registers.look_up(
        actor=as_actor(reviewer),
        register="population",
        party=person.party,
        purpose="核对居住证申请",
        subject="matter:云0001",
    )

    page = text(browser(person).get("/registers/reads/"))

    assert all(word in page for word in ("吴志远", "云泽市公安局", "核对居住证申请", "云0001", "出生日期"))


def test_a_person_reports_an_error_and_the_steward_decides(entry, person, steward, browser):
    client = browser(person)
    answer = client.post("/registers/population/correct/", {"field": "district", "value": "青石区"})
    assert answer.status_code == 302

    desk = browser(steward)
    correction = Correction.objects.get()
    assert "所在区" in text(desk.get("/desk/registers/corrections/"))
    url = f"/desk/registers/corrections/{correction.uid}/"
    assert "青石区" in text(desk.get(url))
    assert desk.post(url, {"reason": "已核实", "verdict": "accept"}).status_code == 302

    assert "已核实" in text(client.get("/registers/"))
    assert "孙悦" in text(desk.get(url))
    assert "所在区" in text(desk.get("/desk/registers/corrections/?decided=1"))


def test_a_wrong_value_is_told_at_its_field_and_nothing_typed_is_lost(entry, person, browser):
    answer = browser(person).post(
        "/registers/population/correct/", {"field": "born_on", "value": "春天", "explanation": "户口簿"}
    )

    assert answer.status_code == 422
    assert 'value="春天"' in text(answer)
    assert "户口簿" in text(answer)
    assert 'href="#id_value"' in text(answer)


def test_a_register_that_holds_nothing_about_one_is_not_there(register, person, browser):
    answer = browser(person).get("/registers/population/correct/")

    assert answer.status_code == 404
    assert Fact.objects.filter(name="identity.AccessDenied").exists()


def test_an_official_looks_somebody_up_for_a_matter(entry, reviewer, browser):
    answer = browser(reviewer).post(
        "/desk/registers/search/",
        {"register": "population", "number": "99010219900307002x", "matter": "云0001", "purpose": "核对居住证申请"},
    )

    assert "林晓云" in text(answer)
    assert "低保" not in text(answer)


def test_a_number_nobody_has_is_told_and_kept_as_an_attempt(entry, reviewer, browser):
    answer = browser(reviewer).post(
        "/desk/registers/search/",
        {"register": "population", "number": "990103200001010009", "matter": "云0001", "purpose": "核对"},
    )

    assert 'href="#id_number"' in text(answer)
    assert Fact.objects.filter(name="identity.AccessDenied").exists()


@pytest.mark.parametrize("path", ["/desk/registers/search/", "/desk/registers/corrections/"])
def test_the_desks_pages_refuse_who_lacks_the_duty(person, browser, path):
    assert browser(person).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/registers/", "/registers/reads/", "/registers/population/correct/"])
def test_the_halls_pages_ask_strangers_to_sign_in(client, db, path):
    assert client.get(path).status_code == 302
