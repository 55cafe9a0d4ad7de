"""What may be started at which address; asked before anything of the house is loaded."""

import ipaddress
from urllib.parse import urlsplit

# Names that nobody outside can look up. Source: RFC 2606, RFC 6761, RFC 6762, RFC 8375; ICANN for .internal.
INSIDE = ("localhost", "local", "internal", "test", "example", "invalid", "home.arpa", "lan")


def unfit(url: str, *, demo: bool, debug: bool) -> str:
    """Say why this must not be started at this address, and what to do; "" where nothing speaks against it.

    Certificates carry the address for years, and QR codes of papers, receipts and letters by mail for good: a real city
    gives none out that leads nobody there.
    """
    if not demo and is_loopback(url):
        return (
            f"{url} leads nobody to this city, and certificates, QR codes and mail would carry it for years. "
            "Set TONGBAN_PUBLIC_URL to the address that people use, such as https://zwfw.city.gov.cn."
        )
    if not is_public(url):
        return ""
    if debug:
        return f"{url} is a public address, and TONGBAN_DEBUG shows the inside to everyone. Unset TONGBAN_DEBUG."
    if demo:
        return (
            f"{url} is a public address, and this is a demonstration: everyone knows its passwords. "
            "Set TONGBAN_DEMO=false for a city of its own, or let TONGBAN_PUBLIC_URL name one inside your network."
        )
    return ""


def is_public(url: str) -> bool:
    """Say whether people outside may be meant: https, or a name or number that is not only known inside."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global or (parts.scheme == "https" and not _is_here(host))
    except ValueError:
        inside = "." not in host or any(host == name or host.endswith(f".{name}") for name in INSIDE)
        return (parts.scheme == "https" and host != "localhost") or not inside


def is_loopback(url: str) -> bool:
    """Say whether an address leads nowhere but to the machine of whoever follows it, or is none at all."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or not host:
        return True
    try:
        return _is_here(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_here(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return address.is_loopback or address.is_unspecified
