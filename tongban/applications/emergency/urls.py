"""CAP 1.2 at /cap: an Atom feed of our warnings in force, and each of them as it was sent."""

from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from tongban.applications.emergency.models import EmergencyWarning
from tongban.applications.emergency.rules import cap
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.identity import services as identity

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
MAX_ENTRIES = 100


@public
def feed(request: Request) -> HttpResponse:
    """List what is in force, and what was lifted lately, the newest first."""
    now = clock.now()
    rows = list(EmergencyWarning.objects.in_public(at=now).with_names().order_by("-sent_at", "-pk")[:MAX_ENTRIES])
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xmlns:cap": cap.NAMESPACE})
    address = f"{settings.PUBLIC_URL}{reverse('cap:feed')}"
    _add(root, "id", address)
    _add(root, "title", _("Warnings of %(city)s") % {"city": settings.UI_CITY})
    _add(root, "updated", (rows[0].sent_at if rows else now).isoformat(timespec="seconds"))
    ElementTree.SubElement(root, "link", {"rel": "self", "href": address})
    for row in rows:
        _entry(root, row)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8", headers={"Cache-Control": "no-cache"})


@public
def message(request: Request, identifier: str) -> HttpResponse:
    """Send one of our warnings as it went out; what was published stays readable."""
    row = identity.must_find(EmergencyWarning.objects.ever_public().named(identifier), request.actor, "cap", identifier)
    return HttpResponse(row.xml, content_type=f"{CAP_TYPE}; charset=utf-8")


def _entry(root: ElementTree.Element, row: EmergencyWarning) -> None:
    entry = ElementTree.SubElement(root, "entry")
    address = f"{settings.PUBLIC_URL}{reverse('cap:message', args=[row.identifier])}"
    _add(entry, "id", address)
    _add(entry, "title", row.headline)
    _add(entry, "updated", row.sent_at.isoformat(timespec="seconds"))
    _add(ElementTree.SubElement(entry, "author"), "name", row.department.name)
    _add(entry, "summary", row.description)
    ElementTree.SubElement(entry, "link", {"href": address, "type": CAP_TYPE})
    for name, text in (
        ("identifier", row.identifier),
        ("msgType", row.message),
        ("event", row.event),
        ("severity", cap.SEVERITY_OF[row.colour]),
        ("effective", row.effective_at.isoformat(timespec="seconds")),
        ("expires", row.expires_at.isoformat(timespec="seconds")),
    ):
        _add(entry, f"cap:{name}", text)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


app_name = "cap"
urlpatterns = [
    path("cap/feed", feed, name="feed"),
    path("cap/<slug:identifier>.xml", message, name="message"),
]
