"""npm openid-client lets somebody sign in: discovery, PAR, PKCE, private_key_jwt, refresh, sign-out."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import ECKey

from tests.laws.house import ROOT
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.federation import services as federation
from tongban.platform.federation.tests.conftest import BACK

MODULES = ROOT / ".venv" / "validators" / "node_modules"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        shutil.which("node") is None or not (MODULES / "openid-client").exists(),
        reason="openid-client is fetched by `make test` where Node.js is",
    ),
]
KEY = ECKey.generate_key("P-256", {"kid": "theatre-1"})
OUT = "https://theatre.example/out"


def test_openid_client_signs_somebody_in_and_out(live_server, settings, browser, account):
    settings.PUBLIC_URL = live_server.url
    theatre = federation.admit(
        actor=SYSTEM,
        title="云泽大剧院",
        purpose="购票",
        redirect_uris=[BACK],
        logout_uris=[OUT],
        keys=json.dumps({"keys": [KEY.as_dict(private=False)]}),
        scopes=["profile", "email", "offline_access"],
    )
    driver = subprocess.Popen(
        ["node", str(Path(__file__).with_name("relying_party.mjs"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def tell(**what) -> dict:
        driver.stdin.write(json.dumps(what) + "\n")
        driver.stdin.flush()
        return json.loads(driver.stdout.readline() or "{}")

    try:
        asked = tell(
            modules=str(MODULES),
            issuer=live_server.url,
            client=theatre.handle,
            key=KEY.as_dict(private=True),
            back=BACK,
            out=OUT,
        )
        parts = urlsplit(asked["where"])
        back = browser.post(f"{parts.path}?{parts.query}", {"agree": "yes"}).url
        said = tell(came=back)
    finally:
        driver.kill()
        driver.wait()

    assert "request_uri=" in parts.query
    assert "code_challenge" not in parts.query
    assert (said["claims"]["iss"], said["claims"]["aud"]) == (live_server.url, theatre.handle)
    assert (said["about"]["name"], said["about"]["sub"]) == (account.name, said["claims"]["sub"])
    assert said["rotated"] is True
    assert said["refused"] == "invalid_grant"
    leave = urlsplit(said["out"])
    assert OUT in browser.post(f"{leave.path}?{leave.query}").url
    assert browser.get("/federation/").status_code == 302
