"""GeoReport v2 of Open311: what its answers look like, in JSON and in XML. Source: wiki.open311.org, GeoReport v2."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

# What a list holds is called in XML; a list of anything else is called after itself.
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
KINDS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
MAX_DAYS = 90
MAX_REQUESTS = 1000


class GeoReportQuestion(NamedTuple):
    """What a list of requests was narrowed to."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    status: tuple[str, ...] = ()


class WrongQuestion(ValueError):
    """Something that was asked cannot be read; the text is the name of the parameter."""


def asked(params: Mapping[str, str]) -> GeoReportQuestion:
    """Read the parameters of a list. Raises WrongQuestion."""
    status = _words(params.get("status", ""))
    if set(status) - {"open", "closed"}:
        raise WrongQuestion("status")
    return GeoReportQuestion(
        numbers=tuple(word.upper() for word in _words(params.get("service_request_id", ""))),
        services=_words(params.get("service_code", "")),
        first=_moment(params, "start_date"),
        last=_moment(params, "end_date"),
        status=status,
    )


def written(name: str, content: Any, form: str) -> bytes:
    """Return an answer in "json" or "xml". name: of the root in XML; JSON has none but for a definition."""
    if form == "json":
        return json.dumps(content, ensure_ascii=False).encode()
    root = _element(name, content)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(Xml.tostring(root, encoding="utf-8"))


def attributes(params: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to a service's questions: attribute[code]=… by code."""
    return {
        name[len("attribute[") : name.index("]")]: value
        for name, value in params.items()
        if name.startswith("attribute[") and "]" in name
    }


def _element(name: str, content: Any) -> Xml.Element:
    found = Xml.Element(name)
    if isinstance(content, Mapping):
        for key, value in content.items():
            found.append(_element(key, value))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            found.append(_element(ITEMS.get(name, name), value))
    elif content is not None:
        found.text = str(content).lower() if isinstance(content, bool) else str(content)
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _moment(params: Mapping[str, str], name: str) -> datetime | None:
    """Read a moment of W3C's profile of ISO 8601; one without a zone is refused."""
    text = params.get(name, "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongQuestion(name) from error
    if found.tzinfo is None:
        raise WrongQuestion(name)
    return found
