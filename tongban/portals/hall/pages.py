"""The hall's door: where people and businesses begin, and what is theirs."""

from collections.abc import Sequence
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import MenuEntry, StrOrPromise
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.context import care_size
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.cases import services as cases
from tongban.platform.catalogue import ports
from tongban.platform.catalogue import services as catalogue
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices
from tongban.platform.places import services as places
from tongban.portals.hall import services

# This portal's own name.
HERE = "hall"
TOPICS = 12
EVENTS = 9
POPULAR = 8
# Of each kind of what is one's own, so many lines; the rest stands on pages of their own.
OWN = 3

# How life events are drawn; those without a picture of their own get a folder.
PICTURES = {
    "open-restaurant": "shop",
    "open-business": "building",
    "open-venue": "shop",
    "change-business": "document",
    "close-business": "lock",
    "restore-credit": "shield",
    "newborn": "heart",
    "start-school": "book",
    "marriage": "people",
    "settle": "home",
    "work": "licence",
    "buy-home": "home",
    "drive": "pin",
    "disabled": "heart",
    "old-age": "person",
    "retire": "calendar",
    "bereavement": "document",
}


@public
def start(request: Request) -> HttpResponse:
    """Ask what people want to do, and show the ways to it. Visitors all get the same page, so theirs is fullest."""
    if request.actor.signed_in or get_messages(request):
        return _page(request)
    offers = ports.offered()
    whole = catalogue.cached(("hall.start", care_size(request), offers), lambda: _page(request).content)
    return HttpResponse(whole)


@public
def help_(request: Request) -> HttpResponse:
    """Answer what people ask about the platform."""
    return render_page(request, "hall/help.html", questions=services.questions())


@public
def halls(request: Request) -> HttpResponse:
    """List where the city serves people in person."""
    found = places.halls()
    english = get_language() == "en"
    at = [(hall, places.position_of(hall.address)) for hall in found]
    marks = [
        {
            "latitude": where[0],
            "longitude": where[1],
            "label": hall.english if english and hall.english else hall.name,
            "url": f"#{hall.key}",
        }
        for hall, where in at
        if where
    ]
    return render_page(request, "hall/halls.html", halls=found, marks=marks)


@public
def statement(request: Request, key: str) -> HttpResponse:
    """Say how the platform treats data, or whom it keeps out."""
    return render_page(request, "hall/statement.html", statement=services.statement(key))


@public
def site_map(request: Request) -> HttpResponse:
    """List every page that one can begin at: those of the menus, and the headings of the catalogue."""
    lines = [(_address(entry), entry) for portal, entry in menus.entries() if portal == HERE]
    return render_page(
        request,
        "hall/map.html",
        open=[("/", _("Home")), *((url, entry.title) for url, entry in lines if entry.duty is None), *_about()],
        own=[(url, entry.title) for url, entry in lines if entry.duty == ""],
        home=catalogue.home_page(),
    )


def _address(entry: MenuEntry) -> str:
    return reverse(f"{HERE}:{entry.url}")


def _about() -> list[tuple[str, StrOrPromise]]:
    doors = {
        "halls": _("Service halls"),
        "accessibility": _("Accessibility"),
        "privacy": _("Privacy"),
        "cases:query": _("Track an application"),
        "identity:sign_in": pgettext_lazy("start page", "Sign in"),
    }
    return [(reverse(f"hall:{door}"), title) for door, title in doors.items()]


def _page(request: Request) -> HttpResponse:
    if care_size(request):
        drawn: dict[str, Any] = {"groups": catalogue.cached("hall.care", services.care_groups)}
    else:
        offers = ports.offered()
        often, shown = catalogue.cached(("hall.offers", offers), lambda: _drawn(offers))
        drawn = {"often": often, "offers": shown}
    own = _own(request) if request.actor.signed_in else {"unread": 0}
    return render_page(request, "hall/start.html", **drawn, **own)


@signed_in
def mine(request: Request) -> HttpResponse:
    """Lead to everything that is one's own; on a phone one line of the bar leads here."""
    return render_page(request, "hall/mine.html", unread=notices.unread(request.actor))


def _own(request: Request) -> dict[str, Any]:
    """Return what waits for whoever is signed in, and what came out lately: a query for each kind."""
    actor, unread = request.actor, notices.unread(request.actor)
    if actor.kind != "person" or not actor.represents:
        return {"unread": unread}
    shown = [case for case in cases.submitted_by_me(actor=actor, params={}).rows if case.state != "supplement"][:OWN]
    waiting = cases.waiting_for_applicant(actor=actor)
    held = Licence.objects.visible_to(actor).of_party(actor.represents).order_by("-issued_on", "-pk")
    return {
        "unread": unread,
        "own": True,
        "waiting": waiting,
        "drafts": cases.drafts(actor=actor)[:OWN],
        "latest": [(case, cases.state_of(case), cases.shape_of(case)) for case in shown],
        "licences": list(held[:OWN]),
    }


def _drawn(offers: Sequence[ports.StartOffer]) -> tuple[SafeString, SafeString]:
    """Draw what the catalogue offers, and other rooms beside it: it is the same for everyone."""
    home = catalogue.home_page()
    online = [card for card in home.popular if card.online]
    bundles = [offer for offer in offers if offer.kind == "bundle"]
    answered = {offer.event for offer in bundles}
    events = [heading for heading in home.events if heading.code not in answered]
    return (
        render_to_string("hall/often.html", {"cards": online[:6]}),
        render_to_string(
            "hall/offers.html",
            {
                "person": _fullest(home.person),
                "business": _fullest(home.business),
                "bundles": [(offer, PICTURES.get(offer.event, "folder")) for offer in bundles],
                "events": [(heading, PICTURES.get(heading.code, "folder")) for heading in events[:EVENTS]],
                "popular": home.popular[:POPULAR],
                "services": home.services,
                "zones": [offer for offer in offers if offer.kind == "zone"],
            },
        ),
    )


def _fullest(headings: tuple[catalogue.HeadingCount, ...]) -> list[catalogue.HeadingCount]:
    """Keep the topics under which most stands, in the order of the list."""
    fullest = sorted(headings, key=lambda heading: -heading.services)[:TOPICS]
    return [heading for heading in headings if heading in fullest]
