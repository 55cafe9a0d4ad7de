"""Where a parcel is by what its carrier told, and what of an address may be read by whom."""

import re
from collections.abc import Iterable

# What a line of a track says. "note": nothing about where it is.
KINDS = ("picked_up", "on_way", "trying", "failed", "signed", "returned", "lost", "note")
_LEADS_TO = {"picked_up": "picked_up", "on_way": "on_way", "trying": "on_way", "failed": "on_way"}
_FINAL = {"signed", "returned", "lost"}
_ORDER = ("booked", "picked_up", "on_way")
# Who was lost may still arrive.
_MAY_FOLLOW = {"lost": {"signed", "returned"}}

_ROOM = re.compile(r"[0-9A-Za-z一二三四五六七八九十]+(?=单元|室|户|号房)")
_HIDDEN = "***"


def state_after(state: str, kinds: Iterable[str]) -> str:
    """Return the state of a parcel that a carrier has. kinds: of its whole track, in the order in which they happened.

    The first final line decides, whatever is told after it; lines may be told in any order.
    """
    told = list(kinds)
    if state in _ORDER:
        final = next((kind for kind in told if kind in _FINAL), "")
        if final:
            return final
        reached = [_ORDER.index(_LEADS_TO[kind]) for kind in told if kind in _LEADS_TO]
        return _ORDER[max([_ORDER.index(state), *reached])]
    after = _MAY_FOLLOW.get(state, set())
    return next((kind for kind in told if kind in after), state)


def phone_problem(phone: str) -> bool:
    """Say whether this cannot be the number of a telephone: 11 figures of a mobile, or area code and number."""
    return not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|400-?[0-9]{3}-?[0-9]{4}", phone)


def masked_phone(phone: str) -> str:
    """Return a telephone number with six figures hidden, as waybills show it.

    Source: GB/T 41833—2022 快递电子运单: 收寄件人联系电话应当隐藏六位以上; the current text prevails.
    """
    if len(phone) <= 6:
        return "*" * len(phone)
    shown = len(phone) - 6
    first = (shown + 1) // 2
    return phone[:first] + "*" * 6 + phone[len(phone) - (shown - first) :]


def masked_street(street: str) -> str:
    """Return an address without the numbers of unit and room, as waybills show it. Source: as above."""
    return _ROOM.sub(_HIDDEN, street)
