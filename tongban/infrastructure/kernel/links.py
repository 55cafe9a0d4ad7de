"""Pages that rooms lead to without knowing whose they are: signing in, beginning an application.

A room says in its manifest what the others call a page of its own: links = {"sign_in": "hall:identity:sign_in"}. A room
further down asks for it by that name. So the names of pages point down, as imports do.
"""

from functools import cache

from django.urls import NoReverseMatch, reverse

from tongban.infrastructure.kernel.module import rooms


def url_of(link: str, *words: str) -> str:
    """Return the address of the page that a room declares under this name; "" where this installation has none.

    words   what stands in the address
    """
    page = _pages().get(link)
    try:
        return reverse(page, args=words) if page else ""
    except NoReverseMatch:  # the portal it belongs to was left out
        return ""


@cache
def _pages() -> dict[str, str]:
    found: dict[str, str] = {}
    for room in rooms():
        if twice := found.keys() & room.links.keys():
            raise ValueError(f"{room.name} declares a link that another room has: {', '.join(sorted(twice))}")
        found |= room.links
    return found
