from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from tongban.infrastructure.kernel.refusals import Conflict
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestFile
from tongban.platform.requests.tests.conftest import an_order, bureau


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def hidden(city):
    """Return a confidential request of somebody without an account."""
    order = an_order(anonymous=True, contact={"name": "一位市民", "phone": "13900000009"})
    return requests.receive(actor=city.actor("citizen"), order=order)


def test_a_person_lists_and_opens_what_they_said(city, received):
    browser = city.browser("citizen")

    assert received.request.number in text_of(browser.get("/requests/"))
    page = text_of(browser.get(f"/requests/{received.request.uid}/"))
    assert "店外摆放货物" in page
    assert "撤回诉求" in page


def test_everybody_sees_of_a_public_request_only_what_is_public(received, client):
    page = text_of(client.get(f"/requests/{received.request.uid}/"))

    assert received.request.number in page
    for secret in ("店外摆放货物", "柳岸街", "林晓云", "30.57"):
        assert secret not in page
    photo = RequestFile.objects.of(received.request)[0].document.uid
    kept = client.get(f"/requests/{received.request.uid}/photos/{photo}/")
    assert kept["Location"].startswith("/identity/sign-in/")


def test_a_published_photograph_says_nothing_of_where_it_was_taken(city, received, client):
    photo = str(RequestFile.objects.of(received.request)[0].document.uid)
    address = f"/desk/requests/{received.request.uid}"
    kept = city.browser("receptionist").get(f"{address}/photos/{photo}/")
    assert Image.open(BytesIO(b"".join(kept.streaming_content))).getexif().get_ifd(0x8825)

    form = {"words": "人行道被占用。", "photos": [photo], "revision": received.request.revision}
    assert city.browser("receptionist").post(f"{address}/publish/", form).status_code == 302
    shown = client.get(f"/requests/{received.request.uid}/photos/{photo}/")

    assert shown.status_code == 200
    assert not Image.open(BytesIO(shown.content)).getexif()
    assert "人行道被占用。" in text_of(client.get(f"/requests/{received.request.uid}/"))


def test_a_confidential_request_opens_by_its_code_alone(hidden, client):
    address = f"/requests/{hidden.request.uid}/"
    assert client.get(address)["Location"].startswith("/identity/sign-in/")

    asked = {"number": hidden.request.number, "code": "ZZZZZZZZZZ"}
    assert client.post("/requests/follow/", asked).status_code == 422
    answer = client.post("/requests/follow/", asked | {"code": hidden.code})
    assert answer["Location"] == address
    assert "店外摆放货物" in text_of(client.get(address))
    assert Client().get(address).status_code == 302


def test_with_the_code_it_is_withdrawn_and_without_it_not(hidden, client):
    client.post("/requests/follow/", {"number": hidden.request.number, "code": hidden.code})
    address = f"/requests/{hidden.request.uid}/withdraw/"

    assert client.post(address, {"words": "已解决", "code": "ZZZZZZZZZZ"}).status_code == 403
    assert client.post(address, {"words": "已解决", "code": hidden.code}).status_code == 302
    assert PublicRequest.objects.get(pk=hidden.request.pk).state == "withdrawn"


def test_the_desk_takes_a_request_to_its_answer(city, received):
    office, handler = city.browser("receptionist"), city.browser("handler")
    address = f"/desk/requests/{received.request.uid}"
    assert received.request.number in text_of(office.get("/desk/requests/reception/"))
    step = {"department": bureau().pk, "words": "请处理。", "revision": 1}
    assert office.post(f"{address}/steps/assign/", step).status_code == 302
    assert received.request.number in text_of(handler.get("/desk/requests/"))
    assert handler.post(f"{address}/steps/begin/", {"revision": 2}).status_code == 302
    assert handler.post(f"{address}/steps/answer/", {"revision": 3, "words": ""}).status_code == 422
    assert handler.post(f"{address}/steps/answer/", {"revision": 3, "words": "已清理。"}).status_code == 302

    assert "已清理。" in text_of(city.browser("citizen").get(f"/requests/{received.request.uid}/"))
    rated = city.browser("citizen").post(
        f"/requests/{received.request.uid}/rate/", {"grade": "5", "solved": "yes", "remark": ""}
    )
    assert rated.status_code == 302
    assert PublicRequest.objects.get(pk=received.request.pk).grade == 5


def test_what_a_colleague_did_meanwhile_is_said_on_the_form(city, received):
    address = f"/desk/requests/{received.request.uid}/steps"
    office = city.browser("receptionist")
    step = {"department": bureau().pk, "revision": 7}

    answer = office.post(f"{address}/assign/", step)

    assert answer.status_code == 422
    assert str(Conflict.message) in text_of(answer)


def test_a_contact_is_shown_after_its_purpose(city, hidden):
    address = f"/desk/requests/{hidden.request.uid}/contact/"
    office = city.browser("receptionist")
    assert "13900000009" not in text_of(office.get(address))
    assert "13900000009" in text_of(office.post(address, {"purpose": "核实地点"}))


def test_people_say_me_too_on_the_page(city, received):
    browser = city.browser("stranger")
    browser.post(f"/requests/{received.request.uid}/support/", {"supports": "1", "follows": "1"})

    assert PublicRequest.objects.get(pk=received.request.pk).supporters == 1
    assert received.request.number in text_of(browser.get("/requests/?followed=1"))
