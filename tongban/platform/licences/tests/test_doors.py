"""The pages and endpoints: a happy path and a refusal each."""

import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import stamping
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.identity import services as identity

pytestmark = pytest.mark.django_db
PASSWORD = "hetang-yuese-37"


def browser_of(login):
    client = Client()
    client.post(reverse("hall:identity:sign_in"), {"login": login, "password": PASSWORD})
    return client


@pytest.fixture
def her(give, lin):
    return give(holder=lin, face={"经营者名称": "林晓云"})


@pytest.fixture
def official(market):
    account = identity.open_account(actor=SYSTEM, login="wu.zhiyuan", name="吴志远", kind="staff", password=PASSWORD)
    role = identity.define_role(
        actor=SYSTEM, key="reviewer", name="审查员", duties=["licences.read", "licences.manage"]
    )
    identity.appoint(actor=SYSTEM, account=account, department=market, role=role)
    return browser_of("wu.zhiyuan")


def test_the_holder_finds_opens_and_downloads_the_licence(her):
    client = browser_of("lin.xiaoyun")

    assert her.number in client.get("/licences/").content.decode()
    assert "经营者名称" in client.get(f"/licences/{her.token}/").content.decode()
    file = client.get(f"/licences/{her.token}/file/")
    assert b"".join(file.streaming_content) == storage.read(her.document.blob)
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "filename*=utf-8''" in file["Content-Disposition"]


@pytest.mark.requirement("QUA-05")
def test_a_stranger_gets_404_and_it_is_in_the_journal(her, zhou):
    client = browser_of("zhou.wenbo")

    assert client.get(f"/licences/{her.token}/").status_code == 404
    assert client.get(f"/licences/{her.token}/file/").status_code == 404

    assert Fact.objects.filter(name="identity.AccessDenied", data__key=her.token).count() == 2


def test_anyone_who_scans_the_code_sees_state_and_masked_holder(her):
    text = Client().get(f"/licences/v/{her.token}/").content.decode()

    assert her.number in text
    assert "林*云" in text
    assert "林晓云" not in text
    assert "经营者名称" not in text


def test_an_unknown_code_is_said_plainly(db):
    answer = Client().get("/licences/v/NOSUCHTOKEN1/")

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_anyone_checks_a_file_by_uploading_it(her):
    pdf = storage.read(her.document.blob)

    good = Client().post("/licences/verify/", {"file": io.BytesIO(pdf)}).content.decode()
    bad = Client().post("/licences/verify/", {"file": io.BytesIO(pdf[:-9] + b"x" + pdf[-8:])}).content.decode()

    assert 'role="status"' in good
    assert her.number in good
    assert 'role="alert"' in bad


@pytest.mark.found("J-LICENCE")
def test_whoever_checks_a_file_reads_when_and_by_whom_it_was_stamped(give, settings, tmp_path):
    with stamping.authority(tmp_path / "tsa") as tsa:
        settings.SEALS_TSA, settings.SEALS_TSA_ROOTS = tsa.url, str(tsa.roots)
        pdf = storage.read(give().document.blob)

    page = Client().post("/licences/verify/", {"file": io.BytesIO(pdf)}).content.decode()
    changed = Client().post("/licences/verify/", {"file": io.BytesIO(pdf[:-9] + b"x" + pdf[-8:])}).content.decode()
    said = Client().post("/api/v1/licences/verify", {"file": io.BytesIO(pdf)}).json()

    assert "时间戳：通办演示时间戳服务" in page
    assert "时间戳" not in changed
    assert said["stamped_by"] == "通办演示时间戳服务"
    assert abs(datetime.fromisoformat(said["stamped_at"]) - clock.now()) < timedelta(minutes=1)


def test_the_verify_page_says_what_is_missing(db):
    assert Client().get("/licences/verify/").status_code == 200
    assert Client().post("/licences/verify/", {}).status_code == 422
    assert Client().post("/licences/verify/", {"identifier": ""}).status_code == 422


def test_an_official_says_what_for_before_seeing_the_face(official, her):
    listed = official.get("/desk/licences/").content.decode()
    asked = official.get(f"/desk/licences/{her.token}/").content.decode()
    opened = official.post(f"/desk/licences/{her.token}/", {"purpose": "办件核验"}).content.decode()

    assert "林*云" in listed
    assert "林晓云" not in listed
    assert "林晓云" not in asked
    assert "林晓云" in opened
    assert Fact.objects.get(name="licences.LicenceRead").reason == "办件核验"
    file = official.post(f"/desk/licences/{her.token}/file/", {"purpose": "办件核验"})
    assert file.status_code == 200
    assert official.post(f"/desk/licences/{her.token}/", {"purpose": ""}).status_code == 422


def test_the_holder_sees_who_opened_the_licence_and_what_for(official, her):
    client = browser_of("lin.xiaoyun")
    before = client.get(f"/licences/{her.token}/").content.decode()
    official.post(f"/desk/licences/{her.token}/", {"purpose": "办件核验之用"})

    after = client.get(f"/licences/{her.token}/").content.decode()

    assert "办件核验之用" not in before
    assert "办件核验之用" in after
    assert "吴志远" in after


def test_an_official_finds_a_licence_by_its_number(official, her, give):
    give(subject="case:2")

    assert "林*云" in official.get("/desk/licences/", {"q": her.number}).content.decode()
    assert "林*云" not in official.get("/desk/licences/", {"q": "JY0"}).content.decode()


def test_an_official_suspends_a_licence_with_a_reason(official, her):
    page = f"/desk/licences/{her.token}/change/"

    assert official.get(page).status_code == 200
    assert official.post(page, {"step": "suspend", "reason": ""}).status_code == 422
    assert official.post(page, {"step": "suspend", "reason": "停业整顿"}).status_code == 302
    her.refresh_from_db()
    assert her.state == "suspended"


def key_for(duties, department):
    account = identity.open_account(actor=SYSTEM, login="bank", name="云泽银行", kind="client")
    role = identity.define_role(actor=SYSTEM, key="reader", name="共享调用", duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="test", duties=duties)
    return {"authorization": f"Bearer {key}"}


def test_machines_verify_without_a_key(her):
    by_code = Client().get(f"/api/v1/licences/verify/{her.token}").json()
    by_identifier = Client().get("/api/v1/licences/verify", {"identifier": her.identifier}).json()
    by_file = Client().post("/api/v1/licences/verify", {"file": io.BytesIO(storage.read(her.document.blob))}).json()

    for said in (by_code, by_identifier, by_file):
        assert (said["genuine"], said["reliable"], said["validity"]) == (True, True, "valid")
        assert said["holder"] == "林*云"
        assert "face" not in said


def test_a_client_with_the_duty_reads_with_a_purpose(her, market):
    headers = key_for(duties=["licences.read"], department=market)

    assert Client().get("/api/v1/licences/", headers=headers).status_code == 422
    listed = Client().get("/api/v1/licences/", {"purpose": "贷款审核"}, headers=headers).json()
    assert [line["number"] for line in listed["items"]] == [her.number]
    refused = Client().get(f"/api/v1/licences/{her.token}", headers=headers)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    whole = Client().get(f"/api/v1/licences/{her.token}", {"purpose": "贷款审核"}, headers=headers).json()
    assert whole["face"] == {"经营者名称": "林晓云"}
    assert Client().get("/api/v1/licences/").status_code == 401


def test_every_channel_shows_the_same_licences(official, her, give, health, market):
    give(kind="hygiene", subject="case:9", issuer=health, kind_code="11100000MB03271699002", number="卫字{serial}号")
    other = give(subject="case:8")

    page = official.get("/desk/licences/").content.decode()
    from_rest = (
        Client()
        .get("/api/v1/licences/", {"purpose": "核对"}, headers=key_for(duties=["licences.read"], department=market))
        .json()["items"]
    )

    numbers = {line["number"] for line in from_rest}
    assert numbers == {her.number, other.number}
    assert all(number in page for number in numbers)
    assert "卫字1号" not in page


@pytest.mark.found("B9")
def test_the_page_tells_a_typing_error_from_a_forgery(her):
    def told(**typed):
        return Client(headers={"accept-language": "zh-Hans"}).post("/licences/verify/", typed)

    mistyped = told(identifier="1.2.156.3005.2.x").content.decode()
    assert "无法核验：编号输入有误" in mistyped
    assert "请勿" not in mistyped
    assert "请勿" not in told(identifier="0123456789AB").content.decode()
    assert "核验通过" in told(identifier=her.number, holder="林晓云").content.decode()
    assert told(identifier=her.number).status_code == 422


@pytest.mark.found("B9")
def test_the_interface_says_the_same_outcomes(her):
    def told(**asked):
        return Client().get("/api/v1/licences/verify", asked)

    assert told(number=her.number, holder="林晓云").json()["outcome"] == "genuine"
    assert told(number=her.number, holder="周文博").json()["outcome"] == "unknown"
    assert told(identifier="no identifier").json()["outcome"] == "mistyped"
    assert told(number=her.number).status_code == 422
