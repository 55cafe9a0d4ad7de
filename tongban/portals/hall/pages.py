"""The hall's door: where people and businesses begin."""

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tongban.infrastructure.ui.context import is_careful
from tongban.infrastructure.ui.doors import Request, page, public
from tongban.platform.catalogue import services as catalogue
from tongban.platform.notices import services as notices

TOPICS = 12
EVENTS = 9
POPULAR = 8

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
    unread = notices.unread(request.actor) if request.actor.signed_in else 0
    return page(request, "hall/start.html", often=often, offers=offers, unread=unread)


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
