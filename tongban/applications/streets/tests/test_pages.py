import pytest

from tongban.applications.streets.models import StreetCase
from tongban.applications.streets.tests.conftest import HERE, again, finished, reported
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.tests.pictures import photograph

WHERE = {"matter": "E0102", "latitude": "30.5731", "longitude": "104.0672", "area": "", "address": "柳岸街15号门前"}
PICTURE = "https://example.org/1.jpg"
KEY = "11111111-2222-4333-8444-555555555555"


def text_of(response) -> str:
    return response.content.decode()


def test_somebody_in_the_street_reports_without_an_account_and_follows_by_the_code(city, client):
    assert "问题类别" in text_of(client.get("/streets/"))
    assert client.get("/streets/", WHERE | {"latitude": "", "longitude": "", "address": ""}).status_code == 422
    assert "填写上报内容" in text_of(client.get("/streets/", WHERE))
    sent = {**WHERE, "words": "垃圾堆在路边。", "public": "on", "key": KEY, "photos": [photograph(), photograph()]}
    page = client.post("/streets/", sent)

    request = PublicRequest.objects.get()
    assert request.number in text_of(page)
    assert (request.party_id, request.public, StreetCase.objects.get().request_id) == (None, True, request.pk)
    sent_again = client.post("/streets/", {**sent, "photos": [photograph()]})
    assert PublicRequest.objects.count() == 1
    code = text_of(page).split('<p class="number"><b>')[1].split("<")[0]
    assert code in text_of(sent_again)
    answer = client.post("/requests/follow/", {"number": request.number, "code": code})
    assert answer.status_code == 302


def test_what_was_reported_already_is_shown_before_anything_is_written(city, client):
    case = reported(city)
    page = text_of(client.get("/streets/", WHERE))

    assert "是否已有人上报" in page
    assert f"/requests/{case.request.uid}/" in page
    assert "垃圾堆在路边" not in page


def test_a_file_that_is_no_picture_is_refused_at_its_field(city, client):
    fake = photograph()
    fake.file.truncate(0)
    fake.file.seek(0)
    fake.file.write(b"MZ\x90 program")
    fake.file.seek(0)
    sent = {**WHERE, "words": "垃圾。", "key": KEY, "photos": [fake]}

    assert client.post("/streets/", sent).status_code == 422
    assert not PublicRequest.objects.exists()


def test_nearby_lists_by_distance(city, client):
    case = reported(city)
    page = text_of(client.get("/streets/nearby/", {"latitude": "30.5735", "longitude": "104.0672", "radius": "300"}))

    assert case.request.number in page
    assert "附近暂无" in text_of(
        client.get("/streets/nearby/", {"latitude": "31", "longitude": "104", "radius": "300"})
    )


@pytest.mark.requirement("APP-X-06")
def test_a_collector_reports_on_the_phone_with_the_time_it_was_seen(city):
    browser = city.browser("collector")
    assert browser.post("/crew/streets/", {**WHERE, "words": "垃圾。", "key": KEY}).status_code == 422
    sent = {**WHERE, "words": "垃圾。", "key": KEY, "seen_at": "2026-03-01T08:00:00Z", "photos": [photograph()]}
    assert browser.post("/crew/streets/", sent).status_code == 302

    case = StreetCase.objects.get()
    assert case.reported_at.isoformat() == "2026-03-01T08:00:00+00:00"
    assert case.request.number in text_of(browser.get("/crew/streets/"))
    assert city.browser("crew").get("/crew/streets/").status_code == 403


def test_the_desk_files_and_verifies(city):
    case = reported(city)
    supervisor, checker = city.browser("supervisor"), city.browser("checker")
    address = f"/desk/streets/{case.uid}"
    assert case.request.number in text_of(supervisor.get("/desk/streets/"))
    assert "立案" in text_of(supervisor.get(f"{address}/"))
    assert supervisor.post(f"{address}/steps/decline/", {"words": ""}).status_code == 422
    case = finished(city, case)
    assert case.request.number in text_of(city.browser("commander").get("/desk/streets/command/"))
    assert checker.post(f"{address}/steps/verify/", {"words": "合格"}).status_code == 302

    assert again(case).state == "closed"
    assert "绿" in text_of(checker.get("/desk/streets/evaluation/")) or "优" in text_of(
        checker.get("/desk/streets/evaluation/?by=department")
    )
    assert city.browser("other_supervisor").get(f"{address}/").status_code == 404


def test_open311_speaks_the_standard(city, client):
    case = reported(city)
    services = client.get("/open311/v2/services.json").json()
    assert {"service_code": "E0102", "metadata": False}.items() <= next(
        one for one in services if one["service_code"] == "E0102"
    ).items()
    definition = client.get("/open311/v2/services/E0501.json").json()
    assert definition["attributes"][0]["values"][0]["key"] == "yes"
    listed = client.get("/open311/v2/requests.json", {"service_code": "E0102", "status": "open"}).json()
    assert [one["service_request_id"] for one in listed] == [case.request.number]
    assert (listed[0]["lat"], listed[0]["description"], listed[0]["address"]) == (HERE.latitude, "暴露垃圾", None)
    assert client.get("/open311/v2/requests.json", {"status": "closed"}).json() == []
    xml = client.get(f"/open311/v2/requests/{case.request.number}.xml")
    assert xml["Content-Type"].startswith("text/xml")
    assert f"<service_request_id>{case.request.number}</service_request_id>" in text_of(xml)


@pytest.mark.parametrize(
    ("method", "address", "sent", "status"),
    [
        ("get", "/open311/v2/services/E9999.json", {}, 404),
        ("get", "/open311/v2/requests/NOTHING.json", {}, 404),
        ("get", "/open311/v2/tokens/NOTHING.json", {}, 404),
        ("get", "/open311/v2/requests.json", {"start_date": "yesterday"}, 400),
        ("post", "/open311/v2/requests.json", {"service_code": "E0102"}, 403),
        ("post", "/open311/v2/requests.json", {"service_code": "E0102", "api_key": "tb_nothing"}, 403),
        ("post", "/open311/v2/services.json", {}, 405),
    ],
)
def test_open311_says_no_as_the_standard_does(city, client, method, address, sent, status):
    answer = getattr(client, method)(address, sent)

    assert answer.status_code == status
    assert answer.json()[0]["code"] == status
    assert answer.json()[0]["description"]


@pytest.fixture
def api_key(city):
    """Return the key of another system that may send reports."""
    duties = ["streets.forward"]
    account = identity.open_account(actor=SYSTEM, login="elsewhere", name="邻市平台", kind="client")
    role = identity.define_role(actor=SYSTEM, key="forwarder", name="转送", duties=duties)
    city_hall = Department.objects.get(key="city")
    identity.appoint(actor=SYSTEM, account=account, department=city_hall, role=role, subtree=True)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="Open311", duties=duties)
    return key


def test_another_system_sends_a_report_once_by_open311(city, client, api_key):
    sent = {
        "api_key": api_key,
        "service_code": "C0113",
        "lat": "30.5733",
        "long": "104.0675",
        "description": "路灯不亮",
    }
    sent |= {
        "attribute[component]": "9901020113000001",
        "media_url": "https://example.org/1.jpg",
        "phone": "13900000009",
    }
    answers = [
        client.post("/open311/v2/requests.json", sent, headers={"idempotency-key": "their-7"}) for _time in range(2)
    ]
    numbers = {answer.json()[0]["service_request_id"] for answer in answers}

    assert [answer.status_code for answer in answers] == [201, 201]
    request = PublicRequest.objects.get(number__in=numbers)
    case = StreetCase.objects.get()
    assert (case.component.code, case.details) == ("9901020113000001", {"media_url": PICTURE})
    assert (request.channel, request.contact) == ("api", {"phone": "13900000009"})
    for wrong in ({"service_code": ""}, {"lat": "north"}, {"lat": "", "long": ""}, {"media_url": "file:///etc/passwd"}):
        assert client.post("/open311/v2/requests.json", sent | wrong).status_code == 400
    assert client.post("/open311/v2/requests.xml", sent | {"service_code": "E9999"}).status_code == 404
