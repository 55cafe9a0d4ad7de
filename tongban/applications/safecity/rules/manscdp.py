"""MANSCDP, the XML of GB/T 28181: what devices tell and answer, and what they are asked.

Devices write GB 2312, or GBK, GB 18030 or UTF-8 while they say GB 2312; all are read. Document types, entities and
nesting without end are refused: nothing of a device's XML is ever fetched or expanded.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException, ElementTree

CHINA = timezone(timedelta(hours=8))
MAX_ITEMS = 1000
MAX_TEXT = 500
MAX_DEPTH = 6
ROOTS = ("Notify", "Response", "Query", "Control")
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?(?:encoding\s*=\s*[\"']([A-Za-z0-9_-]+)[\"'])?[^>]*\?>")


class UnreadableXml(ValueError):
    """What a device sent is no MANSCDP."""


class CatalogueItem(NamedTuple):
    """One channel of a device. working: its state is ON."""

    number: str
    name: str
    working: bool
    latitude: float | None
    longitude: float | None


class Told(NamedTuple):
    """What a device said.

    root    Notify, Response …; command: CmdType; sn: its number, by which question and answer belong together
    device  whom it is about; said: the plain elements, name → text
    items   of a catalogue, with `total` of all its parts
    """

    root: str
    command: str
    sn: str
    device: str
    said: Mapping[str, str]
    items: tuple[CatalogueItem, ...] = ()
    total: int = 0


class DeviceAlarm(NamedTuple):
    """An alarm of a device. level: 1 to 4; method, kind: codes of the standard; at: None where it says no time."""

    level: int
    method: str
    kind: str
    at: datetime | None
    words: str
    latitude: float | None
    longitude: float | None


def read(body: bytes) -> Told:
    """Return what a body says. Raises UnreadableXml."""
    text = _text(body)
    try:
        root: Element = ElementTree.fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise UnreadableXml(type(error).__name__) from error
    if root.tag not in ROOTS or _depth(root) > MAX_DEPTH:
        raise UnreadableXml(root.tag[:20])
    said = {child.tag: (child.text or "").strip()[:MAX_TEXT] for child in root if not len(child)}
    for child in root.findall("Info"):
        said |= {f"Info/{line.tag}": (line.text or "").strip()[:MAX_TEXT] for line in child}
    if not said.get("CmdType"):
        raise UnreadableXml("CmdType")
    rows = root.findall("DeviceList/Item")
    if len(rows) > MAX_ITEMS:
        raise UnreadableXml("DeviceList")
    items = tuple(item for row in rows if (item := _item(row)))
    total = said.get("SumNum", "")
    return Told(
        root.tag,
        said["CmdType"],
        said.get("SN", ""),
        said.get("DeviceID", ""),
        said,
        items,
        int(total) if total.isascii() and total.isdigit() and len(total) < 7 else 0,
    )


def alarm(told: Told) -> DeviceAlarm:
    """Return the alarm that a Notify tells."""
    level = told.said.get("AlarmPriority", "")
    return DeviceAlarm(
        int(level) if level in {"1", "2", "3", "4"} else 4,
        told.said.get("AlarmMethod", ""),
        told.said.get("Info/AlarmType", told.said.get("AlarmType", "")),
        moment(told.said.get("AlarmTime", "")),
        told.said.get("AlarmDescription", ""),
        *_place(told.said.get("Latitude", ""), told.said.get("Longitude", "")),
    )


def moment(text: str) -> datetime | None:
    """Return a moment as devices write it, in Beijing time where they name no zone; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def query(command: str, *, sn: int, device: str) -> bytes:
    """Return a question to a device: Catalog, DeviceStatus, DeviceInfo."""
    return written("Query", [("CmdType", command), ("SN", str(sn)), ("DeviceID", device)])


def alarm_received(told: Told) -> bytes:
    """Return the answer to an alarm: it has been taken in."""
    said = [("CmdType", "Alarm"), ("SN", told.sn), ("DeviceID", told.device), ("Result", "OK")]
    return written("Response", said)


def written(root: str, said: Iterable[tuple[str, str]], more: Element | None = None) -> bytes:
    """Return a body in GB 18030, which says GB 2312 as the standard has it."""
    top = Element(root)
    for name, value in said:
        SubElement(top, name).text = value
    if more is not None:
        top.append(more)
    text = tostring(top, encoding="unicode")
    return ('<?xml version="1.0" encoding="GB2312"?>\r\n' + text).encode("gb18030")


def _text(body: bytes) -> str:
    """Return a body as text without its declaration, in whichever encoding it truly is."""
    if b"\x00" in body:
        raise UnreadableXml("zero byte")
    declared = _DECLARED.match(body)
    named = (declared[1] or b"").decode().lower() if declared else ""
    content = body[declared.end() :] if declared else body
    order = ("utf-8", "gb18030") if named.startswith("utf") or not named else ("gb18030", "utf-8")
    for encoding in order:
        try:
            return content.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
    raise UnreadableXml("encoding")


def _item(row: Element) -> CatalogueItem | None:
    number = (row.findtext("DeviceID") or "").strip()
    if not (number.isascii() and number.isdigit() and len(number) == 20):
        return None
    return CatalogueItem(
        number,
        (row.findtext("Name") or "").strip()[:120],
        (row.findtext("Status") or "").strip().upper() in {"ON", "OK", "ONLINE"},
        *_place(row.findtext("Latitude") or "", row.findtext("Longitude") or ""),
    )


def _place(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    """Return a position, or nothing: devices without one send 0, 0 or words."""
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return None, None
    on_earth = -90 <= found[0] <= 90 and -180 <= found[1] <= 180 and any(found)
    return found if on_earth else (None, None)


def _depth(element: Element) -> int:
    """Return how many levels lie under an element, without going down by calls."""
    deepest, level = 0, [element]
    while level and deepest <= MAX_DEPTH:
        level = [child for one in level for child in one]
        deepest += 1
    return deepest
