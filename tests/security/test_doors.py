"""Sessions, cookies, headers, redirects: what every answer of the house carries."""

import re
from http.cookies import Morsel
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import FLOOR_PLAN, Cast, definition
from tests.sample_city import SampleCity
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import LoginSession

PASSWORD = "Weiss-alles-2026"
PHOTO = definition("residence-permit") / "photo-sample.jpg"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example/",
    "/\n/evil.example/",
    " //evil.example",
    "http://testserver@evil.example/",
    "https://testserver.evil.example/",
    "\x00//evil.example",
    "on",
    "hall:cases:mine",
    "..",
]


@pytest.fixture
def person(cast: Cast) -> str:
    identity.open_account(actor=SYSTEM, login="gu.yan", name="顾言", kind="person", password=PASSWORD)
    return "gu.yan"


def leads_away(location: str) -> bool:
    """Say whether a browser would leave the house: it drops tabs and line breaks, and reads \\ as /."""
    read = re.sub(r"[\t\r\n]", "", unquote(location)).strip(" \x00").replace("\\", "/")
    goal = urlsplit(urljoin("http://testserver/here/", read))
    return (goal.scheme, goal.netloc) != ("http", "testserver")


def sign_in(client: Client, login: str, **more: str):
    return client.post("/identity/sign-in/", {"login": login, "password": PASSWORD, **more})


def flags(cookie: Morsel) -> tuple[bool, str, str]:
    return bool(cookie["httponly"]), cookie["samesite"], cookie["path"]


def test_a_session_planted_before_signing_in_is_worth_nothing_after(person):
    """Session fixation: the key changes, and the planted one is nobody's."""
    attacker, victim = Client(), Client()
    attacker.get("/identity/sign-in/")
    planted = "abcdefghijklmnopqrstuvwxyz012345"
    victim.cookies[settings.SESSION_COOKIE_NAME] = planted

    sign_in(victim, person)
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted

    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert victim.get("/cases/").status_code == 200
    assert attacker.get("/cases/").status_code == 302


def test_a_key_that_was_copied_is_worth_nothing_after_signing_out(person):
    client, thief = Client(), Client()
    sign_in(client, person)
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get("/cases/").status_code == 200

    client.post("/identity/sign-out/")

    assert thief.get("/cases/").status_code == 302
    assert not LoginSession.objects.filter(account__login=person).exists()


def test_the_csrf_token_changes_with_signing_in(person):
    client = Client()
    client.get("/identity/sign-in/")
    before = client.cookies[settings.CSRF_COOKIE_NAME].value

    sign_in(client, person)

    assert client.cookies[settings.CSRF_COOKIE_NAME].value != before


def test_cookies_are_closed_to_scripts_and_other_sites(person):
    client = Client()
    client.get("/identity/sign-in/")
    sign_in(client, person)

    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert flags(client.cookies[name]) == (True, "Lax", "/"), name
    assert not client.cookies[settings.SESSION_COOKIE_NAME]["expires"], "it ends with the browser"


def test_over_https_cookies_never_travel_in_the_open(tmp_path, monkeypatch):
    """The settings follow the public address."""
    source = Path("tongban/settings.py").read_text()
    monkeypatch.setenv("TONGBAN_PUBLIC_URL", "https://yunze.example")
    monkeypatch.setenv("TONGBAN_DEMO", "false")
    monkeypatch.setenv("TONGBAN_VAR", str(tmp_path))
    found: dict[str, object] = {"__file__": str(Path("tongban/settings.py").resolve())}
    exec(compile(source, "settings.py", "exec"), found)

    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert int(str(found["SECURE_HSTS_SECONDS"])) >= 31536000
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_browsers_are_told_to_stay_with_https_by_the_house_behind_its_proxy(db, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    answer = Client(headers={"x-forwarded-proto": "https"}).get("/healthz")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def addresses(sample_city: SampleCity) -> dict[str, tuple[Client, str]]:
    """One answer of every kind."""
    agent, anyone = sample_city.browser("agent"), Client(raise_request_exception=False)
    return {
        "start page": (anyone, "/"),
        "guide": (anyone, "/catalogue/guide/food-business/"),
        "form": (agent, f"/cases/{sample_city.ids['draft']}/materials/"),
        "my case": (agent, f"/cases/{sample_city.ids['granted']}/"),
        "not found": (agent, "/cases/ABCDEFGHJKMNPQRS/"),
        "no such page": (anyone, "/nowhere/"),
        "sent to sign in": (anyone, "/cases/"),
        "letter": (agent, f"/cases/{sample_city.ids['granted']}/files/{sample_city.ids['letter']}/"),
        "upload": (agent, f"/cases/{sample_city.ids['granted']}/files/{sample_city.ids['material']}/"),
        "receipt": (agent, f"/cases/{sample_city.ids['granted']}/receipt.pdf"),
        "licence": (agent, f"/licences/{sample_city.ids['licence']}/file/"),
        "document": (agent, f"/documents/{sample_city.ids['material']}/"),
        "desk": (sample_city.browser("reviewer"), "/desk/workflow/"),
        "journal": (sample_city.browser("operator"), "/desk/journal/"),
        "refused for want of a key": (anyone, "/api/v1/cases/"),
        "description of the interface": (anyone, "/api/v1/openapi.json"),
        "health": (anyone, "/healthz"),
        "sample": (anyone, "/catalogue/guide/food-business/files/floor-plan-sample.pdf"),
    }


@pytest.mark.requirement("QUA-06")
def test_every_kind_of_answer_carries_the_headers_of_the_house(sample_city: SampleCity):
    for kind, (client, address) in addresses(sample_city).items():
        answer = client.get(address)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert answer.status_code < 500, kind
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", kind
        assert answer.headers.get("Referrer-Policy") == "same-origin", kind
        assert answer.headers.get("X-Frame-Options") == "DENY", kind
        assert answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin", kind
        assert re.search(r"default-src '(self|none)'", policy), f"{kind}: {policy}"
        assert "frame-ancestors '" in policy, kind
        assert "unsafe-eval" not in policy, kind
        assert "Server" not in answer.headers, kind


def test_what_is_somebodys_is_kept_by_no_cache(sample_city: SampleCity):
    for kind, (client, address) in addresses(sample_city).items():
        if settings.SESSION_COOKIE_NAME not in client.cookies:
            continue
        kept = client.get(address).headers.get("Cache-Control", "")
        assert "no-store" in kept or "private, no-cache" in kept, f"{kind}: {kept!r}"


def test_signing_out_clears_what_the_browser_kept(person):
    client = Client()
    sign_in(client, person)

    assert client.post("/identity/sign-out/")["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_but_into_the_house(person, target):
    answer = sign_in(Client(), person, next=target)

    assert answer.status_code in {302, 400, 422}  # a zero byte is no form at all
    assert not leads_away(answer.headers.get("Location", "/"))


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("door", ["/ui/language/", "/ui/care/"])
def test_switches_lead_nowhere_but_into_the_house(db, door, target):
    for answer in (
        Client().post(door, {"next": target, "language": "en", "care": "1"}, headers={"referer": target}),
        Client().get(door, {"next": target, "language": "en", "care": "1"}, headers={"referer": target}),
    ):
        assert not leads_away(answer.headers.get("Location", "/"))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_choosing_whom_to_act_for_leads_nowhere_but_into_the_house(cast, target):
    answer = cast.browser("agent").post("/parties/acting-for/", {"party": "", "next": target})

    assert answer.status_code in {302, 400, 422}  # a zero byte is no form at all
    assert not leads_away(answer.headers.get("Location", "/"))


@pytest.mark.parametrize(
    ("file", "name", "media_type"),
    [
        (FLOOR_PLAN, '平面图"; filename="x.html; x.pdf', "application/pdf"),
        (PHOTO, "x.svg\r\nSet-Cookie: a=b.jpg", "image/jpeg"),
    ],
    ids=["pdf", "picture"],
)
def test_an_upload_is_given_back_so_that_nothing_in_it_can_run(cast, file, name, media_type):
    case = cast.draft(materials=False)
    kept = SimpleUploadedFile("x" + file.suffix, file.read_bytes())
    kept._name = name
    material = cases.attach(actor=cast.actor("agent"), case=case, code="floor-plan", file=kept)

    answer = cast.browser("agent").get(f"/cases/{case.uid}/files/{material.document.uid}/")

    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers
    assert b"".join(answer.streaming_content) == file.read_bytes()
