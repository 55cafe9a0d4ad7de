"""SIP as devices of GB/T 28181 speak it (RFC 3261): messages in bytes, answers to them, digest authentication.

Pure: bytes and values in, bytes and values out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from hmac import compare_digest
from typing import NamedTuple

MAX_BYTES = 65_535
MAX_HEAD = 8_192
MAX_LINES = 64
WORDS = {
    100: "Trying",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    503: "Service Unavailable",
}
# Names that RFC 3261 lets devices shorten.
SHORT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}
# What an answer repeats of its request.
REPEATED = ("via", "from", "to", "call-id", "cseq")
NAMES = {"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}
_USER = re.compile(r"sips?:([^@;>]+)@", re.IGNORECASE)
_PAIR = re.compile(r'([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_REQUEST = re.compile(r"([A-Z]{1,20}) (\S{1,512}) SIP/2\.0")
_ANSWER = re.compile(r"SIP/2\.0 ([1-6][0-9]{2})(?: .*)?")


class UnreadableSip(ValueError):
    """Bytes that are no SIP message; `args[0]` says why, in a word."""


@dataclass(frozen=True)
class SipMessage:
    """A request, or an answer to one.

    method, uri   of a request; "" for an answer
    status        of an answer; 0 for a request
    headers       name in small letters → values, in their order
    """

    method: str
    uri: str
    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, ("",))[0]

    @property
    def user(self) -> str:
        """The device that speaks: the user part of From."""
        found = _USER.search(self.header("from"))
        return found[1] if found else ""

    @property
    def sequence(self) -> str:
        """By what a repetition of one request is known: Call-ID and CSeq."""
        return f"{self.header('call-id')} {self.header('cseq')}"


class SipHeader(NamedTuple):
    """One line of what is sent."""

    name: str
    value: str


def read(data: bytes) -> SipMessage:
    """Return the one message that a datagram holds. Raises UnreadableSip."""
    if len(data) > MAX_BYTES:
        raise UnreadableSip("long")
    head, parted, body = data.partition(b"\r\n\r\n")
    if not parted:
        raise UnreadableSip("unfinished")
    message = _head(head)
    length = _length(message)
    if length is not None and length > len(body):
        raise UnreadableSip("cut")
    return _with_body(message, body if length is None else body[:length])


class SipStream:
    """Finds messages in what comes over TCP, however it is cut or glued.

    What cannot be read ends the stream: there is no way to know where the next message begins.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[SipMessage]:
        """Yield the messages that are whole by now. Raises UnreadableSip."""
        self._rest += data
        while True:
            self._rest = self._rest.lstrip(b"\r\n")  # keep-alive of RFC 5626
            end = self._rest.find(b"\r\n\r\n")
            if end < 0:
                if len(self._rest) > MAX_HEAD:
                    raise UnreadableSip("long")
                return
            message = _head(self._rest[:end])
            length = _length(message)
            if length is None:
                raise UnreadableSip("length")
            if length > MAX_BYTES:
                raise UnreadableSip("long")
            if len(self._rest) < end + 4 + length:
                return
            body, self._rest = self._rest[end + 4 : end + 4 + length], self._rest[end + 4 + length :]
            yield _with_body(message, body)


def answer(request: SipMessage, status: int, *more: SipHeader, tag: str = "tongban") -> bytes:
    """Return the answer to a request; it goes back the way it came (Via) and repeats who spoke to whom."""
    lines = [f"SIP/2.0 {status} {WORDS[status]}"]
    for name in REPEATED:
        for value in request.headers.get(name, ()):
            ours = f"{value};tag={tag}" if name == "to" and "tag=" not in value and status > 100 else value
            lines.append(f"{NAMES[name]}: {ours}")
    lines += [f"{name}: {value}" for name, value in more]
    lines.append("Content-Length: 0")
    return "\r\n".join([*lines, "", ""]).encode()


class SipEnds(NamedTuple):
    """Who speaks to whom. own, other: 20 figures; at, to: "host:port"; transport: "UDP" or "TCP"."""

    own: str
    other: str
    at: str
    to: str
    transport: str


def message(ends: SipEnds, body: bytes, *, branch: str, sequence: int) -> bytes:
    """Return a MESSAGE request with a MANSCDP body. branch: a word of its own, by which its answer is known."""
    lines = [
        f"MESSAGE sip:{ends.other}@{ends.to} SIP/2.0",
        f"Via: SIP/2.0/{ends.transport} {ends.at};rport;branch=z9hG4bK{branch}",
        f"From: <sip:{ends.own}@{ends.at}>;tag={branch}",
        f"To: <sip:{ends.other}@{ends.to}>",
        f"Call-ID: {branch}@{ends.at}",
        f"CSeq: {sequence} MESSAGE",
        "Max-Forwards: 70",
        "Content-Type: Application/MANSCDP+xml",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def parameters(header: str) -> dict[str, str]:
    """Return what a header of digest authentication says, name in small letters → value; {} for another scheme."""
    scheme, _space, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    return {found[1].lower(): found[2] if found[2] is not None else found[3] for found in _PAIR.finditer(rest)}


def digest(given: Mapping[str, str], *, password: str, method: str) -> str:
    """Return the response that belongs to what a device says (RFC 2617, with qop or without). Algorithm: MD5."""
    first = _md5(f"{given.get('username', '')}:{given.get('realm', '')}:{password}")
    second = _md5(f"{method}:{given.get('uri', '')}")
    if given.get("qop"):
        parts = (given.get("nonce", ""), given.get("nc", ""), given.get("cnonce", ""), given["qop"])
        return _md5(f"{first}:{':'.join(parts)}:{second}")
    return _md5(f"{first}:{given.get('nonce', '')}:{second}")


def proves(given: Mapping[str, str], *, password: str, method: str) -> bool:
    """Say whether a device that says this knows the password. An empty password proves nothing."""
    wanted = digest(given, password=password, method=method)
    return bool(password) and compare_digest(wanted.encode(), given.get("response", "").lower().encode())


def expires(request: SipMessage) -> int | None:
    """Return for how many seconds a device registers, 0 to leave; None where it says nothing that is a number."""
    in_contact = re.search(r";\s*expires=([0-9]+)", request.header("contact"), re.IGNORECASE)
    said = request.header("expires") or (in_contact[1] if in_contact else "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else None


def _head(head: bytes) -> SipMessage:
    if len(head) > MAX_HEAD:
        raise UnreadableSip("long")
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        raise UnreadableSip("text") from error
    if "\x00" in text:
        raise UnreadableSip("text")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", text).split("\r\n")
    if len(lines) > MAX_LINES:
        raise UnreadableSip("long")
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise UnreadableSip("header")
        key = SHORT.get(name.strip().lower(), name.strip().lower())
        headers[key] = (*headers.get(key, ()), value.strip())
    if missing := [name for name in REPEATED if name not in headers]:
        raise UnreadableSip(missing[0])
    if request := _REQUEST.fullmatch(start):
        return SipMessage(request[1], request[2], 0, headers)
    if said := _ANSWER.fullmatch(start):
        return SipMessage("", "", int(said[1]), headers)
    raise UnreadableSip("start")


def _length(message: SipMessage) -> int | None:
    said = message.header("content-length")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 8):
        raise UnreadableSip("length")
    return int(said)


def _with_body(message: SipMessage, body: bytes) -> SipMessage:
    return SipMessage(message.method, message.uri, message.status, message.headers, body)


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
