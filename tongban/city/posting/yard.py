"""The page of a simulated carrier: its parcels, what happens to them, and how it fails."""

from html import escape

from tongban.city.counterpart.failing import Faults
from tongban.city.counterpart.looks import switches
from tongban.city.posting.depot import STEPS, Held

FAULTS = {
    "late": "推送迟到",
    "doubled": "推送两次",
    "lost": "不推送",
    "forged": "先推送伪造的",
    "time_out": "已办理但不回应",
    "out_of_order": "先后颠倒",
}
STATES = {"booked": "待揽收", "cancelled": "已取消", **{step: words[0] for step, words in STEPS.items()}}


def parcels(held: list[Held], faults: Faults) -> str:
    """Return what stands on the page."""
    shown = "".join(_parcel(one) for one in held) or "<p>还没有快件。</p>"
    return f'<p class="note">这里模拟快递公司，不寄送实物。</p>{shown}{switches(faults, FAULTS, "/faults")}'


def _parcel(one: Held) -> str:
    buttons = "".join(f'<button name="step" value="{step}">{words[0]}</button>' for step, words in STEPS.items())
    over = one.state in {"signed", "returned", "cancelled"}
    form = (
        ""
        if over
        else (
            f'<form method="post" action="/move"><input type="hidden" name="waybill" value="{escape(one.waybill)}">'
            f"{buttons}</form>"
        )
    )
    return (
        f'<section class="card"><h2>{escape(one.waybill)} · {STATES.get(one.state, one.state)}</h2>'
        f"<p>{escape(one.title)}<br>{escape(one.recipient)} {escape(one.phone)}<br>{escape(one.place)}</p>"
        f"{form}</section>"
    )
