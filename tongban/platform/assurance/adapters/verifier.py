"""A real-person verification service, spoken to by signed JSON over HTTP.

POST {url}/checks       {"reference", "name", "id_number", "back"} → {"address"}
GET  {url}/checks/REF   → {"reference", "state"}, state "asked", "passed" or "failed"
Both messages of each exchange bear X-Signature: HMAC with SHA-256 of the body (of the path, where there is none).
"""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from tongban.platform.assurance import rules
from tongban.platform.assurance.ports import Unavailable, VerifierAnswer

MAX_ANSWER_BYTES = 64 * 1024
SECONDS = 10


class HttpVerifier:
    def __init__(self, url: str, secret: str) -> None:
        self._parts, self._secret = urlsplit(url), secret
        if self._parts.scheme not in {"http", "https"} or not self._parts.hostname or not secret:
            raise ValueError("ASSURANCE_VERIFIER_URL is https://host/path, and needs ASSURANCE_VERIFIER_SECRET")

    def begin(self, *, reference: str, name: str, id_number: str, back: str) -> str:
        told = {"reference": reference, "name": name, "id_number": id_number, "back": back}
        said, _body = self._ask("POST", "/checks", json.dumps(told).encode())
        address = str(said.get("address", ""))
        if urlsplit(address).hostname != self._parts.hostname:
            raise Unavailable("the verifier sends people elsewhere")
        return address

    def verdict(self, reference: str) -> VerifierAnswer:
        said, body = self._ask("GET", f"/checks/{reference}", b"")
        if said.get("reference") != reference or said.get("state") not in ("asked", "passed", "failed"):
            raise Unavailable("the verifier speaks of something else")
        return VerifierAnswer(said["state"], body)

    def _ask(self, method: str, path: str, body: bytes) -> tuple[dict[str, Any], bytes]:
        secure = self._parts.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(self._parts.hostname or "", self._parts.port, timeout=SECONDS)
        target = self._parts.path.rstrip("/") + path
        headers = {
            "Content-Type": "application/json",
            "X-Signature": rules.signature(self._secret, body or target.encode()),
        }
        try:
            connection.request(method, target, body or None, headers)
            answer = connection.getresponse()
            read = answer.read(MAX_ANSWER_BYTES)
            if answer.status != 200 or not rules.is_signed(self._secret, read, answer.getheader("X-Signature") or ""):
                raise Unavailable(f"the verifier answers {answer.status}, or without a signature")
            said = json.loads(read)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unavailable(str(error)) from error
        finally:
            connection.close()
        if not isinstance(said, dict):
            raise Unavailable("the verifier answers something else than JSON")
        return said, read
