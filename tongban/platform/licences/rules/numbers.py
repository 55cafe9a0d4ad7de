"""Identifiers, numbers and states of licences: plain values in, plain values out."""

import re
from dataclasses import dataclass
from datetime import date

from tongban.platform.parties import services as parties

ROOT_OID = "1.2.156.3005.2"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# One table of allowed steps: from -> step -> to.
STEPS: dict[str, dict[str, str]] = {
    "reserved": {"issue": "valid"},
    "valid": {"suspend": "suspended", "revoke": "revoked", "cancel": "cancelled", "supersede": "superseded"},
    "suspended": {"resume": "valid", "revoke": "revoked", "cancel": "cancelled"},
    "revoked": {},
    "cancelled": {},
    "superseded": {},
}
STATES = frozenset(STEPS)
# 吊销、撤回: why a licence is taken away without its case. Source: 行政许可法 art. 8 (withdrawal), 行政处罚法 art. 9.
REVOKED_FOR = ("penalty", "withdrawal", "other")
# 注销: why a licence is struck off by law. Source: 行政许可法 art. 70.
CANCELLED_FOR = ("expiry", "holder-gone", "organisation-ended", "revoked", "force-majeure", "other")
# What a newer licence with the same number does to the one before: 变更、延续、补领.
HOW = frozenset({"change", "extend", "replace"})


def after(state: str, step: str) -> str | None:
    """Return the state that a step leads to; None where it is not allowed."""
    return STEPS[state].get(step)


def validity(state: str, *, valid_from: date, valid_until: date | None, on: date) -> str:
    """Return the state as of a day: a valid one is "pending" before its first day and "expired" after its last."""
    if state == "valid" and on < valid_from:
        return "pending"
    if state == "valid" and valid_until is not None and on > valid_until:
        return "expired"
    return state


def check_character(text: str) -> str:
    """Return the check character of ISO/IEC 7064 MOD 37,36 over digits and capital letters.

    Source: GB/T 36904-2018, electronic licence identification. Raises ValueError for other characters.
    """
    rest = 36
    for character in text:
        rest = (rest + ALPHABET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return ALPHABET[(37 - rest) % 36]


def check_digit(digits: str) -> str:
    """Return the check digit of ISO/IEC 7064 MOD 11,10 (GB/T 17710), as food licences carry it."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


@dataclass(frozen=True)
class Identifier:
    """The parts of an 电子证照标识 (GB/T 36904).

    kind_code  证照类型代码: the defining body's 统一社会信用代码 and three digits
    issuer     颁发机构代码: 统一社会信用代码
    serial     流水号
    version    版本号
    """

    kind_code: str
    issuer: str
    serial: str
    version: int

    def __str__(self) -> str:
        body = (self.kind_code, self.issuer, self.serial, f"{self.version:03}")
        return ".".join((ROOT_OID, *body, check_character("".join(body))))


def next_version(identifier: str, version: int) -> str:
    """Return the identifier of the next version of a licence, where this one is of that version."""
    kind_code, issuer, serial, _version, _check = identifier.removeprefix(ROOT_OID + ".").split(".")
    return str(Identifier(kind_code, issuer, serial, version + 1))


def read_identifier(text: str) -> tuple[str, tuple[str, ...]]:
    """Return an identifier as the register writes it, and what is unusual about it; "" where it is none at all.

    Older and foreign ones come as an OID with its prefix, without the root, with other separators, or with a check
    character of another algorithm: they are taken, and the reader is warned. Warnings: "root" where the root OID was
    left out, "separators", "issuer" where it has not 18 characters, "version" where it has not three digits, "check".
    """
    plain = text.strip().upper().removeprefix("URN:OID:").removeprefix("OID:").strip()
    written = re.sub(r"[-_/:]|\s+", ".", plain).strip(".")
    warnings = ["separators"] if written != plain else []
    body = written.removeprefix(ROOT_OID + ".")
    if body == written:
        warnings.append("root")
    parts = body.split(".")
    if len(parts) != 5 or not all(re.fullmatch(r"[0-9A-Z]+", part) for part in parts):
        return "", ()
    kind_code, issuer, _serial, version, check = parts
    if len(kind_code) != 21 or len(check) != 1 or not re.fullmatch("[0-9]{1,4}", version):
        return "", ()
    if len(issuer) != 18:
        warnings.append("issuer")
    if len(version) != 3:
        warnings.append("version")
    if check_character("".join(parts[:-1])) != check:
        warnings.append("check")
    return f"{ROOT_OID}.{body}", tuple(warnings)


_TOKEN = re.compile("[0-9A-HJKMNP-TV-Z]{12}")
_FOOD_NUMBER = re.compile("JY[0-9]{14}")


def token(text: str) -> str:
    """Return the code of a QR picture as it was given, from what somebody read off and typed; "" where it is none.

    Letters that the alphabet leaves out are read as the figures they look like.
    """
    text = re.sub("[-.]", "", text.upper()).translate(str.maketrans("OIL", "011"))
    return text if _TOKEN.fullmatch(text) else ""


def number_problem(text: str) -> str | None:
    """Say what is wrong with a number as printed on a face: "form", "check", or None.

    Source: 食品经营许可证 numbers are JY and 14 digits, the last by GB/T 17710 (食品经营许可和备案管理办法, 2023).
    """
    if not re.search("[0-9]", text):
        return "form"
    if _FOOD_NUMBER.fullmatch(text) and check_digit(text[2:-1]) != text[-1]:
        return "check"
    return None


_PLACE = re.compile(r"\{(\w+)(?::0?([0-9]))?\}")
PLACES = frozenset({"area", "year", "serial", "check", "credit"})
LAST = frozenset({"check", "credit"})


def format_problem(pattern: str) -> str | None:
    """Say which place of a number's pattern is unknown or missing; None where it is sound."""
    names: list[str] = [name for name, _width in _PLACE.findall(pattern)]
    if unknown := [name for name in names if name not in PLACES]:
        return unknown[0]
    if re.search(r"[{}]", _PLACE.sub("", pattern)):
        return "{"
    for name in LAST & set(names):
        if names.index(name) != len(names) - 1 or not pattern.endswith("}"):
            return name
    return None if not names or "serial" in names else "serial"


def numbered(pattern: str) -> bool:
    """Say whether a pattern needs a serial number; one without places is a number already."""
    return bool(_PLACE.search(pattern))


def yearly(pattern: str) -> bool:
    """Say whether the series starts over each year: it does where the year is part of the number."""
    return "{year}" in pattern


def series(pattern: str, *, area: str) -> str:
    """Return what is counted: the pattern with the area filled in, so that no two issuers give the same number."""
    return pattern.replace("{area}", area)


def number(pattern: str, *, area: str, year: int, serial: int) -> str:
    """Write a licence number by its pattern, e.g. "JY2{area}{serial:06}{check}" -> "JY29901000000017".

    {check} is the last place; it is computed over all digits before it (GB/T 17710). So is {credit}: the two check
    characters that make sixteen before it a unified social credit code (GB 32100), "92{area}MA{serial:06}{credit}".
    Raises ValueError where a serial number has outgrown its width.
    """

    def fill(place: re.Match[str]) -> str:
        name, width = place[1], int(place[2] or 0)
        value = {"area": area, "year": str(year), "serial": str(serial)}.get(name, "")
        if width and len(value) > width:
            raise ValueError(f"{name} {value} does not fit into {width} places")
        return value.zfill(width)

    text = _PLACE.sub(fill, pattern)
    if pattern.endswith("{credit}"):
        return parties.credit_code(text)
    return text + check_digit("".join(re.findall("[0-9]", text))) if pattern.endswith("{check}") else text
