"""A time-stamping authority, spoken to by HTTP as RFC 3161 says in 3.4."""

import asyncio
import base64
import http.client
import secrets
import ssl
import threading
import time
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.seals import stamps
from tongban.platform.seals.ports import StamperUnavailable

QUESTION, ANSWER = "application/timestamp-query", "application/timestamp-reply"
MAX_ANSWER_BYTES = 256 * 1024
# Whoever did not answer is not asked again at once: work that needs no stamp goes on meanwhile.
PAUSE_SECONDS = 10
# Whom its certificate rests on is looked at again after that time; it takes longer than all the rest.
TRUSTED_SECONDS = 600
# Between its clock and ours, before somebody should look.
APART = timedelta(minutes=2)


class ServerConnection(threading.local):
    """A connection that is kept open, one for each thread."""

    open: http.client.HTTPConnection | None = None


class TimeStampServer:
    """One authority.

    url       "https://tsa.example.cn/tsr"
    roots     certificates that its own rests on, PEM
    judge     says what its answers are worth
    ca_file   certificates that its web server's rests on; "" for the system's
    """

    def __init__(
        self,
        url: str,
        *,
        roots: list[str],
        judge: stamps.Judge,
        user: str = "",
        password: str = "",
        ca_file: str = "",
        seconds: float = 10,
    ) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in {"http", "https"} or not self._parts.hostname:
            raise ValueError(f"SEALS_TSA is {url!r}; write https://host/path")
        self._roots, self._judge, self._seconds, self._ca_file = roots, judge, seconds, ca_file
        self._headers = {"Content-Type": QUESTION, "Accept": ANSWER}
        if user:
            self._headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._connection = ServerConnection()
        self._silent_until = self._known_until = 0.0
        self._known: stamps.TimeStamp | None = None
        self.title: StrOrPromise = url
        self.longest = 0

    async def stamp(self, digest: bytes) -> bytes:
        if time.monotonic() < self._silent_until:
            raise StamperUnavailable("the time-stamping authority did not answer a moment ago")
        return (await self._stamped(digest)).content

    def check(self) -> list[StrOrPromise]:
        try:
            token = asyncio.run(self._stamped(sha256(b"check").digest()))
        except StamperUnavailable as silence:
            return [str(silence)]
        if abs(token.at - clock.now()) > APART:
            return [_("Its clock says %(at)s, which differs from ours.") % {"at": token.at.isoformat()}]
        return []

    async def _stamped(self, digest: bytes) -> stamps.TimeStamp:
        nonce = secrets.randbits(63)
        try:
            answer = self._ask(stamps.question(digest, nonce))
        except (OSError, http.client.HTTPException) as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            raise StamperUnavailable(
                f"{self._parts.hostname} does not answer: {error or type(error).__name__}"
            ) from error
        try:
            token = await self._judge(
                answer, digest=digest, nonce=nonce, roots=self._roots, moment=clock.now(), known=self._recent()
            )
        except stamps.InvalidStamp as worthless:
            raise StamperUnavailable(f"{self._parts.hostname}: {worthless}") from worthless
        self._silent_until = 0.0
        self.longest = max(self.longest, len(token.content))
        if self._recent() is None:
            self._known, self._known_until = token, time.monotonic() + TRUSTED_SECONDS
        return token

    def _recent(self) -> stamps.TimeStamp | None:
        return self._known if time.monotonic() < self._known_until else None

    def _ask(self, question: bytes) -> bytes:
        kept = self._connection.open is not None
        try:
            return self._asked(question)
        except (ConnectionError, http.client.HTTPException):
            if not kept:
                raise
            return self._asked(question)  # the other end had closed the line meanwhile; to ask twice does no harm

    def _asked(self, question: bytes) -> bytes:
        line = self._connection.open = self._connection.open or self._opened()
        path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        try:
            line.request("POST", path, question, self._headers)
            response = line.getresponse()
            content = response.read(MAX_ANSWER_BYTES)
            if response.status != HTTPStatus.OK or not response.isclosed():
                raise http.client.HTTPException(f"it answers {response.status} {response.reason}")
        except BaseException:
            line.close()
            self._connection.open = None
            raise
        return content

    def _opened(self) -> http.client.HTTPConnection:
        host = self._parts.hostname or ""
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, self._parts.port, timeout=self._seconds)
        trust = ssl.create_default_context(cafile=self._ca_file or None)
        return http.client.HTTPSConnection(host, self._parts.port, timeout=self._seconds, context=trust)
