"""Every form of every portal, and every address, with what nobody should send: told in words, never a crash."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.cast import FLOOR_PLAN
from tests.faults.hostile_inputs import FORM, HOSTILE, Pairs, body, is_answered_well, send
from tests.faults.html_page import CHINESE, Element, Page
from tests.laws.test_doors import pages
from tests.sample_city import SampleCity
from tests.samples import samples
from tongban.platform.cases.models import Case

TURNS = 4
OFFICES = re.compile("/(desk|counter|crew)/")
TYPED = {"text", "", "date", "number", "email", "tel", "search", "password"}
# What pages read from their address.
ASKED = ["q", "page", "state", "mine", "after", "before", "day", "subject", "actor", "name", "department", "topic"]
ASKED += ["for", "online", "answered", "decided", "number", "next", "to", "inline", "purpose", "download", "kind"]


@dataclass
class Form:
    """A form of a page: where it goes, what it sends untouched, and where somebody types."""

    action: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _value in self.sent) + tuple(self.typed)


@contextmanager
def undone(browser: Client) -> Iterator[None]:
    """Take back whatever happens inside, a signing out as well."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.cookies = cookies


def forms(page: Page, address: str) -> Iterator[Form]:
    for element in page.root.all("form"):
        if element.attributes.get("method", "").lower() == "post":
            yield _form(element, urljoin(address, element.attributes.get("action", "").partition("#")[0]))


def _form(element: Element, action: str) -> Form:
    form, chosen = Form(action), set()
    for control in element.all("input", "textarea", "select", "button"):
        name, kind = control.attributes.get("name", ""), control.attributes.get("type", "")
        if not name or kind == "file":
            continue
        seen = "hidden" not in control.attributes  # a keeper of passwords is told whose they are unseen
        if control.tag == "textarea" or (control.tag == "input" and kind in TYPED and seen):
            form.typed.append(name)
        elif control.tag == "select":
            form.sent += [(name, option.attributes["value"]) for option in control.all("option")[1:2]]
        elif name not in chosen:
            chosen.add(name)
            form.sent.append((name, control.attributes.get("value", "on")))
    return form


@pytest.fixture
def browsers(sample_city: SampleCity) -> dict[str, Client]:
    return {"nobody": Client(), "agent": sample_city.browser("agent"), "official": sample_city.window()}


def places(sample_city: SampleCity) -> Iterator[tuple[str, str]]:
    """Yield every page that somebody may open, by the words of the rooms' samples: who, and its address."""
    owned = {route: words for shown in samples() for route, words in shown.owned.items()}
    office = {route: words for shown in samples() for route, words in shown.office.items()}
    common = {route: words for shown in samples() for route, words in shown.common.items()}
    for door in pages():
        route = door.address.lstrip("/")
        if door.audience == "public":
            yield "nobody", sample_city.address(route, common.get(route, owned.get(route, "")))
        elif route in office or OFFICES.match(door.address):
            yield "official", sample_city.address(route, office.get(route, common.get(route, "")))
        else:
            yield "agent", sample_city.address(route, owned.get(route, common.get(route, "")))


def forms_of(sample_city: SampleCity, browsers: dict[str, Client], who: str) -> Iterator[Form]:
    """Yield the forms that somebody finds; the same view, and what stands on every page, once."""
    seen = set()
    for finder, address in places(sample_city):
        shown = browsers[who].get(address) if finder == who else None
        if shown is None or shown.status_code != 200 or "text/html" not in shown["Content-Type"]:
            continue
        for form in forms(Page(shown), address):
            view = resolve(urlsplit(form.action).path).func
            if (view, form.names) not in seen:
                seen.add((view, form.names))
                yield form


@pytest.mark.parametrize(("who", "least"), [("nobody", 5), ("agent", 12), ("official", 30)])
def test_nasty_text_in_any_form_is_told_at_its_field(sample_city: SampleCity, browsers, who, least):
    tried = 0
    for form in forms_of(sample_city, browsers, who):
        for turn in range(TURNS if form.typed else 0):
            typed = [(name, HOSTILE[(5 * turn + index) % len(HOSTILE)]) for index, name in enumerate(form.typed)]
            with undone(browsers[who]):
                answer_is_good(browsers[who], form.action, [*form.sent, *typed], typed)
        for wrong in spoilt(form):
            with undone(browsers[who]):
                answer_is_good(browsers[who], form.action, wrong, [])
        tried += 1
    assert tried >= least


def answer_is_good(client: Client, address: str, pairs: Pairs, typed: Pairs) -> None:
    """Send a form; what it leads to is a page as any other, which may say what is still missing."""
    answer = send(client, address, pairs)
    if answer.status_code == 302:
        page = Page(client.get(answer["Location"]))
        assert page.status in {200, 302}, page.text[:300]
        page.is_safe(HOSTILE[0])
        return
    if "attachment" not in answer.headers.get("Content-Disposition", ""):  # a copy to take home is no page
        is_answered_well(Page(answer), typed)


def spoilt(form: Form) -> Iterator[Pairs]:
    """Yield the form with nothing that is asked, with everything twice, and with choices that nobody offered."""
    yield [("unasked", "1")]
    yield [*form.sent, *form.sent, *((name, "甲") for name in form.typed * 2)]
    for hostile in (HOSTILE[0], HOSTILE[8], "9" * 5000, "00000000-0000-4000-8000-000000000000"):
        yield [(name, hostile) for name, _value in form.sent] + [(name, "2026-03-02") for name in form.typed]


def test_nasty_words_in_an_address_are_no_reason_to_stumble(sample_city: SampleCity, browsers):
    plain = sorted({door.address for door in pages() if not re.search("<|^/api", door.address)})
    for hostile in (HOSTILE[0], "\udfff-1" + "9" * 40, "9999-12-31", "0001-01-01"):
        query = body([(name, hostile) for name in ASKED]).decode()
        for address in plain:
            who = "agent" if address.count("/") < 3 or not re.match("/(desk|counter|crew)/", address) else "official"
            with undone(browsers[who]):
                answer = browsers[who].get(f"{address}?{query}")
            assert answer.status_code < 500, f"{address} {hostile[:20]!r}"
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                Page(answer).is_safe(HOSTILE[0])


# Pages that are made to say that a code is unknown or a link over; the one look says it only to who presses its button.
TOLD = {
    "/licences/v/<slug:token>/": 200,
    "/licences/look/<slug:code>/": 200,
    "/identity/reset/<str:token>/": 422,
}


def test_nasty_addresses_are_not_found(sample_city: SampleCity, browsers):
    named = sorted(door.address for door in pages() if "<" in door.address)
    for hostile in ("%00", "%ed%a0%80%ff", "9" * 40, "x" * 3000, "..%2f%3Cscript%3E"):
        for address in named:
            who = "official" if re.match("/(desk|counter|crew)/", address) else "agent"
            with undone(browsers[who]):
                answer = browsers[who].get(re.sub("<[^>]+>", hostile, address))
            # Doors for machines ask for a key first.
            told = 401 if address.startswith("/scim/") else TOLD.get(address)
            assert answer.status_code in {301, 302, 400, 403, 404, 405, told}, f"{address} {hostile[:20]}"


BOUNDARY = b"--x\r\nContent-Disposition: form-data; name="
MALFORMED = {
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "another boundary": ("multipart/form-data; boundary=y", BOUNDARY + b'"login"\r\n\r\na\r\n--x--\r\n'),
    "cut off": ("multipart/form-data; boundary=x", BOUNDARY + b'"login"; filename="a.pdf"\r\nContent-Ty'),
    "no name": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"),
    "broken transfer": (
        "multipart/form-data; boundary=x",
        BOUNDARY + b'"login"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%%\r\n--x--\r\n',
    ),
    "broken UTF-8": ("multipart/form-data; boundary=x", BOUNDARY + b'"login"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
    "broken file name": (
        "multipart/form-data; boundary=x",
        BOUNDARY + b'"file"; filename="\xff\x00\xed\xa0\x80.pdf"\r\n\r\n%PDF-\r\n--x--\r\n',
    ),
    "a codec that is no encoding": (
        "multipart/form-data; boundary=x; charset=hex",
        BOUNDARY + b'"login"\r\n\r\na\r\n--x--\r\n',
    ),
    "halves of characters": (
        "multipart/form-data; boundary=x; charset=unicode_escape",
        BOUNDARY + b'"login"\r\n\r\n\\ud800\r\n--x--\r\n',
    ),
    "another encoding": ("application/x-www-form-urlencoded; charset=gbk", b"login=%B1%B1"),
    "broken escapes": (FORM, b"login=%&password=%zz&=&&&%ff=%fe"),
    "too many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(3000))),
    "too much text": (FORM, b"login=" + b"a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)),
    "too many files": (
        "multipart/form-data; boundary=x",
        b"".join(BOUNDARY + b'"file"; filename="%d.pdf"\r\n\r\na\r\n' % number for number in range(150)) + b"--x--\r\n",
    ),
    "no form at all": ("application/json", b'{"login": '),
    "nothing": ("", b""),
}
DOORS = ("/identity/sign-in/", "/cases/query/", "/licences/verify/", "/cases/{draft}/materials/")


@pytest.mark.parametrize("what", MALFORMED)
def test_a_request_that_cannot_be_read_is_sent_back_in_words(sample_city: SampleCity, browsers, what):
    media_type, content = MALFORMED[what]
    step = "/cases/{draft}/fill/operator/"
    before = Case.objects.get(pk=Case.objects.get(uid=sample_city.ids["draft"]).pk)

    for door in (*DOORS, step):
        answer = browsers["agent"].generic("POST", door.format(**sample_city.ids), content, content_type=media_type)
        page = Page(answer)
        assert answer.status_code in {200, 302, 400, 422}, door
        assert answer.status_code == 302 or CHINESE.search(page.text), door
        if answer.status_code == 422:
            page.is_told_well()

    after = Case.objects.get(pk=before.pk)
    assert (after.answers, after.revision) == (before.answers, before.revision)


def test_a_form_from_elsewhere_does_nothing_and_says_so(sample_city: SampleCity):
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(sample_city.cast.browser("agent").cookies)
    uid = sample_city.ids["accepted"]
    reason = ("reason", "不办了")

    for stray in ([], [("csrfmiddlewaretoken", "x")], [("csrfmiddlewaretoken", "a" * 64)]):
        answer = send(client, f"/cases/{uid}/withdraw/", [reason, *stray])
        assert answer.status_code == 403
        assert "请重新打开表单" in answer.content.decode()

    assert Case.objects.get(uid=uid).state == "accepted"
    token = client.get(f"/cases/{uid}/withdraw/").context["csrf_token"]
    assert send(client, f"/cases/{uid}/withdraw/", [reason, ("csrfmiddlewaretoken", str(token))]).status_code == 302


@pytest.mark.parametrize("door", ["sign-in", "verify"])
def test_a_file_where_text_belongs_and_text_where_a_file_belongs(browsers, door):
    with FLOOR_PLAN.open("rb") as file:
        sent = {"login": file, "password": "x"} if door == "sign-in" else {"file": "no file", "identifier_": "x"}
        address = "/identity/sign-in/" if door == "sign-in" else "/licences/verify/"
        page = Page(browsers["nobody"].post(address, sent))

    assert page.status == 422
    page.is_told_well()
