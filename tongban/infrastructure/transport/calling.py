"""Speak HTTP with a foreign system: one connection a call, with a limit of time and of size."""

import http.client
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from tongban.infrastructure.transport.ports import Unreachable


class HttpAnswer(NamedTuple):
    """headers: their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", seconds: float, most_bytes: int
) -> HttpAnswer:
    """Send one request. Raises Unreachable where no whole answer comes in time, or more than `most_bytes`."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreachable(f"{url} is no address")
    try:
        connection = _connection(parts.scheme, parts.hostname, parts.port, seconds)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target or "/", body or None, dict(headers))
            answer = connection.getresponse()
            content = answer.read(most_bytes + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if len(content) > most_bytes:
        raise Unreachable("the answer is too long")
    return HttpAnswer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
