"""What a row of licences from an older system says: plain values in, plain values out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

# Field -> the headings under which it stands, in a table and in JSON.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "原系统编号", "主键"),
    "kind": ("kind", "证照类型", "证照类型标识"),
    "kind_name": ("kind_name", "证照名称"),
    "kind_code": ("kind_code", "证照类型代码"),
    "number": ("number", "证照编号"),
    "holder_name": ("holder_name", "持证主体", "持证主体名称"),
    "holder_number": ("holder_number", "持证主体证件号码", "证件号码", "统一社会信用代码"),
    "issuer": ("issuer", "颁发机构", "发证机关"),
    "issued_on": ("issued_on", "颁发日期", "发证日期"),
    "valid_from": ("valid_from", "有效期起始日期", "有效期起"),
    "valid_until": ("valid_until", "有效期截至日期", "有效期止"),
    "identifier": ("identifier", "电子证照标识"),
}
NEEDED = ("key", "kind_name", "kind_code", "number", "holder_name", "holder_number", "issuer", "issued_on")
LONG_TERM = {"", "长期", "长期有效", "9999-12-31"}
# Day 0 of a table's calendar. Source: ECMA-376, 18.17.4.1, the 1900 date system with its leap year that never was.
EXCEL_START = date(1899, 12, 30)
MAX_FACE = 60


@dataclass(frozen=True)
class ForeignLicence:
    """One row, read. problems: what is wrong, as (field, what): "missing", "date", "order", "long"."""

    said: Mapping[str, str] = field(default_factory=dict)
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    face: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()


def read(row: Mapping[str, Any]) -> ForeignLicence:
    """Return what a row says; every column without a meaning of its own is a line of the face."""
    said = {name: _first(row, headings) for name, headings in HEADINGS.items()}
    known = {heading for headings in HEADINGS.values() for heading in headings}
    given = row.get("face")
    face = dict(given) if isinstance(given, Mapping) else {}
    face |= {name: value for name, value in row.items() if name not in known and name != "face"}
    lines = {str(name): str(value).strip() for name, value in face.items() if str(value or "").strip()}
    problems = [(name, "missing") for name in NEEDED if not said[name]]
    days: dict[str, date | None] = {}
    for name in ("issued_on", "valid_from", "valid_until"):
        text = said[name]
        days[name] = None if text in LONG_TERM else day(text)
        if text not in LONG_TERM and days[name] is None:
            problems.append((name, "date"))
    begins = days["valid_from"] or days["issued_on"]
    if begins and days["valid_until"] and days["valid_until"] < begins:
        problems.append(("valid_until", "order"))
    problems += [(name, "long") for name, text in said.items() if len(text) > 120]
    problems += [("face", "long")] if len(lines) > MAX_FACE else []
    return ForeignLicence(said, days["issued_on"], begins, days["valid_until"], lines, tuple(problems))


def day(text: str) -> date | None:
    """Read a day as people and tables write it: 2024-01-31, 2024/1/31, 2024年1月31日, 20240131, 45322."""
    if re.fullmatch(r"[1-9][0-9]{4}", text):
        return EXCEL_START + timedelta(days=int(text))
    found = re.fullmatch(r"([0-9]{4})(?:[-/.年])([0-9]{1,2})(?:[-/.月])([0-9]{1,2})日?", text) or re.fullmatch(
        r"([0-9]{4})([0-9]{2})([0-9]{2})", text
    )
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _first(row: Mapping[str, Any], headings: tuple[str, ...]) -> str:
    return next((str(row[name]).strip() for name in headings if str(row.get(name) or "").strip()), "")
