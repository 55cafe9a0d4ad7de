"""Where a demonstration's payments are made: the pages of the channel, and the switches of its faults."""

from html import escape
from urllib.parse import quote, urlencode

from tongban.city.counterpart.failing import Faults
from tongban.city.counterpart.looks import switches
from tongban.city.paying.till import TillOrder

FAULTS = {
    "late": "通知迟到",
    "doubled": "通知重复",
    "lost": "通知丢失",
    "forged": "先发伪造通知",
    "wrong_amount": "通知金额不符",
    "time_out": "接口超时不应答",
    "partial_refund": "只退一部分",
}


def desk(orders: list[TillOrder], faults: Faults, base: str) -> str:
    """Return the start page: what waits to be paid, and how the channel is to fail."""
    shown = "".join(
        f'<div class="card"><b>{escape(order.title)}</b><br><span class="small">{escape(order.number)}</span>'
        f'<div class="sum">¥{order.amount / 100:.2f}</div>'
        f'<a class="button" href="{base}/wallet/{quote(order.door)}">去支付</a></div>'
        for order in orders
    )
    return (
        '<p class="note">这里模拟支付渠道，不收取真实款项。</p><h2>待支付的订单</h2>'
        f"{shown or '<p>没有待支付的订单。</p>'}{switches(faults, FAULTS, f'{base}/wallet/faults')}"
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
