"""Where a demonstration's payments are made: the pages of the channel, and the switches of its faults."""

from dataclasses import asdict
from html import escape
from urllib.parse import quote, urlencode

from tongban.city.paying.till import Faults, TillOrder

STYLE = """
body { font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; background: #f6f4ef }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
.band { background: COLOUR; color: #fff; padding: .75rem 1rem; font-weight: 600 }
.note { background: #fff6d6; border: 1px solid #d9c27a; padding: .75rem 1rem; border-radius: 6px }
.card { background: #fff; border: 1px solid #ddd8cc; border-radius: 8px; padding: 1rem; margin: 1rem 0 }
.sum { font-size: 2rem; font-weight: 600; font-variant-numeric: tabular-nums }
button, .button { display: inline-block; font: inherit; border: 0; background: COLOUR; color: #fff }
button, .button { padding: .6rem 1.4rem; border-radius: 6px; text-decoration: none; cursor: pointer }
label { display: flex; justify-content: space-between; gap: 1rem; align-items: center; margin: .4rem 0 }
input { font: inherit; width: 6rem; padding: .3rem .5rem }
.small { color: #5c5a55; font-size: .9rem }
"""
FAULTS = {
    "late": "通知迟到",
    "doubled": "通知重复",
    "lost": "通知丢失",
    "forged": "先发伪造通知",
    "wrong_amount": "通知金额不符",
    "time_out": "接口超时不应答",
    "partial_refund": "只退一部分",
}


def page(title: str, body: str, *, name: str, colour: str) -> bytes:
    style = STYLE.replace("COLOUR", colour)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
        f'<div class="band">{escape(name)}</div><main><h1>{escape(title)}</h1>{body}</main></body></html>'
    ).encode()


def desk(orders: list[TillOrder], faults: Faults, base: str) -> str:
    """Return the start page: what waits to be paid, and how the channel is to fail."""
    shown = "".join(
        f'<div class="card"><b>{escape(order.title)}</b><br><span class="small">{escape(order.number)}</span>'
        f'<div class="sum">¥{order.amount / 100:.2f}</div>'
        f'<a class="button" href="{base}/wallet/{quote(order.door)}">去支付</a></div>'
        for order in orders
    )
    rows = "".join(
        f'<label>{word}<input name="{name}" value="{asdict(faults)[name]:g}" inputmode="decimal" '
        f'aria-label="{word}"></label>'
        for name, word in FAULTS.items()
    )
    return (
        '<p class="note">这里模拟支付渠道，不收取真实款项。</p><h2>待支付的订单</h2>'
        f"{shown or '<p>没有待支付的订单。</p>'}<h2>故障开关</h2>"
        '<p class="small">每一项填写发生的比例，0 为不发生，1 为每次都发生。</p>'
        f'<form class="card" method="post" action="{base}/wallet/faults">{rows}<p><button>保存</button></p></form>'
    )


def order(found: TillOrder, base: str, *, open_now: bool, back: str) -> str:
    """Return the page of one order, with the button that pays it while it is open. back: where the payer came from."""
    query = f"?{urlencode({'redirect_url': back})}" if back else ""
    card = (
        f'<div class="card"><b>{escape(found.title)}</b><br>'
        f'<span class="small">商户订单号 {escape(found.number)}</span><div class="sum">¥{found.amount / 100:.2f}</div>'
    )
    if open_now:
        action = f"{base}/wallet/{quote(found.door)}{query}"
        card += f'<form method="post" action="{action}"><button>确认付款</button></form></div>'
        return '<p class="note">演示支付：不收取真实款项。</p>' + card
    way = f'<p><a class="button" href="{escape(back)}">返回商户页面</a></p>' if back.startswith("http") else ""
    words = {"paid": "已付款。", "closed": "订单已关闭。"}.get(found.state, "订单已过期。")
    return f"{card}</div><p>{words}</p>{way}"
