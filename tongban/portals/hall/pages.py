"""The hall's door: where people and businesses begin, and what is theirs."""

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tongban.infrastructure.ui.context import is_careful
from tongban.infrastructure.ui.doors import Request, page, public, signed_in
from tongban.platform.cases import services as cases
from tongban.platform.catalogue import services as catalogue
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices

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
    """Ask what people want to do, and show the ways to it. Visitors all get the same page, so theirs is kept."""
    if request.actor.signed_in or get_messages(request):
        return _page(request)
    whole = catalogue.kept(("hall.start", is_careful(request)), lambda: _page(request).content)
    return HttpResponse(whole)


def _page(request: Request) -> HttpResponse:
    often, offers = catalogue.kept("hall.offers", _drawn)
    own = _own(request) if request.actor.signed_in else {"unread": 0}
    return page(request, "hall/start.html", often=often, offers=offers, **own)


@signed_in
def mine(request: Request) -> HttpResponse:
    """Lead to everything that is one's own; on a phone one line of the bar leads here."""
    return page(request, "hall/mine.html", unread=notices.unread(request.actor))


def _own(request: Request) -> dict[str, Any]:
    """Return what waits for whoever is signed in, and what came out lately: a query for each kind."""
    actor, unread = request.actor, notices.unread(request.actor)
    if actor.kind != "person" or not actor.stands_for:
        return {"unread": unread}
    shown = [case for case in cases.own(actor=actor, params={}).rows if case.state != "supplement"][:OWN]
    waiting = cases.waiting_for_applicant(actor=actor)
    held = Licence.objects.visible_to(actor).of_party(actor.stands_for).order_by("-issued_on", "-pk")
    return {
        "unread": unread,
        "own": True,
        "waiting": waiting,
        "drafts": cases.drafts(actor=actor)[:OWN],
        "latest": [(case, cases.state_of(case), cases.shape_of(case)) for case in shown if case.state != "supplement"][
            :OWN
        ],
        "licences": list(held[:OWN]),
    }


def _drawn() -> tuple[SafeString, SafeString]:
    """Draw what the catalogue offers: it is the same for everyone."""
    front = catalogue.front()
    online = [card for card in front.popular if card.online]
    return (
        render_to_string("hall/often.html", {"cards": online[:6]}),
        render_to_string(
            "hall/offers.html",
            {
                "person": _fullest(front.person),
                "business": _fullest(front.business),
                "events": [(shelf, PICTURES.get(shelf.code, "folder")) for shelf in front.events[:EVENTS]],
                "popular": front.popular[:POPULAR],
                "services": front.services,
            },
        ),
    )


def _fullest(shelves: tuple[catalogue.Shelf, ...]) -> list[catalogue.Shelf]:
    """Keep the topics under which most stands, in the order of the list."""
    kept = sorted(shelves, key=lambda shelf: -shelf.services)[:TOPICS]
    return [shelf for shelf in shelves if shelf in kept]
