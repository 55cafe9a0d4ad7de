"""How long to wait, how long a sign-in lasts, how far a duty reaches."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from tongban.infrastructure.kernel import text as typed


def normal_login(text: str) -> str:
    """Return a login as it is saved: half width, in lower case, without spaces and anything invisible."""
    return typed.address(text).lower()


def wait(failures: int, *, free: int, first: int, most: int) -> timedelta:
    """Return how long the next attempt must wait after that many failures.

    free          failures that cost nothing
    first, most   seconds; the wait doubles from the first to the longest
    """
    beyond = failures - free
    if beyond <= 0:
        return timedelta()
    return timedelta(seconds=min(first * 2 ** min(beyond - 1, 30), most))


def expires_at(*, started_at: datetime, seen_at: datetime, idle: timedelta, most: timedelta) -> datetime:
    """Return when a sign-in ends if nothing more is heard: idle too long, or simply old, whichever comes first."""
    return min(seen_at + idle, started_at + most)


def reach(area: str) -> str:
    """Return the prefix that the codes of everything inside an area share.

    A division code of six digits names province, city and district by two digits each: 990100 is a city, and
    everything in it begins with 9901. Longer codes (township, village) are their own prefix. "" is everywhere.
    Source: GB/T 2260.
    """
    if len(area) == 6 and area.endswith("0000"):
        return area[:2]
    if len(area) == 6 and area.endswith("00"):
        return area[:4]
    return area


def true_address(remote: str, forwarded: str, proxies: int) -> str:
    """Return the address of the visitor's machine.

    remote      who opened the connection
    forwarded   the header X-Forwarded-For; only as many entries at its end as there are proxies of ours can be trusted
    """
    if proxies <= 0 or not forwarded:
        return remote[:45]
    entries = [entry.strip() for entry in forwarded.split(",")]
    return entries[-min(proxies, len(entries))][:45]


def throttle_network(address: str) -> str:
    """Return for whom attempts from an address are counted: for its /64 network, where it is one of IPv6.

    Whoever has one such address has 2^64 of them. Source: RFC 6177, RFC 4291 section 2.5.1.
    """
    try:
        whole = ip_address(address)
    except ValueError:
        return address
    return address if whole.version == 4 else str(ip_network(f"{address.partition('%')[0]}/64", strict=False))


_BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device(description: str) -> str:
    """Return browser and system in words, from what the browser says of itself; "" where it says nothing known."""
    found = (_first(description, _BROWSERS), _first(description, _SYSTEMS))
    return " · ".join(part for part in found if part)


def within(wanted: Sequence[str], held: Sequence[str]) -> list[str]:
    """Return the wanted duties that are held, in order, once each."""
    return sorted(set(wanted) & set(held))


def _first(description: str, marks: Sequence[tuple[str, str]]) -> str:
    return next((name for mark, name in marks if mark in description), "")


# Rows of keys, the alphabet and figures, as fingers run over them; read backwards as well.
_RUNS = tuple(
    run[::step]
    for run in (
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "1qaz2wsx3edc4rfv5tgb",
    )
    for step in (1, -1)
)
_DISGUISES = str.maketrans("@4301$5!7", "aaeolssit")
MIN_PIECES = 4  # of a password that is not guessed at once
_SHORTEST_WORD, _MAX_WORD = 4, 20


def pieces(password: str, common: Collection[str]) -> int:
    """Return of how many things a password is made that have to be guessed one by one.

    A word that many people use, a row of keys, a year or a repetition is one thing however long it is, and counts once;
    so does each letter or figure that belongs to none of them. Punctuation adds next to nothing.

    common   passwords and words that are tried first, in lower case
    Source: D. L. Wheeler, zxcvbn: Low-Budget Password Strength Estimation, USENIX Security 2016, sections 3 and 4;
    NIST SP 800-63B, 3.1.1.2 (commonly used, expected or compromised values are refused).
    """
    text = _unrepeated(unicodedata.normalize("NFKC", password).lower())
    return min(_pieces(text, common), _pieces(text.translate(_DISGUISES), common))


def _pieces(text: str, common: Collection[str]) -> int:
    known: set[str] = set()
    others = at = 0
    while at < len(text):
        length = _guessed_at_once(text, at, common)
        if length:
            known.add(text[at : at + length])
        elif text[at].isalnum():
            others += 1
        at += length or 1
    return len(known) + others


def _guessed_at_once(text: str, at: int, common: Collection[str]) -> int:
    """Return how many characters from here on are one guess; 0 where the next one stands for itself."""
    for length in range(min(_MAX_WORD, len(text) - at), 2, -1):
        part = text[at : at + length]
        word = length >= _SHORTEST_WORD and part in common
        year = length == 4 and part.isdecimal() and part[:2] in {"19", "20"}
        run = any(part in each for each in _RUNS)
        if word or year or run or len(set(part)) == 1:
            return length
    return 0


def _unrepeated(text: str) -> str:
    """Return what a text repeats, where it is nothing but repetitions; else the text itself."""
    at = (text + text).find(text, 1)
    return text[:at] if text and at < len(text) else text
