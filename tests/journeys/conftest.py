"""Browsers that knock at a house that really runs, and what people do in them."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.cast import elsewhere
from tests.laws.house import ROOT
from tests.running import DEVICES, PASSWORD, House, prepared, running
from tongban.platform.cases.demonstration import rehearsal

# Without windows it does half the work; any of the others will do.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SHOTS = ROOT / "screenshots"
# What may stand in no address and no line of the log: numbers, telephones, letters' addresses, names, homes.
PERSONAL = re.compile(
    r"\b99\d{15}[\dX]\b|\b1[39]9?00000\d{3,4}\b|0990-555|yunze\.example|柳岸街|湖滨大道"
    r"|周文博|林晓云|林建国|杜明远|何香|罗小川|陈静|吴志远|何岚|赵国清|Tongban-2026"
)
# What a browser says of a page that refuses on purpose, which is no fault of a script.
ANSWERED = re.compile(r"status of (403|404|409|413|422|429)|Response Status Error Code (403|404|409|413|422|429)")
PATIENCE_SECONDS = 120  # until the worker has done what follows from a step
PATIENCE_MS = 60_000  # until a page has come


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(prepared(tmp_path_factory.mktemp("house")), TELEMETRY_LOG="json", **DEVICES) as house:
        yield house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert chromium, "journeys need Chromium; `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


# What an inspector photographs: pictures that differ.
PHOTOS = [
    {"name": f"site-{number}.png", "mimeType": "image/png", "buffer": rehearsal.photo(number)} for number in range(2)
]


@dataclass
class Matter:
    """What a story knows of its case. uid: its word in addresses; licence: the address in the QR code."""

    uid: str = ""
    number: str = ""
    query_code: str = ""
    licence: str = ""

    @property
    def page(self) -> str:
        return f"/cases/{self.uid}/"


class Visitor:
    """One person with a browser of their own.

    script   whether this browser runs JavaScript
    """

    def __init__(self, house: House, context: BrowserContext, *, size: str, script: bool) -> None:
        self.house = house
        self.context = context
        self.size = size
        self.script = script
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.asked: list[str] = []
        self.script_errors: list[str] = []
        context.on("request", lambda request: self.asked.append(unquote(request.url)))
        context.on(
            "weberror", lambda error: self.script_errors.append(f"{error.page and error.page.url}: {error.error}")
        )
        context.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        """Note what a browser calls an error: script, a forbidden style, a file that is missing."""
        if message.type == "error" and not ANSWERED.search(message.text):
            self.script_errors.append(f"{self.page.url}: {message.text}")

    # moving about

    def go(self, path: str) -> Response | None:
        return self.page.goto(self.house.url + path)

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Sign in; where a page asked for it, one is back on that page afterwards."""
        if "/identity/sign-in/" not in self.page.url:
            self.go("/identity/sign-in/")
        form = self.page.locator("form").filter(has=self.page.locator("input[type=password]")).first
        form.locator("input[name=login]").fill(login)
        form.locator("input[name=password]").fill(password)
        self._lead_on(form.locator("button[type=submit], button:not([type])").first)
        assert "/identity/sign-in" not in self.page.url, self.text()

    def click(self, text: str, *, within: str = "main") -> None:
        """Press a button by what is written on it, and wait for the page it leads to."""
        self._lead_on(self.page.locator(within).get_by_role("button", name=text, exact=True).first)

    def follow(self, text: str, *, within: str = "main") -> None:
        """Follow a link by what is written on it."""
        self._lead_on(self.page.locator(within).get_by_role("link", name=text).first)

    def open_row(self, number: str) -> None:
        """Open the entry of a list that names this case."""
        entry = self.page.locator("main tr, main article").filter(has_text=number).first
        self._lead_on(entry.get_by_role("link").first)

    def _lead_on(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()

    def until(self, path: str, text: str) -> None:
        """Look at a page again and again until it says so: what follows from a step comes a moment later."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.go(path)
            if text in self.text():
                return
            assert time.monotonic() < end, f"“{text}” did not appear on {path}:\n{self.text()}"
            time.sleep(0.4)

    # seeing

    def text(self) -> str:
        return self.page.inner_text("main")

    def sees(self, *texts: str) -> None:
        """Assert that the page shows all of this."""
        shown = self.text()
        for text in texts:
            assert text in shown, f"“{text}” is not on {self.page.url}:\n{shown}"

    def fits(self) -> None:
        """Assert that nothing of the page stands out at the side."""
        beyond = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"{self.page.url} is {beyond} px too wide"

    def shoot(self, name: str, size: str = "") -> None:
        """Keep a picture of the page where somebody wants to look; without script it looks the same."""
        if self.script and "PICTURES" in os.environ:
            SHOTS.mkdir(exist_ok=True)
            self.page.screenshot(path=str(SHOTS / f"{size or self.size}-{name}.png"), full_page=True)

    def look(self, name: str) -> None:
        """Assert that the page fits at every width, and keep a picture of each."""
        for size, window in SIZES.items():
            self.page.set_viewport_size(window)
            self.fits()
            self.shoot(name, size)
        self.page.set_viewport_size(SIZES[self.size])

    def download(self, press: Callable[[], None]) -> bytes:
        with self.page.expect_download() as waiting:
            press()
        return Path(waiting.value.path()).read_bytes()

    def fetch(self, path: str) -> bytes:
        """Fetch a file with this browser's cookies."""
        answer = self.context.request.get(self.house.url + path)
        assert answer.ok, f"{answer.status} {path}"
        return answer.body()

    # applying

    def act_for(self, name: str) -> None:
        self.go("/parties/acting-for/")
        self.page.locator("label.choice", has_text=name).locator("input").check()
        self._lead_on(self.page.locator("main button[type=submit]"))

    def begin(self, service: str) -> None:
        self.go(f"/cases/begin/{service}/")
        self.click("开始办理")

    def answer_step(self, answers: dict[str, Any]) -> None:
        """Answer what this step asks, as far as `answers` knows it, and go on."""
        here = self.page.url
        for _round in range(4):  # without script a question that follows from an answer comes with the next page
            self._answer(answers)
            self.click("保存并继续")
            if self.page.url != here or self.page.locator("main .errors").count():
                break

    def answer_form(self, answers: dict[str, Any]) -> None:
        """Answer every step of the form."""
        for _step in range(12):
            if "/fill/" not in self.page.url:
                return
            here = self.page.url
            self.answer_step(answers)
            assert self.page.url != here, self.page.locator("main .errors").all_inner_texts() or self.text()
        raise AssertionError(f"the form does not end: {self.page.url}")

    def upload(self, code: str, file: Path | dict[str, Any]) -> None:
        """Bring a file for one material; with script it is taken as soon as it is chosen."""
        line = self.page.locator(f"#material-{code}")
        line.locator("input[type=file]").set_input_files(file)
        if self.script:
            expect(line.locator("progress:visible")).to_have_count(0)
        else:
            self._lead_on(line.get_by_role("button", name=re.compile("^上传")))

    def submit(self) -> str:
        """Declare, hand in, and return the number of the case."""
        self.page.check("input[name=declared]")
        self.click("提交申请")
        self.page.wait_for_url("**/submitted/")
        return self.page.inner_text(".confirmation__number").strip()

    def apply(self, service: str, answers: dict[str, Any], files: dict[str, Path]) -> Matter:
        """Go all the way from the first question to the number. files: code of the material -> file."""
        self.begin(service)
        self.answer_form(elsewhere(answers))
        for code, file in files.items():
            self.upload(code, file)
        if "/materials/" in self.page.url:
            self.click("继续")
        matter = Matter(uid=self.case, number=self.submit())
        matter.query_code = self.page.locator(".confirmation .number").last.inner_text().strip()
        return matter

    @property
    def case(self) -> str:
        """The word in the address that stands for the case one looks at."""
        found = re.search(r"/cases/(\w+)/", self.page.url)
        assert found, self.page.url
        return found[1]

    def _answer(self, answers: dict[str, Any]) -> None:
        # Deciding answers first: they change what is asked. What they bring is answered in the next round.
        for name, value in answers.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                self._fill_rows(name, value)
            else:
                for one in value if isinstance(value, list) else [value]:
                    self._put(name, _as_typed(one))

    def _fill_rows(self, name: str, rows: list[dict[str, Any]]) -> None:
        if not self.page.locator(f'[name^="{name}.0."]').count():
            return
        for number, row in enumerate(rows):
            first = self.page.locator(f'[name^="{name}.{number}."]')
            if not first.count():
                more = self.page.locator(f'button[name="_add"][value="{name}"]')
                if self.script:
                    more.click()
                    first.first.wait_for()
                    self._settle()
                else:
                    self._lead_on(more)
            for column, value in row.items():
                self._put(f"{name}.{number}.{column}", _as_typed(value))

    def _put(self, name: str, value: str) -> None:
        control = self.page.locator(f'main [name="{name}"]')
        if not control.count():
            return
        kind = control.first.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind in {"radio", "checkbox"}:
            choice = self.page.locator(f'main [name="{name}"][value="{value}"]')
            if not choice.is_checked():
                self._deciding(choice, choice.check)
        elif kind == "select-one":
            if control.input_value() != value:
                self._deciding(control, lambda: control.select_option(value))
        elif control.input_value() != value:
            control.fill(value)

    def _deciding(self, control: Locator, act: Callable[[], Any]) -> None:
        """Change an answer; where others depend on it, script asks the server at once."""
        if self.script and control.locator("xpath=ancestor::*[@data-decides]").count():
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                act()
            self._settle()
        else:
            act()

    def _settle(self) -> None:
        if self.script:
            busy = self.page.locator("[aria-busy=true], .htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
            expect(busy).to_have_count(0)


def _as_typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(house: House, visit_at: Callable[..., Visitor]) -> Visit:
    """Open a browser for somebody: `visit("phone")`, `visit("desktop", script=False)`, `visit(login="chen.jing")`."""
    return partial(visit_at, house)


@pytest.fixture
def visit_at(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a browser for somebody in front of some house."""
    visitors: list[Visitor] = []

    def open_(house: House, size: str = "desktop", *, script: bool = True, login: str = "") -> Visitor:
        context = browser.new_context(
            viewport=SIZES[size],
            java_script_enabled=script,
            locale="zh-CN",
            geolocation={"latitude": 30.572815, "longitude": 104.066801, "accuracy": 12},
            permissions=["geolocation"] if script else [],
            has_touch=size == "phone",
        )
        visitor = Visitor(house, context, size=size, script=script)
        visitors.append(visitor)
        if login:
            visitor.sign_in(login)
        return visitor

    yield open_
    for visitor in visitors:
        visitor.context.close()
    wrong = [error for visitor in visitors for error in visitor.script_errors]
    assert not wrong, f"the browser reports errors: {wrong}"
    told = [address for visitor in visitors for address in visitor.asked if PERSONAL.search(address)]
    assert not told, f"addresses tell about people: {told}"


def on_site(inspector: "Visitor") -> None:
    """Fill in the checklist of an inspection, everything met, and who was there, as far as the service asks for it."""
    for point in inspector.page.locator("main input[type=radio][name^=point-][value=pass]").all():
        point.check()
    for number in range(1, inspector.page.locator("[name^=inspector-]").count() + 1):
        inspector.page.fill(f"[name=inspector-{number}]", f"核查员{number}")
        inspector.page.fill(f"[name=certificate-{number}]", f"99-{number:03}")
