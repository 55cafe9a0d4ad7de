"""What may be written into a log, and what is cut off before."""

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Literal

Addresses = Literal["short", "full", "none"]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# An identity number (18 characters) or a mobile number (11 digits), not inside a longer number.
PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")
# PostgreSQL prints the values of a refused row after this word.
ROW = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


# What moves a terminal's cursor, ends a line or turns the direction of writing: no part of a foreign text's meaning.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
INDENT = "    "


def escaped(text: str) -> str:
    """Return a text that stays within its line of the log, whatever it quotes: control characters are written out."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def indented(text: str) -> str:
    """Return a text of several lines, such as a traceback, none of which can be taken for a line of the log."""
    return "\n".join(INDENT + escaped(line) for line in text.split("\n"))


def without_personal_data(text: str) -> str:
    """Cut identity numbers, mobile numbers and quoted rows out of a text, e.g. out of a traceback.

    Code says what happened with ids, so that this should find nothing; messages of libraries may quote values.
    """
    return PERSONAL.sub("***", ROW.sub(r"\1: ***", text))


@lru_cache(maxsize=4096)
def network_of(address: str, addresses: Addresses = "short") -> str:
    """Return what may be kept of an internet address: its /24 or /48 network, all of it, or nothing."""
    if addresses == "none" or not address:
        return ""
    if addresses == "full":
        return address
    try:
        bits = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False))


def is_request_id(text: str) -> bool:
    """Say whether a caller's request id may be taken over: short, and fit for a log line."""
    return bool(REQUEST_ID.fullmatch(text))


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def portal_and_room(view: str) -> tuple[str, str]:
    """Return portal and room of a view's full name: "hall:cases:mine" → ("hall", "cases")."""
    parts = view.split(":")
    return (parts[0], parts[1] if len(parts) > 2 else "") if len(parts) > 1 else ("", "")


def is_proxy_header(name: str) -> bool:
    """Say whether a header (as WSGI names it) is one that a proxy puts on what it passes on.

    Source: RFC 7239, RFC 9110 section 7.6.3; X-Real-IP of nginx, and what content networks send.
    """
    return name.startswith(("HTTP_X_FORWARDED", "HTTP_X_ORIGINAL")) or name in _PROXIES


_PROXIES = frozenset(
    f"HTTP_{name}"
    for name in (
        "FORWARDED",
        "VIA",
        "X_REAL_IP",
        "X_CLIENT_IP",
        "X_CLUSTER_CLIENT_IP",
        "CLIENT_IP",
        "TRUE_CLIENT_IP",
        "CF_CONNECTING_IP",
        "FASTLY_CLIENT_IP",
        "ALI_CDN_REAL_IP",
        "CDN_SRC_IP",
        "X_ENVOY_EXTERNAL_ADDRESS",
    )
)
