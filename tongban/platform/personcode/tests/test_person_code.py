"""一人一码: checked offline by the public keys alone, resolved by whoever may, once, within a minute."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.personcode import services as personcode
from tongban.platform.personcode.models import PersonCode
from tongban.platform.personcode.services import showing
from tongban.platform.personcode.tests.conftest import clerk_of, person

pytestmark = pytest.mark.django_db
WINDOW = {"use": "window", "purpose": "办理户口迁移", "place": "3号窗口"}


def browser(account) -> Client:
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def part(code: str, number: int) -> dict:
    text = code.split(".")[number]
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_an_outside_library_checks_a_code_with_the_published_keys_alone(lin):
    code = personcode.show(actor=lin).text
    published = Client().get("/personcode/keys/").json()

    checked = jws.deserialize_compact(code, KeySet.import_key_set(published), algorithms=["ES256"])

    assert json.loads(checked.payload)["iss"] == django_settings.PUBLIC_URL
    assert part(code, 0)["kid"] in {key["kid"] for key in published["keys"]}
    assert all("d" not in key for key in published["keys"])
    head, body, signature = code.split(".")
    with pytest.raises(JoseError):
        jws.deserialize_compact(f"{head}.{body[:-2]}AA.{signature}", KeySet.import_key_set(published), ["ES256"])


def test_a_code_says_nothing_of_whoever_shows_it(lin, account):
    first, second = personcode.show(actor=lin).text, personcode.show(actor=lin).text

    said = part(first, 1)
    assert set(said) == {"iss", "jti", "iat", "exp"}
    assert said["exp"] - said["iat"] == 60
    assert said["jti"] != part(second, 1)["jti"]
    assert account.uid.hex not in first
    assert not PersonCode.objects.filter(digest=said["jti"]).exists()


def test_codes_are_still_checked_after_the_key_was_renewed(lin, clerk):
    code = personcode.show(actor=lin).text
    crypto.renew(actor=SYSTEM, owner="person-code")

    assert personcode.scan(actor=clerk, code=code, **WINDOW).party.pk == lin.party


def test_a_scan_finds_the_person_and_stands_in_their_log(lin, clerk):
    found = personcode.scan(actor=clerk, code=personcode.show(actor=lin).text, **WINDOW)

    [scan] = personcode.scans_of(lin)
    assert found.party.pk == lin.party
    assert (scan.data["office"], scan.actor, scan.reason) == ("政务服务局", "陈静", "办理户口迁移")
    assert scan.data["place"] == "3号窗口"
    assert abs(scan.at - clock.now()) < timedelta(minutes=1)


def test_a_second_scan_by_another_is_refused_and_its_owner_reads_of_it(lin, clerk, facts):
    code = personcode.show(actor=lin).text
    personcode.scan(actor=clerk, code=code, **WINDOW)
    other = identity.actor_of(clerk_of("li.na", "李娜"))

    with pytest.raises(personcode.CodeUsed):
        personcode.scan(actor=other, code=code, **WINDOW)
    with pytest.raises(personcode.CodeUsed):
        personcode.scan(actor=clerk, code=code, use="check-in", purpose="入场")

    assert facts("PersonCodeRefused") == [{"cause": "used"}] * 2
    assert "李娜" in browser_page(lin)


def browser_page(actor) -> str:
    account = PersonCode.objects.owned_by(actor).select_related("account")[0].account
    return browser(account).get("/registers/reads/").content.decode()


def test_the_same_scan_sent_twice_is_one(lin, clerk, facts):
    code = personcode.show(actor=lin).text

    assert personcode.scan(actor=clerk, code=code, **WINDOW) == personcode.scan(actor=clerk, code=code, **WINDOW)
    assert len(facts("PersonCodeScanned")) == 1


def test_after_a_minute_a_code_is_over(lin, clerk, facts):
    code = personcode.show(actor=lin).text

    with clock.at(clock.now() + timedelta(seconds=61)), pytest.raises(personcode.CodeOver):
        personcode.scan(actor=clerk, code=code, **WINDOW)
    assert facts("PersonCodeRefused") == [{"cause": "over"}]


@pytest.mark.parametrize("wrong", ["", "x", "a.b.c", "a" * 2000, "\u0000"])
def test_what_is_no_code_is_refused(lin, clerk, wrong):
    with pytest.raises(personcode.CodeForged):
        personcode.scan(actor=clerk, code=wrong, **WINDOW)


def test_forged_codes_are_refused(lin, clerk, facts):
    good = personcode.show(actor=lin).text
    head, body, signature = good.split(".")
    claims = part(good, 1)
    own = ECKey.generate_key("P-256", {"kid": part(good, 0)["kid"]})
    sealed = jws.serialize_compact({"alg": "ES256", "typ": "person-code+jwt", "kid": own.kid}, json.dumps(claims), own)
    nothing = showing.rules.unsigned({"alg": "none", "typ": "person-code+jwt"}, claims) + "."
    longer = showing.rules.encoded(json.dumps({**claims, "exp": claims["exp"] + 3600}).encode())

    for forged in (sealed, nothing, f"{head}.{longer}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(personcode.CodeForged):
            personcode.scan(actor=clerk, code=forged, **WINDOW)
    assert facts("PersonCodeRefused") == [{"cause": "forged"}] * 4
    assert facts("PersonCodeScanned") == []


def test_another_token_of_the_city_is_no_code(lin, clerk, settings):
    words = {"iss": settings.PUBLIC_URL, "jti": "x", "iat": 1, "exp": 9999999999}
    kind, showing.rules.KIND = showing.rules.KIND, "at+jwt"
    try:
        other = showing._signed(words)
    finally:
        showing.rules.KIND = kind

    with pytest.raises(personcode.CodeForged):
        personcode.scan(actor=clerk, code=other, **WINDOW)


def test_a_code_whose_owners_account_was_closed_finds_nobody(lin, account, clerk):
    code = personcode.show(actor=lin).text
    identity.deactivate(actor=SYSTEM, account=account, reason="本人申请")

    with pytest.raises(personcode.CodeUnknown):
        personcode.scan(actor=clerk, code=code, **WINDOW)


def test_only_whoever_scans_codes_learns_who_it_is(lin):
    zhou = identity.actor_of(person("zhou.mei", "周梅", "990102198501010025"))

    with pytest.raises(NotAllowed):
        personcode.scan(actor=zhou, code=personcode.show(actor=lin).text, **WINDOW)


@pytest.mark.parametrize("changes", [{"purpose": " "}, {"use": "else"}, {"place": "x" * 61}])
def test_a_scan_says_what_for(lin, clerk, changes):
    with pytest.raises(personcode.NoScanPurpose):
        personcode.scan(actor=clerk, code=personcode.show(actor=lin).text, **{**WINDOW, **changes})


def test_officials_and_people_without_a_register_entry_have_no_code(clerk):
    newcomer = identity.open_account(actor=SYSTEM, login="newcomer", name="新人", kind="person")

    with pytest.raises(NotAllowed):
        personcode.show(actor=clerk)
    with pytest.raises(personcode.NotIdentified):
        personcode.show(actor=identity.actor_of(newcomer))
    assert "/assurance/" in browser(newcomer).get("/personcode/").content.decode()


def test_codes_that_are_over_are_forgotten(lin):
    personcode.show(actor=lin)
    with clock.at(clock.now() + timedelta(minutes=12)):
        personcode.tidy()

    assert not PersonCode.objects.exists()


def test_the_page_shows_the_code_with_and_without_script(account):
    page = browser(account).get("/personcode/").content.decode()

    assert "data:image/svg+xml" in page
    assert 'data-hx-trigger="every 50s"' in page
    assert "/licences/" in page


@pytest.mark.requirement("APP-S-33")
def test_the_window_scans_and_serves_whoever_is_here(lin, clerk_account):
    window = browser(clerk_account)

    answer = window.post("/counter/personcode/scan/", {"code": personcode.show(actor=lin).text, **WINDOW})

    assert (answer.status_code, answer.url) == (302, "/counter/parties/visitor/")
    assert "林晓云" in window.get("/counter/parties/visitor/").content.decode()


def test_who_checks_in_is_named_and_no_more(lin, clerk_account):
    window = browser(clerk_account)
    said = {"use": "check-in", "purpose": "政策宣讲会签到", "place": "二楼会议室"}

    page = window.post("/counter/personcode/scan/", {"code": personcode.show(actor=lin).text, **said})

    assert "林" in page.content.decode()
    assert "林晓云" not in page.content.decode()
    assert "990102199003124024" not in page.content.decode()
    assert window.get("/counter/parties/visitor/").status_code == 302
    again = window.post("/counter/personcode/scan/", {"code": "x", **said})
    assert again.status_code == 422


def test_a_machine_scans_with_its_key(lin):
    office = identity.put_department(actor=SYSTEM, key="services", name="政务服务局", area="990100")
    role = identity.define_role(actor=SYSTEM, key="gate", name="门禁", duties=["personcode.scan"])
    gate = identity.open_account(actor=SYSTEM, login="gate", name="大厅入口", kind="client")
    identity.appoint(actor=SYSTEM, account=gate, role=role, department=office)
    _token, key = identity.make_token(actor=SYSTEM, account=gate, title="入口", duties=["personcode.scan"])
    said = {"code": personcode.show(actor=lin).text, "use": "check-in", "purpose": "进入大厅", "place": "东门"}

    def ask(**headers):
        return Client().post("/api/v1/personcode/scans", said, content_type="application/json", headers=headers)

    answer = ask(authorization=f"Bearer {key}")

    assert answer.status_code == 200
    assert answer.json()["name"] != "林晓云"
    assert ask().status_code == 401
    assert personcode.scans_of(lin)[0].actor == "大厅入口"
