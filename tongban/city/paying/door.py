"""Where a channel is paid: pages at /wallet."""

from collections.abc import Callable
from urllib.parse import urlencode

from tongban.city.counterpart import door
from tongban.city.counterpart.door import CounterpartReply, see
from tongban.city.paying import wallet
from tongban.city.paying.till import Till, TillOrder, now


class ChannelDoor(door.Door):
    """paid: tells the merchant of a payment."""

    store: Till
    paid: Callable[[TillOrder], None]

    def shown(self, path: str, body: bytes) -> CounterpartReply | None:
        if path != "/" and not path.startswith("/wallet"):
            return None
        if path == "/wallet/faults" and self.command == "POST":
            return self.faults_set(body, f"{self.base}/wallet")
        key = path.removeprefix("/wallet").strip("/")
        found = self.store.behind(key) if key else None
        if key and found is None:
            return self.page("没有这个订单", "", 404)
        if found is None:
            return self.page("演示钱包", wallet.desk(self.store.waiting(), self.store.faults, self.base))
        back = self.query().get("redirect_url", found.back_to)
        if self.command == "POST":
            if done := self.store.pay(found.number):
                type(self).paid(done)
            query = f"?{urlencode({'redirect_url': back})}" if back else ""
            return see(f"{self.base}/wallet/{found.door}{query}")
        open_now = found.state == "open" and found.expires > now()
        title = "确认付款" if open_now else "支付结果"
        return self.page(title, wallet.order(found, self.base, open_now=open_now, back=back))
