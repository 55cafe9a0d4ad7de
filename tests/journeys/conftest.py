"""A house that really runs, in a folder of its own, and browsers that knock at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.laws.house import ROOT

PASSWORD = "Tongban-2026"
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


@dataclass(frozen=True)
class House:
    """A running installation. url: where it answers; folder: where its data lies."""

    url: str
    folder: Path
    environment: dict[str, str]

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """Start web server and worker as `make run` does, and stop them at the end."""
    port = free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_"))},
        "TONGBAN_VAR": str(folder),
        "TONGBAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TONGBAN_WORKERS": "1",
    }
    log = (folder / "house.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    house = House(f"http://127.0.0.1:{port}", folder, environment)
    try:
        for _attempt in range(600):
            assert process.poll() is None, (folder / "house.log").read_text()
            try:
                with urllib.request.urlopen(f"{house.url}/healthz", timeout=2):
                    break
            except OSError:
                time.sleep(0.2)
        yield house
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "journeys need Chromium; `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        browser.close()


class Visitor:
    """One person with a browser of their own."""

    def __init__(self, house: House, context: BrowserContext) -> None:
        self.house = house
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)

    def go(self, path: str) -> None:
        self.page.goto(self.house.url + path)

    def sign_in(self, login: str) -> None:
        self.go("/identity/sign-in/")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def click(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).first.click()

    def follow(self, text: str) -> None:
        self.page.get_by_role("link", name=text).first.click()

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    def text(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture
def visit(house, browser):
    """Open a browser for somebody: `visit("phone")`, `visit("desktop", script=False)`."""
    contexts: list[BrowserContext] = []

    def open_(size: str = "desktop", *, script: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=SIZES[size],
            java_script_enabled=script,
            locale="zh-CN",
            geolocation={"latitude": 30.572815, "longitude": 104.066801, "accuracy": 12},
            permissions=["geolocation"] if script else [],
            has_touch=size == "phone",
        )
        contexts.append(context)
        return Visitor(house, context)

    yield open_
    for context in contexts:
        context.close()
