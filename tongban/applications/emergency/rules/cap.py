"""CAP 1.2 (OASIS, 2010-07-01): reading and writing of alerts. Entities and external parts of XML are refused.

Colours of the Chinese law travel twice: as the severity that the standard knows, and as the parameter `ColorCode`.
Source of the identifier: GB/T 35965.1—2018.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree import ElementTree as Plain

from defusedxml import DefusedXmlException, ElementTree

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
READABLE = (NAMESPACE, "urn:oasis:names:tc:emergency:cap:1.1")
MAX_BYTES = 1_000_000
STATUS = frozenset({"Actual", "Exercise", "System", "Test", "Draft"})
MESSAGES = frozenset({"Alert", "Update", "Cancel", "Ack", "Error"})
SCOPES = frozenset({"Public", "Restricted", "Private"})
CATEGORIES = frozenset(
    {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"}
)
URGENCIES = frozenset({"Immediate", "Expected", "Future", "Past", "Unknown"})
SEVERITIES = frozenset({"Extreme", "Severe", "Moderate", "Minor", "Unknown"})
CERTAINTIES = frozenset({"Observed", "Likely", "Possible", "Unlikely", "Unknown", "Very Likely"})
SEVERITY_OF = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
COLOUR_PARAMETER = "ColorCode"
FORBIDDEN = re.compile(r"[ ,<&]")


class BrokenCap(ValueError):
    """A message that is no CAP. why: "xml", "entities", "large", "kind", or the element that is missing or wrong."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class CapReference:
    """An earlier message: its sender, identifier and when it was sent."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class CapArea:
    """Where: in words, as codes, as a circle (latitude, longitude, km), polygons of (latitude, longitude)."""

    words: str
    codes: tuple[str, ...] = ()
    circle: tuple[float, float, float] | None = None
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True)
class CapAlert:
    """A message with its first block of information; moments have a zone. colour: "" where the sender has none."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message: str
    category: str
    event: str
    headline: str
    description: str
    sender_name: str = ""
    instruction: str = ""
    colour: str = ""
    severity: str = "Unknown"
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    language: str = "zh-CN"
    effective: datetime | None = None
    expires: datetime | None = None
    scope: str = "Public"
    note: str = ""
    references: tuple[CapReference, ...] = ()
    areas: tuple[CapArea, ...] = field(default=())


def identifier(*, area: str, organ: str, sent: datetime, number: int) -> str:
    """Return the 31 characters by GB/T 35965.1: division 6, organ 8, moment 14, number 0 to 9. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{6}", area) or not re.fullmatch(r"[0-9]{8}", organ) or not 0 <= number <= 9:
        raise ValueError(f"{area}, {organ}, {number} make no identifier")
    return f"{area}{organ}_{sent:%Y%m%d%H%M%S}_{number}"


def written(alert: CapAlert) -> str:
    """Return a message as XML, in the order of the standard's schema. Raises BrokenCap."""
    if FORBIDDEN.search(alert.identifier) or FORBIDDEN.search(alert.sender):
        raise BrokenCap("identifier")
    root = Plain.Element("alert", {"xmlns": NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", _moment(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.message)
    _add(root, "scope", alert.scope)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(f"{one.sender},{one.identifier},{_moment(one.sent)}" for one in alert.references))
    info = Plain.SubElement(root, "info")
    for name, text in (
        ("language", alert.language),
        ("category", alert.category),
        ("event", alert.event),
        ("urgency", alert.urgency),
        ("severity", SEVERITY_OF.get(alert.colour, alert.severity)),
        ("certainty", alert.certainty),
        ("effective", _moment(alert.effective) if alert.effective else ""),
        ("expires", _moment(alert.expires) if alert.expires else ""),
        ("senderName", alert.sender_name),
        ("headline", alert.headline),
        ("description", alert.description),
        ("instruction", alert.instruction),
    ):
        _add(info, name, text)
    if alert.colour:
        parameter = Plain.SubElement(info, "parameter")
        _add(parameter, "valueName", COLOUR_PARAMETER)
        _add(parameter, "value", alert.colour.title())
    for area in alert.areas:
        _write_area(info, area)
    Plain.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Plain.tostring(root, encoding="unicode")}\n'


def read(body: bytes) -> CapAlert:
    """Read a message of CAP 1.1 or 1.2. Raises BrokenCap, also for entities, whatever they would be."""
    if len(body) > MAX_BYTES:
        raise BrokenCap("large")
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BrokenCap("entities") from error
    except (ElementTree.ParseError, ValueError) as error:
        raise BrokenCap("xml") from error
    space, _brace, name = root.tag.removeprefix("{").rpartition("}")
    if name != "alert" or space not in READABLE:
        raise BrokenCap("kind")
    return _alert(_Reader(root, space))


@dataclass(frozen=True)
class _Reader:
    """An element whose children are asked for by name."""

    element: Plain.Element
    space: str

    def text(self, name: str) -> str:
        found = self.element.find(f"{{{self.space}}}{name}")
        return (found.text or "").strip() if found is not None else ""

    def needed(self, name: str, known: frozenset[str] | None = None) -> str:
        text = self.text(name)
        if not text or (known is not None and text not in known):
            raise BrokenCap(name)
        return text

    def moment(self, name: str, *, needed: bool = False) -> datetime | None:
        text = self.needed(name) if needed else self.text(name)
        return _read_moment(text, name) if text else None

    def each(self, name: str) -> "Iterator[_Reader]":
        for element in self.element.findall(f"{{{self.space}}}{name}"):
            yield _Reader(element, self.space)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple((one.element.text or "").strip() for one in self.each(name))

    def pairs(self, name: str) -> dict[str, str]:
        return {one.text("valueName"): one.text("value") for one in self.each(name)}


def _alert(alert: _Reader) -> CapAlert:
    sent = alert.moment("sent", needed=True)
    message = alert.needed("msgType", MESSAGES)
    references = tuple(_references(alert.text("references")))
    if message in {"Update", "Cancel"} and not references:
        raise BrokenCap("references")
    info = next(alert.each("info"), None)
    if info is None:
        raise BrokenCap("info")
    colour = info.pairs("parameter").get(COLOUR_PARAMETER, "").lower()
    assert sent is not None
    return CapAlert(
        identifier=_name(alert.needed("identifier"), "identifier"),
        sender=_name(alert.needed("sender"), "sender"),
        sent=sent,
        status=alert.needed("status", STATUS),
        message=message,
        scope=alert.needed("scope", SCOPES),
        note=alert.text("note"),
        references=references,
        language=info.text("language") or "en-US",
        category=info.needed("category", CATEGORIES),
        event=info.needed("event"),
        urgency=info.needed("urgency", URGENCIES),
        severity=info.needed("severity", SEVERITIES),
        certainty=info.needed("certainty", CERTAINTIES),
        colour=colour if colour in SEVERITY_OF else "",
        effective=info.moment("effective"),
        expires=info.moment("expires"),
        sender_name=info.text("senderName"),
        headline=info.text("headline"),
        description=info.text("description"),
        instruction=info.text("instruction"),
        areas=tuple(_area(one) for one in info.each("area")),
    )


def _references(text: str) -> Iterator[CapReference]:
    for one in text.split():
        parts = one.split(",")
        if len(parts) != 3 or not all(parts):
            raise BrokenCap("references")
        yield CapReference(parts[0], parts[1], _read_moment(parts[2], "references"))


def _area(area: _Reader) -> CapArea:
    circle = area.text("circle")
    return CapArea(
        words=area.needed("areaDesc"),
        codes=tuple(area.pairs("geocode").values()),
        circle=_circle(circle) if circle else None,
        polygons=tuple(_polygon(text) for text in area.texts("polygon") if text),
    )


def _circle(text: str) -> tuple[float, float, float]:
    try:
        middle, radius = text.split()
        latitude, longitude = (float(part) for part in middle.split(","))
        found = latitude, longitude, float(radius)
    except ValueError as error:
        raise BrokenCap("circle") from error
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180 and found[2] >= 0):
        raise BrokenCap("circle")
    return found


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    try:
        ring = tuple((float(a), float(b)) for a, b in (pair.split(",") for pair in text.split()))
    except ValueError as error:
        raise BrokenCap("polygon") from error
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise BrokenCap("polygon")
    return ring


def _write_area(info: Plain.Element, area: CapArea) -> None:
    element = Plain.SubElement(info, "area")
    _add(element, "areaDesc", area.words)
    for ring in area.polygons:
        _add(element, "polygon", " ".join(f"{latitude:g},{longitude:g}" for latitude, longitude in ring))
    if area.circle:
        _add(element, "circle", f"{area.circle[0]:.6f},{area.circle[1]:.6f} {area.circle[2]:g}")
    for code in area.codes:
        geocode = Plain.SubElement(element, "geocode")
        _add(geocode, "valueName", "GB/T 2260")
        _add(geocode, "value", code)


def _add(parent: Plain.Element, name: str, text: str) -> None:
    if text:
        Plain.SubElement(parent, name).text = text


def _name(text: str, name: str) -> str:
    if FORBIDDEN.search(text):
        raise BrokenCap(name)
    return text


def _moment(at: datetime) -> str:
    """Return a moment as CAP writes it: to the second, with its zone, and never "Z"."""
    return at.replace(microsecond=0).isoformat().replace("+00:00", "-00:00")


def _read_moment(text: str, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BrokenCap(name) from error
    if found.tzinfo is None:
        raise BrokenCap(name)
    return found
