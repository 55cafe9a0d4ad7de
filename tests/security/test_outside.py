"""What an installation refuses or says to whoever comes from outside."""

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.laws.house import ROOT
from tests.sample_city import SampleCity
from tongban import addresses
from tongban.infrastructure.telemetry import logs

pytestmark = pytest.mark.found("S-LOW")


def started(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=kept | {"TONGBAN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "tongban.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("https://localhost", False),
        ("http://192.168.1.20:8000", False),
        ("http://tongban", False),
        ("http://tongban.internal", False),
        ("https://192.168.1.20", True),
        ("https://tongban", True),
        ("https://tongban.internal", True),
        ("http://8.8.8.8", True),
        ("http://[2606:4700::1111]", True),
        ("http://ywt.yunze.gov.cn", True),
        ("https://ywt.yunze.gov.cn", True),
    ],
)
def test_a_public_address_is_known(url: str, public: bool) -> None:
    assert addresses.is_public(url) is public
    assert bool(addresses.unfit(url, demo=True, debug=False)) is public
    assert bool(addresses.unfit(url, demo=False, debug=True)) is (public or addresses.is_loopback(url))
    assert bool(addresses.unfit(url, demo=False, debug=False)) is addresses.is_loopback(url)


@pytest.mark.found("J-LICENCE")
@pytest.mark.parametrize("url", ["http://0.0.0.0:8000", "http://[::]:8000", "ywt.yunze.gov.cn", "https://", ""])
def test_a_real_city_gives_out_no_address_that_is_none(url: str) -> None:
    assert "TONGBAN_PUBLIC_URL" in addresses.unfit(url, demo=False, debug=False)


@pytest.mark.parametrize("command", [["-m", "tongban.serve", "--port", "8189"], ["manage.py", "check"]])
@pytest.mark.parametrize(("name", "value"), [("DEMO", "true"), ("DEBUG", "1")])
def test_a_demonstration_does_not_start_at_a_public_address(
    tmp_path: Path, command: list[str], name: str, value: str
) -> None:
    settings = {"TONGBAN_DEMO": "false", "TONGBAN_PUBLIC_URL": "https://ywt.yunze.gov.cn", f"TONGBAN_{name}": value}

    ended = started(command, tmp_path, **settings)

    assert ended.returncode
    assert f"TONGBAN_{name}" in ended.stderr.strip().splitlines()[-1]
    assert "Traceback" not in ended.stderr


@pytest.mark.found("J-LICENCE")
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "tongban.serve", "--port", "8189"],
        ["manage.py", "prepare"],
        ["manage.py", "keys", "renew", "journal"],
        ["manage.py", "work"],
    ],
)
@pytest.mark.parametrize("url", ["", "http://localhost:8000"])
def test_a_real_city_does_not_start_at_an_address_that_leads_nobody_there(
    tmp_path: Path, command: list[str], url: str
) -> None:
    given = {"TONGBAN_PUBLIC_URL": url} if url else {}

    ended = started(command, tmp_path, TONGBAN_DEMO="false", UI_CITY="某某市", **given)

    assert ended.returncode
    assert "TONGBAN_PUBLIC_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_that_others_can_read_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o755)

    ended = started(["-c", "import tongban.settings"], folder)

    assert not ended.returncode, ended.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["x-real-ip", "x-forwarded-for", "forwarded", "via", "x-forwarded-proto", "true-client-ip"]
)
def test_figures_are_not_given_through_a_proxy(header: str) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(headers={header: "203.0.113.9"}).get("/metrics").status_code == 404
    assert "checks" not in Client(headers={header: "203.0.113.9"}).get("/readyz").json()


@pytest.fixture
def records() -> Iterator[list[Any]]:
    """What Django's own log says, as our log puts it."""
    found: list[Any] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(logs._named_by_view(None, "", {"event": record.getMessage(), "_record": record}))

    logger, handler = logging.getLogger("django.security.csrf"), Kept()
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


@pytest.mark.django_db
def test_a_form_without_its_token_is_no_unexpected_failure(records: list[Any]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/identity/sign-in/", {"login": "x", "password": "y"})

    assert answer.status_code == 403
    assert [line["event"] for line in records] == ["a form was refused: its token is missing or stale"]


@pytest.mark.django_db
def test_whoever_tries_too_often_is_told_how_long_to_wait(sample_city: SampleCity) -> None:
    machine = Client(headers={"accept-language": "zh-Hans"})
    answers = [machine.get("/api/v1/licences/verify", {"identifier": "1.2.156.3005.2"}) for _turn in range(60)]
    late = answers[-1]

    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 3600
    assert late["Content-Type"] == "application/problem+json"

    browser = Client()
    pages = [browser.post("/identity/sign-in/", {"login": "nobody", "password": "wrong"}) for _turn in range(30)]
    assert pages[-1].status_code == 429
    assert int(pages[-1]["Retry-After"]) > 0
    assert 'name="login"' in pages[-1].content.decode()
