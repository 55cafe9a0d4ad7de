"""A local counterpart of Alipay, open platform."""

import csv
import io
import json
import secrets
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tongban.city.counterpart.account import account
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.telling import Message, tell
from tongban.city.paying import keys
from tongban.city.paying.till import BEIJING, Return, Till, TillOrder, now

NAME, COLOUR = "支付宝演示对端（本机模拟，不收真实款项）", "#1677ff"
APP_ID, SELLER = "2021000000000001", "2088000000000001"
MOMENT = "%Y-%m-%d %H:%M:%S"
HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)


class Refused(Exception):
    """An answer that says no. The text is its sub_code."""


class AlipayCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.till, self.base, self.signer = Till(folder), base, keys.ChannelSigner(folder)
        self.account = account(
            folder,
            {
                "url": f"{base}/gateway.do",
                "wallet": f"{base}/wallet",
                "app_id": APP_ID,
                "seller_id": SELLER,
                "key": self.signer.merchant_key,
                "platform_key": self.signer.public_key,
            },
        )

    def answered(self, door: Door, path: str, body: bytes) -> CounterpartReply:
        query = urlsplit(door.path).query
        if path == "/bill" and door.command == "GET":
            return self._file(dict(parse_qsl(query)))
        if path != "/gateway.do":
            return CounterpartReply(404, "text/plain", b"")
        said = dict(parse_qsl(body.decode() if door.command == "POST" else query, keep_blank_values=True))
        method = said.get("method", "")
        if method == "alipay.trade.page.pay":
            return self._page(said)
        try:
            self._must_be_merchants(said)
            verb = VERBS.get(method)
            if verb is None:
                raise Refused("isv.invalid-method")
            answer = {"code": "10000", "msg": "Success", **verb(self, json.loads(said["biz_content"]), said)}
        except Refused as refused:
            answer = {"code": "40004", "msg": "Business Failed", "sub_code": str(refused), "sub_msg": str(refused)}
        except (KeyError, ValueError, TypeError):
            answer = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-parameter"}
        node = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        text = f'{{"{method.replace(".", "_")}_response":{node},"sign":"{self.signer.sign(node.encode())}"}}'
        return CounterpartReply(200, "application/json;charset=utf-8", text.encode())

    def paid(self, order: TillOrder) -> None:
        """Tell the merchant of a payment."""
        amount = order.amount + 1 if self.till.happens("wrong_amount") else order.amount
        fields = {
            **self._notice(order),
            "trade_status": "TRADE_SUCCESS",
            "total_amount": _yuan(amount),
            "receipt_amount": _yuan(amount),
            "buyer_pay_amount": _yuan(amount),
        }
        self._tell(order.told_at, fields)

    def statement(self, day: date) -> bytes:
        """Return the packed statement: single lines and sums, each a file in GBK."""
        paid, back = self.till.of_day(day)
        lines = io.StringIO()
        lines.write(
            f"#支付宝业务明细查询\r\n#账号：[{SELLER}]\r\n#起始日期：[{day} 00:00:00] 终止日期：[{day} 23:59:59]\r\n"
        )
        lines.write(
            "#-----------------------------------------业务明细列表----------------------------------------\r\n"
        )
        rows = csv.writer(lines, lineterminator="\r\n")
        rows.writerow(HEAD.split(","))
        for order in paid:
            rows.writerow(_row(order, None))
        for one, order in back:
            rows.writerow(_row(order, one))
        lines.write(
            "#-----------------------------------------业务明细列表结束------------------------------------\r\n"
        )
        sums = f"#支付宝业务汇总查询\r\n#合计,{len(paid)},{len(back)}\r\n"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
            files.writestr(f"{SELLER}_{day:%Y%m%d}_业务明细.csv", lines.getvalue().encode("gbk", "replace"))
            files.writestr(f"{SELLER}_{day:%Y%m%d}_业务明细(汇总).csv", sums.encode("gbk", "replace"))
        return packed.getvalue()

    def _precreate(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        order = self._opened(asked, said, "qr")
        return {"out_trade_no": order.number, "qr_code": f"https://qr.alipay.com/{order.door}"}

    def _query(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        order = self._order(asked)
        states = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}
        answer = {"out_trade_no": order.number, "trade_no": order.trade, "total_amount": _yuan(order.amount)}
        if order.paid:
            answer["send_pay_date"] = f"{order.paid.astimezone(BEIJING):{MOMENT}}"
        whole = order.state == "paid" and self.till.back_of(order.number) == order.amount
        return {**answer, "trade_status": "TRADE_CLOSED" if whole else states[order.state]}

    def _close(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        order = self._order(asked)
        if not self.till.close(order.number):
            raise Refused("ACQ.TRADE_STATUS_ERROR")
        return {"out_trade_no": order.number}

    def _refund(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        order = self._order(asked)
        known = self.till.returned(asked["out_request_no"])
        one = self.till.give_back(
            refund=asked["out_request_no"], number=order.number, amount=_fen(asked["refund_amount"]), told_at=""
        )
        if one is None:
            raise Refused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        if known is None:
            self._tell(order.told_at, {**self._notice(order), **self._returned(order, one)})
        done = one.amount == _fen(asked["refund_amount"])
        return {
            "out_trade_no": order.number,
            "trade_no": order.trade,
            "refund_fee": _yuan(self.till.back_of(order.number)),
            # What the channel does not say by this it says in its query.
            "fund_change": "Y" if done and known is None else "N",
        }

    def _refund_query(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        order, one = self._order(asked), self.till.returned(asked["out_request_no"])
        if one is None:
            return {}
        return {
            "out_trade_no": order.number,
            "out_request_no": one.refund,
            "trade_no": order.trade,
            "refund_amount": _yuan(one.amount),
            "refund_status": "REFUND_SUCCESS",
            "gmt_refund_pay": f"{one.done.astimezone(BEIJING):{MOMENT}}",
        }

    def _bill(self, asked: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
        day = date.fromisoformat(asked["bill_date"])
        if day > datetime.now(BEIJING).date():
            raise Refused("isp.bill_not_exist")
        signed = self.signer.sign(str(day).encode())
        return {"bill_download_url": f"{self.base}/bill?{urlencode({'day': str(day), 'sign': signed})}"}

    def _file(self, query: dict[str, str]) -> CounterpartReply:
        """Hand a statement out to whoever has its address: like the real one, which is signed and soon over."""
        day = query.get("day", "")
        if not secrets.compare_digest(self.signer.sign(day.encode()).encode(), query.get("sign", "").encode()):
            return CounterpartReply(403, "text/plain", b"")
        return CounterpartReply(200, "application/zip", self.statement(date.fromisoformat(day)))

    def _page(self, said: dict[str, str]) -> CounterpartReply:
        """Send a payer's browser, which brings a signed order, to where it is paid."""
        try:
            self._must_be_merchants(said)
            order = self._opened(json.loads(said["biz_content"]), said, "page")
        except (Refused, KeyError, ValueError) as problem:
            return CounterpartReply(400, "text/plain; charset=utf-8", f"订单无法受理：{problem}".encode())
        return CounterpartReply(302, "text/plain", b"", {"Location": f"{self.base}/wallet/{order.door}"})

    def _opened(self, asked: dict[str, Any], said: dict[str, str], way: str) -> TillOrder:
        expires = datetime.now(BEIJING) + timedelta(minutes=30)
        if asked.get("time_expire"):
            expires = datetime.strptime(asked["time_expire"], MOMENT).replace(tzinfo=BEIJING)
        amount = _fen(asked["total_amount"])
        order = self.till.open(
            number=asked["out_trade_no"],
            title=asked["subject"],
            amount=amount,
            way=way,
            told_at=said.get("notify_url", ""),
            back_to=said.get("return_url", ""),
            expires=expires,
        )
        if order.amount != amount or order.state == "closed":
            raise Refused("ACQ.CONTEXT_INCONSISTENT")
        if order.state == "paid":
            raise Refused("ACQ.TRADE_HAS_SUCCESS")
        return order

    def _order(self, asked: dict[str, Any]) -> TillOrder:
        order = self.till.order(asked["out_trade_no"])
        if order is None:
            raise Refused("ACQ.TRADE_NOT_EXIST")
        return order

    def _notice(self, order: TillOrder) -> dict[str, str]:
        paid = order.paid or now()
        return {
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(17),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": APP_ID,
            "auth_app_id": APP_ID,
            "seller_id": SELLER,
            "trade_no": order.trade,
            "out_trade_no": order.number,
            "subject": order.title,
            "gmt_create": f"{order.opened.astimezone(BEIJING):{MOMENT}}",
            "gmt_payment": f"{paid.astimezone(BEIJING):{MOMENT}}",
        }

    def _returned(self, order: TillOrder, one: Return) -> dict[str, str]:
        whole = self.till.back_of(order.number) == order.amount
        return {
            "trade_status": "TRADE_CLOSED" if whole else "TRADE_SUCCESS",
            "total_amount": _yuan(order.amount),
            "out_biz_no": one.refund,
            "refund_fee": _yuan(one.amount),
            "gmt_refund": f"{one.done.astimezone(BEIJING):{MOMENT}}.000",
        }

    def _tell(self, url: str, fields: dict[str, str]) -> None:
        tell(self.till, url, lambda forged: self.message(fields, forged=forged), taken=_taken)

    def message(self, fields: dict[str, str], *, forged: bool = False) -> Message:
        """Return a notice, signed; forged: by somebody without the key."""
        said = {**fields, "notify_time": f"{datetime.now(BEIJING):{MOMENT}}"}
        text = "&".join(f"{name}={said[name]}" for name in sorted(said) if said[name] != "")
        signature = "Zm9yZ2Vk" if forged else self.signer.sign(text.encode())
        body = urlencode({**said, "sign_type": "RSA2", "sign": signature}).encode()
        return Message({"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, body)

    def _must_be_merchants(self, said: dict[str, str]) -> None:
        content = {name: value for name, value in said.items() if name != "sign" and value != ""}
        text = "&".join(f"{name}={content[name]}" for name in sorted(content))
        if said.get("app_id") != APP_ID or not self.signer.is_merchants(text.encode(), said.get("sign", "")):
            raise Refused("isv.invalid-signature")


VERBS = {
    "alipay.trade.precreate": AlipayCounterpart._precreate,
    "alipay.trade.query": AlipayCounterpart._query,
    "alipay.trade.close": AlipayCounterpart._close,
    "alipay.trade.refund": AlipayCounterpart._refund,
    "alipay.trade.fastpay.refund.query": AlipayCounterpart._refund_query,
    "alipay.data.dataservice.bill.downloadurl.query": AlipayCounterpart._bill,
}


def _taken(_status: int, body: bytes) -> bool:
    return body.strip() == b"success"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _fen(yuan: str) -> int:
    whole, _point, rest = yuan.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0")[:2])


def _row(order: TillOrder, back: Return | None) -> list[str]:
    at = back.done if back else order.paid
    amount = f"-{_yuan(back.amount)}" if back else _yuan(order.amount)
    moments = [f"{moment.astimezone(BEIJING):{MOMENT}}" if moment else "" for moment in (order.opened, at)]
    values = [
        order.trade,
        order.number,
        "退款" if back else "交易",
        order.title,
        *moments,
        "",
        "",
        "",
        "",
        "演示付款人",
    ]
    values += [amount, amount, *["0.00"] * 5, "", "0.00", "0.00", back.refund if back else "", "0.00", "0.00", ""]
    return [f"{value}\t" for value in values]
