"""How long to wait, how long a sign-in lasts, how far a duty reaches."""

from collections.abc import Sequence
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


def neighbourhood(address: str) -> str:
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
