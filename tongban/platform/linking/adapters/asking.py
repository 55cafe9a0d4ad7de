"""One question to a provider over HTTP, answered in JSON."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tongban.platform.linking.ports import Forged, Silent

MAX_ANSWER_BYTES, SECONDS = 256 * 1024, 10


def account(file: str) -> dict[str, Any] | None:
    """Return what the installation has with a provider; None where there is no such file."""
    where = Path(file)
    return dict(json.loads(where.read_text())) if file and where.is_file() else None


def ask(address: str, *, query: dict[str, str] | None = None, form: dict[str, str] | None = None, key: str = "") -> Any:
    """Return a provider's answer. Raises Silent, Forged (no JSON).

    query   asked in the address; form: sent in the body; key: shown as bearer
    """
    parts = urlsplit(address)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=SECONDS)
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        where = parts.path + (f"?{urlencode(query)}" if query else "")
        connection.request("GET" if form is None else "POST", where, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        body = answer.read(MAX_ANSWER_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Silent(str(error)) from error
    finally:
        connection.close()
    if answer.status >= 500:
        raise Silent(f"the provider answers {answer.status}")
    try:
        said = json.loads(body)
    except ValueError as error:
        raise Forged("no JSON") from error
    if not isinstance(said, dict) or answer.status != 200:
        raise Forged(f"the provider answers {answer.status}")
    return said
