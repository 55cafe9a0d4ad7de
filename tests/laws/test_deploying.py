"""The files an operator copies name what there is: settings, addresses, folders, commands."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings

from tests.laws.house import ROOT

DEPLOY = ROOT / "deploy"
OPERATING = ROOT / "docs" / "operating"
pytestmark = pytest.mark.found("D")


def variables(text: str) -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def test_every_variable_of_the_environment_is_a_setting_that_is_explained():
    named = variables((DEPLOY / "tongban.env").read_text())
    pages = [OPERATING / "settings.md", *(ROOT / "docs" / "generated").glob("*.md")]
    explained = "".join(page.read_text() for page in pages)

    assert {"TONGBAN_DEMO", "UI_CITY", "TONGBAN_DATABASE", "TONGBAN_PUBLIC_URL"} <= named
    assert not {name for name in named if f"`{name}`" not in explained}


def test_the_units_start_what_the_page_says():
    page = (OPERATING / "production.md").read_text()
    for file in DEPLOY.iterdir():
        assert f"../../deploy/{file.name}" in page, file.name
    for unit in ("tongban-web.service", "tongban-work.service"):
        text = (DEPLOY / unit).read_text()
        assert "EnvironmentFile=/etc/tongban.env" in text
        assert "ReadWritePaths=/var/lib/tongban" in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here to judge")
@pytest.mark.parametrize("unit", ["tongban-web.service", "tongban-work.service"])
def test_systemd_understands_the_units(unit, tmp_path):
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", (DEPLOY / unit).read_text(), flags=re.MULTILINE)
    (tmp_path / unit).write_text(text.replace("User=tongban\nGroup=tongban\n", ""))

    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )

    assert not [line for line in done.stderr.splitlines() if unit in line and "Unknown" in line], done.stderr


def test_both_languages_have_the_same_sections():
    english = (OPERATING / "production.md").read_text()
    chinese = (OPERATING / "production.zh-CN.md").read_text()

    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n1. ") + english.count("\n8. ") == chinese.count("\n1. ") + chinese.count("\n8. ")


def test_the_proxy_takes_as_much_as_the_house_reads():
    text = (DEPLOY / "nginx.conf").read_text()

    assert f"client_max_body_size {settings.UI_MAX_REQUEST_MB}m;" in text
    assert "proxy_request_buffering on;" in text
