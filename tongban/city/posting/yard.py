"""The page of a simulated carrier: its parcels, what happens to them, and how it fails."""

from dataclasses import asdict
from html import escape

from tongban.city.posting.depot import STEPS, Faults, Held

FAULTS = {
    "late": "推送迟到",
    "doubled": "推送两次",
    "lost": "不推送",
    "forged": "先推送伪造的",
    "time_out": "已办理但不回应",
    "out_of_order": "先后颠倒",
}
STATES = {"booked": "待揽收", "cancelled": "已取消", **{step: words[0] for step, words in STEPS.items()}}
STYLE = """
body { margin: 0; font: 16px/1.6 sans-serif; color: #1d2023; background: #f4f4f2; }
header { padding: 1rem; color: #fff; } main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
section { margin: 0 0 1rem; padding: 1rem; background: #fff; border: 1px solid #ddd; }
button { margin: 0 .25rem .25rem 0; padding: .4rem .8rem; font: inherit; }
label { display: inline-block; margin: 0 1rem .5rem 0; }
input { width: 4rem; font: inherit; }
"""


def page(name: str, colour: str, parcels: list[Held], faults: Faults) -> bytes:
    """Return the page. Nothing on it is real: it says so."""
    shown = "".join(_parcel(one) for one in parcels) or "<section><p>还没有快件。</p></section>"
    fields = "".join(
        f'<label>{words} <input name="{key}" value="{asdict(faults)[key]}" inputmode="decimal"></label>'
        for key, words in FAULTS.items()
    )
    return f"""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><header style="background:{colour}">{escape(name)}</header><main><h1>快件</h1>{shown}
<section><h2>故障（比例 0—1）</h2><form method="post" action="/faults">{fields}
<p><button>保存</button></p></form></section></main></body></html>""".encode()


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
        f"<section><h2>{escape(one.waybill)} · {STATES.get(one.state, one.state)}</h2>"
        f"<p>{escape(one.title)}<br>{escape(one.recipient)} {escape(one.phone)}<br>{escape(one.place)}</p>"
        f"{form}</section>"
    )
