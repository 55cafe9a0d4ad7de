"""Who comes to the window: registered with their document, found again by its number, served with a purpose."""

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.parties.tests.conftest import HEXIANG, LAW, LIN, ZHOU
from tongban.platform.places import services as places

PERSON = {
    "name": "周文博",
    "id_kind": "identity-card",
    "id_number": ZHOU,
    "phone": "13900000002",
    "address": "云泽市临湖区柳岸街12号",
    "area": "990102",
    "purpose": "申领居住证",
    "checked": "on",
}
COMPANY = {
    "name": "云泽市禾香餐饮有限公司",
    "id_number": HEXIANG,
    "law_name": "何香",
    "law_number": LAW,
    "phone": "0990-55520088",
    "area": "990102",
    "purpose": "申请食品经营许可",
    "checked": "on",
}


@pytest.fixture(autouse=True)
def areas(db):
    table = {
        "source": "测试",
        "valid_from": "2020-01-01",
        "area": [{"code": "990100", "name": "云泽市"}, {"code": "990102", "name": "临湖区"}],
    }
    places.load(actor=SYSTEM, table=table)


@pytest.fixture
def window(sign_in, clerk):
    return sign_in(clerk)


def person(window, **changes):
    return window.post("/counter/parties/register/person/", PERSON | changes)


def company(window, **changes):
    return window.post("/counter/parties/register/organisation/", COMPANY | changes)


def shown(window):
    return window.get("/counter/parties/visitor/").content.decode()


def told(answer, field):
    assert answer.status_code == 422, answer
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_a_person_is_registered_with_the_purpose_in_the_journal(window, clerk):
    answer = person(window)

    assert answer.url == "/counter/parties/visitor/"
    party = Party.objects.get(name="周文博")
    assert (party.id_number, party.phone, party.area) == (ZHOU, "13900000002", "990102")
    fact = Fact.objects.get(name="parties.PartyRegistered")
    assert (fact.account, fact.reason, fact.subject) == (clerk.pk, "申领居住证", f"party:{party.pk}")
    page = shown(window)
    assert "周文博已登记" in page
    assert ZHOU not in page


def test_what_was_written_down_lies_encrypted(window):
    person(window)
    with_columns = Party.objects.filter(name="周文博").extra(select={"raw": "phone", "raw_number": "id_number"}).get()

    assert "13900000002" not in with_columns.raw
    assert ZHOU not in with_columns.raw_number


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"name": " "}, "name", ""),
        ({"id_number": ""}, "id_number", ""),
        ({"id_number": ZHOU[:-1] + ("1" if ZHOU[-1] != "1" else "2")}, "id_number", "末位"),
        ({"id_number": "440524188002310014"}, "id_number", "日期"),
        ({"id_number": "12345"}, "id_number", "18"),
        ({"id_kind": "passport", "id_number": "护照"}, "id_number", ""),
        ({"id_kind": "driving-licence"}, "id_kind", ""),
        ({"phone": "12345"}, "phone", "11"),
        ({"email": "no address"}, "email", ""),
        ({"area": ""}, "area", ""),
        ({"area": "110000"}, "area", ""),
        ({"purpose": ""}, "purpose", ""),
        ({"checked": ""}, "checked", "原件"),
    ],
)
def test_each_fault_of_a_person_is_told_at_its_field_and_nobody_is_registered(window, changes, field, says):
    answer = person(window, **changes)

    told(answer, field)
    assert says in answer.content.decode()
    assert not Party.objects.exists()


def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(window):
    answer = person(window, id_number="12345", phone="1", purpose="")

    for field in ("id_number", "phone", "purpose"):
        told(answer, field)
    assert 'value="周文博"' in answer.content.decode()


def test_a_passport_has_no_check_digit(window):
    assert person(window, id_kind="passport", id_number="E12345678", name="Anna Berg").status_code == 302
    assert Party.objects.get().id_kind == "passport"


def test_somebody_who_is_known_is_found_not_registered_again(window, lin, facts):
    answer = person(window, name="林 晓云", id_number=LIN.lower(), address="别处")

    assert answer.status_code == 302
    assert Party.objects.count() == 1
    assert "此前已登记，未作改动" in shown(window)
    lin.refresh_from_db()
    assert lin.address == "云泽市临湖区荷塘路18号"
    assert facts("parties.PartyLookedUp") == [{"party": lin.pk}]


def test_a_known_number_under_another_name_is_told_at_the_name_without_telling_the_name(window, lin):
    answer = person(window, name="林小芸", id_number=LIN)

    told(answer, "name")
    assert "林晓云" not in answer.content.decode()


def test_an_organisation_is_registered_with_its_legal_representative(window, owner):
    answer = company(window)

    assert answer.status_code == 302, answer.content.decode()
    party = Party.objects.get(kind="organisation")
    assert (party.id_number, party.legal_representative) == (HEXIANG, owner)
    assert HEXIANG in shown(window)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_number": HEXIANG[:-1] + "5"}, "id_number"),
        ({"id_number": LIN}, "id_number"),
        ({"law_number": LIN}, "law_number"),
        ({"law_number": HEXIANG}, "law_number"),
        ({"law_name": "何花"}, "law_number"),
        ({"name": ""}, "name"),
        ({"checked": ""}, "checked"),
    ],
)
def test_each_fault_of_an_organisation_is_told_at_its_field(window, owner, changes, field):
    told(company(window, **changes), field)
    assert not Party.objects.filter(kind="organisation").exists()


def test_who_is_found_can_be_served_until_they_leave(window, lin, facts, clerk):
    found = window.post("/counter/parties/find/", {"number": LIN, "purpose": "咨询居住证"}).content.decode()
    assert f'value="{lin.uid}"' in found

    window.post("/counter/parties/visitor/", {"party": str(lin.uid), "purpose": "咨询居住证"})
    assert "林晓云" in shown(window)
    fact = Fact.objects.get(name="parties.VisitorServed")
    assert (fact.account, fact.reason, fact.data) == (clerk.pk, "咨询居住证", {"party": lin.pk})

    window.post("/counter/parties/visitor/leave/")
    assert window.get("/counter/parties/visitor/").status_code == 302


def test_whom_one_serves_is_not_whom_one_is(window, lin):
    """In the hall a clerk stays themself: inbox, licences and data of the visitor are not theirs to see."""
    window.post("/counter/parties/visitor/", {"party": str(lin.uid), "purpose": "x"})

    for address in ("/identity/sign-ins/", "/parties/mandates/", "/parties/acting-for/"):
        assert "林晓云" not in window.get(address).content.decode()


@pytest.mark.parametrize("invented", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_nobody_is_served_by_an_invented_word(window, invented, facts):
    assert window.post("/counter/parties/visitor/", {"party": invented, "purpose": "x"}).status_code == 404
    assert facts("identity.AccessDenied")[-1]["what"] == "party"


def test_a_number_as_short_as_a_passports_is_looked_up_as_one(window, clerk):
    parties.register_person(actor=SYSTEM, name="Anna Berg", id_kind="passport", id_number="E12345678")

    assert (
        "Anna Berg" in window.post("/counter/parties/find/", {"number": "e1234 5678", "purpose": "x"}).content.decode()
    )
    missed = window.post("/counter/parties/find/", {"number": ZHOU[:-1] + "5", "purpose": "x"})
    assert missed.status_code == 200
    assert "末位校验码不符" in missed.content.decode()


@pytest.mark.found("F12")
@pytest.mark.parametrize("number", ["CHN990102000101", "123456789012345", "E12345678", "A1234567890123456789"])
def test_a_document_of_any_length_is_found_again_as_it_was_typed(window, number):
    party = parties.register_person(actor=SYSTEM, name="Anna Berg", id_kind="passport", id_number=number)

    answer = window.post("/counter/parties/find/", {"number": number.lower(), "purpose": "x"})

    assert party.id_number == number
    assert "Anna Berg" in answer.content.decode()
    assert number not in answer.content.decode().replace(f'value="{number}"', "")


@pytest.mark.found("F2")
def test_fifteen_of_eighteen_digits_are_no_old_card(window):
    answer = person(window, id_number="990102201008081")

    told(answer, "id_number")
    assert "现在是 15 位" in answer.content.decode()
    assert not Party.objects.exists()


def test_fifteen_digits_of_an_old_record_find_whoever_has_eighteen_today(window):
    parties.register_person(actor=SYSTEM, name="老周", id_number="130503196704010016")

    assert (
        "老周" in window.post("/counter/parties/find/", {"number": "130503670401001", "purpose": "x"}).content.decode()
    )


@pytest.mark.found("F3", "S-M14", "F9")
@pytest.mark.parametrize(
    "typed",
    [
        "9901021990٠3124024",
        "９９０１０２１９９００３１２４０２４",
        "\u202a990102199003124024\u202c",
        "\ufeff990102199003124024",
        "990102 19900312 4024",
        "990102–19900312—4024",
        "९९०१०२१९९००३१२४०२४",
    ],
)
def test_a_number_typed_in_another_way_is_the_same_person(window, typed):
    first = parties.register_person(actor=SYSTEM, name="林晓云", id_number="990102199003124024")

    person(window, name="林晓云", id_number=typed)

    assert list(Party.objects.all()) == [first]


@pytest.mark.found("F10", "F9", "F1")
@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("阿依努尔·试验", f"阿依努尔{dot}试验") for dot in "•．・･‧∙⋅ㆍ●"),
        ("阿依努尔·试验", "阿依努尔 试验"),
        ("试验戊", "试验\u200b戊"),
        ("试䶮", "试\ue863"),
    ],
)
def test_a_name_typed_in_another_way_is_the_same_name(window, name, other):
    first = parties.register_person(actor=SYSTEM, name=name, id_number="990102199003124024")

    person(window, name=other, id_number="990102199003124024")

    assert list(Party.objects.all()) == [first]
    assert first.name == name


@pytest.mark.found("F9")
def test_a_number_is_saved_without_what_nobody_sees(window):
    person(window, phone="\u202d13900009999\u202c", email="test.ding@yunze\u200b.example", name="试验\u200b戊")

    party = Party.objects.get()
    assert (party.name, party.phone, party.email) == ("试验戊", "13900009999", "test.ding@yunze.example")


@pytest.mark.found("F11")
def test_a_genuine_code_without_a_fitting_check_is_registered_with_a_remark(window, owner):
    code = "91990103M0001QBF29"

    refused = company(window, id_number=code)
    taken = company(window, id_number=code, remark="执照原件为 2012 年核发，代码一致")

    told(refused, "id_number")
    told(refused, "remark")
    assert taken.status_code == 302
    assert "2012" in Fact.objects.filter(name="parties.PartyRegistered").latest("pk").reason
    found = window.post("/counter/parties/find/", {"number": code, "purpose": "x"})
    assert Party.objects.get(id_kind="uscc").name in found.content.decode()


@pytest.mark.parametrize("path", ["", "person/", "organisation/"])
def test_only_who_holds_the_duty_registers(sign_in, lin, client, path):
    assert sign_in(lin.account).get(f"/counter/parties/register/{path}").status_code == 403
    assert client.get(f"/counter/parties/register/{path}").status_code == 302
