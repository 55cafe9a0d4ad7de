"""Where a token rests, written as a path: "review", "handling/review" inside a sub-process, "consult[2]" of several.

A scope is the path of what runs inside something: "" for the process itself, "handling" for a sub-process,
"consult[2]" for the second of several, "late[1]" for what an event at the border set off the first time beside it.
"""


def inside(scope: str, key: str) -> str:
    """Return the place of an element within a scope."""
    return f"{scope}/{key}" if scope else key


def scope_of(place: str) -> str:
    """Return the scope a place lies in."""
    return place.rpartition("/")[0]


def key_of(place: str) -> str:
    """Return the id of the element at a place."""
    return place.rpartition("/")[2].partition("[")[0]


def body_of(place: str) -> str:
    """Return the place of the activity as a whole: "consult" for "consult[2]"."""
    return place.rpartition("[")[0] if place.endswith("]") else place


def numbered(place: str, number: int) -> str:
    return f"{place}[{number}]"


def number_of(place: str) -> int:
    """Return which of several runs this is, counted from 1; 0 where there is one only."""
    return int(place[:-1].rpartition("[")[2]) if is_numbered(place) else 0


def is_numbered(place: str) -> bool:
    return place.endswith("]")


def is_within(place: str, scope: str) -> bool:
    """Say whether a place lies somewhere inside a scope, or in one of several runs of it."""
    return place.startswith((f"{scope}/", f"{scope}[")) if scope else True
