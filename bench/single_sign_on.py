"""Single sign-on by OpenID Connect, on PostgreSQL: eight people at once, each again and again.

One turn is a whole flow of a person who agreed before: the question with PKCE, the code, the token for it with a proof
signed by the system's key (private_key_jwt), and the check of the ID token by the published keys.
"""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from bench.figures import Report
from bench.house import House, house
from bench.load import Browser, side_by_side

PEOPLE, RUNS, EACH = 8, 3, 40
PASSWORD = "Tongban-2026"
BACK = "https://bench.example/back"
SIGN_IN = "/identity/sign-in/"
PROOF = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class System:
    """A system that lets people sign in here."""

    def __init__(self, made: House) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "bench-1"})
        known = json.dumps({"keys": [self.key.as_dict(private=False)]})
        self.handle = made.inside("relying", BACK, given=known)
        self.door = Browser(made.address)
        told = json.loads(self.door.get("/.well-known/openid-configuration").body)
        self.issuer, self.token_at = told["issuer"], told["token_endpoint"]
        self.keys = KeySet.import_key_set(json.loads(self.door.get("/oauth/jwks").body))

    def question(self, verifier: str) -> str:
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self.handle,
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "openid profile",
            "state": secrets.token_urlsafe(8),
            "nonce": verifier[:20],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"/federation/authorize/?{urlencode(asked)}"

    def proof(self) -> str:
        now = int(time.time())
        claims = {"iss": self.handle, "sub": self.handle, "aud": self.token_at, "iat": now, "exp": now + 60}
        return jwt.encode({"alg": "ES256", "kid": "bench-1"}, claims | {"jti": secrets.token_urlsafe(12)}, self.key)

    def exchange(self, door: Browser, code: str, verifier: str) -> bool:
        """Take the token for a code; say whether it is signed by the house and meant for this system."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
        sent |= {"client_id": self.handle, "client_assertion_type": PROOF, "client_assertion": self.proof()}
        answer = door.post(urlsplit(self.token_at).path, sent)
        if answer.status != 200:
            return False
        claims = jwt.decode(json.loads(answer.body)["id_token"], self.keys).claims
        return bool(claims["iss"] == self.issuer and claims["nonce"] == verifier[:20])


def run(report: Report) -> None:
    with house("postgresql") as made:
        system = System(made)
        doors = [
            (agreed(made, system, login), Browser(made.address)) for login in made.inside("people", PEOPLE, PASSWORD)
        ]
        work = [[partial(flow, system, *both) for _turn in range(EACH)] for both in doors]
        loads = [side_by_side(work) for _run in range(RUNS)]
    report.add("single_sign_on.rate", [load.rate for load in loads], "1/s", ">= 30")
    report.add("single_sign_on.p95", [load.p95 for load in loads], "ms")
    report.add("single_sign_on.errors", sum(load.errors for load in loads), "errors", "= 0")


def agreed(made: House, system: System, login: str) -> Browser:
    """Sign somebody in, and let them agree to what the system learns."""
    browser = Browser(made.address)
    assert browser.get(SIGN_IN).status == 200
    assert browser.post(SIGN_IN, {"login": login, "password": PASSWORD, "next": ""}).status == 302
    question = system.question(secrets.token_urlsafe(40))
    assert browser.get(question).status == 200
    assert browser.post(question, {"agree": "yes"}).status == 302
    return browser


def flow(system: System, browser: Browser, door: Browser) -> bool:
    verifier = secrets.token_urlsafe(40)
    answer = browser.get(system.question(verifier))
    found = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    return answer.status == 302 and "code" in found and system.exchange(door, found["code"][0], verifier)
