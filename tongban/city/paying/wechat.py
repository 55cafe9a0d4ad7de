"""A local counterpart of WeChat Pay, API v3."""

import base64
import csv
import hashlib
import io
import json
import re
import secrets
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.city.counterpart.account import account
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.telling import Message, tell
from tongban.city.paying import keys
from tongban.city.paying.till import BEIJING, Return, Till, TillOrder

NAME, COLOUR = "微信支付演示对端（本机模拟，不收真实款项）", "#07883f"
MCHID, APPID, SERIAL, KEY_ID = (
    "1900000001",
    "wxdemo000000000001",
    "5157F09EFDC096DE15EBE81A47057A72",
    "PUB_KEY_ID_DEMO01",
)
JSON = "application/json; charset=utf-8"
FIELD = re.compile(r'(\w+)="([^"]*)"')
ORDER = re.compile(r"/v3/pay/transactions/out-trade-no/([0-9A-Za-z_*-]{6,32})(/close)?")
HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


class Refused(Exception):
    """An answer that says no. status, code: as WeChat Pay has them."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class WechatCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.till, self.base, self.signer = Till(folder), base, keys.ChannelSigner(folder)
        self.account = account(
            folder,
            {
                "url": base,
                "wallet": f"{base}/wallet",
                "mchid": MCHID,
                "appid": APPID,
                "serial": SERIAL,
                "key": self.signer.merchant_key,
                "platform_key": self.signer.public_key,
                "platform_key_id": KEY_ID,
            },
        )

    def answered(self, door: Door, path: str, body: bytes) -> CounterpartReply:
        try:
            if path.startswith("/v3/billdownload"):
                self._must_be_merchants(door, body)
                day = date.fromisoformat(parse_qs(urlsplit(door.path).query)["day"][0])
                return CounterpartReply(200, "text/plain; charset=utf-8", self.statement(day))
            self._must_be_merchants(door, body)
            said = self._said(door, path, json.loads(body) if body else {})
        except Refused as refused:
            return self._signed(refused.status, {"code": refused.code, "message": refused.code})
        except (KeyError, ValueError, TypeError):
            return self._signed(400, {"code": "PARAM_ERROR", "message": "参数错误"})
        return self._signed(200 if said is not None else 204, said)

    def paid(self, order: TillOrder) -> None:
        """Tell the merchant of a payment."""
        amount = order.amount + 1 if self.till.happens("wrong_amount") else order.amount
        tell(
            self.till,
            order.told_at,
            lambda forged: self.message("TRANSACTION.SUCCESS", self.transaction(order, amount), forged=forged),
            taken=_taken,
        )

    def statement(self, day: date) -> bytes:
        paid, back = self.till.of_day(day)
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\r\n")
        rows.writerow(HEAD.split(","))
        for order in paid:
            rows.writerow(_row(order, None))
        for one, order in back:
            rows.writerow(_row(order, one))
        rows.writerow(SUMS.split(","))
        total, returned = sum(order.amount for order in paid), sum(one.amount for one, _order in back)
        sums = (len(paid) + len(back), _yuan(total), _yuan(returned), "0.00", "0.00", _yuan(total), _yuan(returned))
        rows.writerow([f"`{value}" for value in sums])
        return "\ufeff".encode() + out.getvalue().encode()

    def transaction(self, order: TillOrder, amount: int | None = None) -> dict[str, Any]:
        states = {
            "open": "NOTPAY",
            "paid": "REFUND" if self.till.back_of(order.number) else "SUCCESS",
            "closed": "CLOSED",
        }
        said: dict[str, Any] = {
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": order.number,
            "trade_state": states[order.state],
            "trade_state_desc": "",
            "amount": {"total": amount or order.amount, "currency": "CNY"},
        }
        if order.paid:
            said |= {
                "transaction_id": order.trade,
                "trade_type": "MWEB" if order.way == "h5" else "NATIVE",
                "bank_type": "OTHERS",
                "success_time": order.paid.astimezone(BEIJING).isoformat(),
                "payer": {"openid": "demo"},
            }
            said["amount"] |= {"payer_total": said["amount"]["total"], "payer_currency": "CNY"}
        return said

    def message(self, kind: str, content: dict[str, Any], *, forged: bool = False) -> Message:
        """Return a message, encrypted and signed; forged: by somebody who has neither secret nor key."""
        nonce = secrets.token_hex(6)
        cipher = AESGCM((secrets.token_hex(16) if forged else self.account["secret"]).encode())
        sealed = cipher.encrypt(nonce.encode(), json.dumps(content, ensure_ascii=False).encode(), b"transaction")
        resource = {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "nonce": nonce,
            "associated_data": "transaction",
            "original_type": "transaction",
        }
        body = json.dumps(
            {
                "id": secrets.token_hex(16),
                "create_time": datetime.now(BEIJING).isoformat(timespec="seconds"),
                "resource_type": "encrypt-resource",
                "event_type": kind,
                "summary": "支付成功",
                "resource": resource,
            },
            ensure_ascii=False,
        ).encode()
        headers = self._signature(body)
        if forged:
            headers["Wechatpay-Signature"] = base64.b64encode(secrets.token_bytes(256)).decode()
        return Message({"Content-Type": "application/json", **headers}, body)

    def _said(self, door: Door, path: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(door.path).query).items()}
        if path in {"/v3/pay/transactions/native", "/v3/pay/transactions/h5"} and door.command == "POST":
            return self._opened(asked, "h5" if path.endswith("h5") else "qr")
        if match := ORDER.fullmatch(path):
            return self._order(match[1], closing=bool(match[2]))
        if path == "/v3/refund/domestic/refunds" and door.command == "POST":
            return self._refunded(asked)
        if path.startswith("/v3/refund/domestic/refunds/"):
            one = self.till.returned(path.rpartition("/")[2])
            if one is None:
                raise Refused(404, "RESOURCE_NOT_EXISTS")
            return self._refund(one)
        if path == "/v3/bill/tradebill":
            return self._bill(date.fromisoformat(query["bill_date"]))
        raise Refused(404, "NOT_FOUND")

    def _opened(self, asked: dict[str, Any], way: str) -> dict[str, Any]:
        if asked["mchid"] != MCHID or asked["appid"] != APPID:
            raise Refused(400, "APPID_MCHID_NOT_MATCH")
        if way == "h5" and not asked["scene_info"]["payer_client_ip"]:
            raise Refused(400, "PARAM_ERROR")
        number, amount = asked["out_trade_no"], asked["amount"]["total"]
        known = self.till.order(number)
        if known is not None and (known.amount != amount or known.state != "open"):
            raise Refused(403, "ORDERPAID" if known.state == "paid" else "OUT_TRADE_NO_USED")
        if not isinstance(amount, int) or amount <= 0 or asked["amount"]["currency"] != "CNY":
            raise Refused(400, "PARAM_ERROR")
        order = self.till.open(
            number=number,
            title=asked["description"],
            amount=amount,
            way=way,
            told_at=asked["notify_url"],
            back_to="",
            expires=datetime.fromisoformat(asked["time_expire"]),
        )
        if way == "h5":
            return {"h5_url": f"{self.base}/wallet/{order.door}?mweb=1"}
        return {"code_url": f"weixin://wxpay/bizpayurl?pr={order.door}"}

    def _order(self, number: str, *, closing: bool) -> dict[str, Any] | None:
        order = self.till.order(number)
        if order is None:
            raise Refused(404, "ORDER_NOT_EXIST")
        if not closing:
            return self.transaction(order)
        if not self.till.close(number):
            raise Refused(400, "ORDERPAID")
        return None

    def _refunded(self, asked: dict[str, Any]) -> dict[str, Any]:
        order = self.till.order(asked["out_trade_no"])
        if order is None:
            raise Refused(404, "RESOURCE_NOT_EXISTS")
        if asked["amount"]["total"] != order.amount:
            raise Refused(400, "INVALID_REQUEST")
        one = self.till.give_back(
            refund=asked["out_refund_no"],
            number=order.number,
            amount=asked["amount"]["refund"],
            told_at=asked.get("notify_url", ""),
        )
        if one is None:
            raise Refused(403, "NOT_ENOUGH")
        told = {**self._refund(one), "mchid": MCHID, "refund_status": "SUCCESS"}
        tell(
            self.till,
            one.told_at,
            lambda forged: self.message("REFUND.SUCCESS", told, forged=forged),
            taken=_taken,
        )
        return {**self._refund(one), "status": "PROCESSING"}

    def _refund(self, one: Return) -> dict[str, Any]:
        order = self.till.order(one.number)
        return {
            "refund_id": one.trade,
            "out_refund_no": one.refund,
            "out_trade_no": one.number,
            "transaction_id": order.trade if order else "",
            "status": "SUCCESS",
            "success_time": one.done.astimezone(BEIJING).isoformat(),
            "amount": {"refund": one.amount, "total": order.amount if order else 0, "currency": "CNY"},
        }

    def _bill(self, day: date) -> dict[str, Any]:
        if day > datetime.now(BEIJING).date():
            raise Refused(400, "NO_STATEMENT_EXIST")
        content = self.statement(day)
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(content).hexdigest(),  # noqa: S324 (the protocol's)
            "download_url": f"{self.base}/v3/billdownload/file?day={day.isoformat()}",
        }

    def _must_be_merchants(self, door: Door, body: bytes) -> None:
        kind, _space, words = door.headers.get("Authorization", "").partition(" ")
        said = dict(FIELD.findall(words))
        if kind != "WECHATPAY2-SHA256-RSA2048" or said.get("mchid") != MCHID or said.get("serial_no") != SERIAL:
            raise Refused(401, "SIGN_ERROR")
        text = (
            f"{door.command}\n{door.path}\n{said.get('timestamp')}\n{said.get('nonce_str')}\n".encode() + body + b"\n"
        )
        if abs(time.time() - int(said.get("timestamp", "0"))) > 300:
            raise Refused(401, "SIGN_ERROR")
        if not self.signer.is_merchants(text, said.get("signature", "")):
            raise Refused(401, "SIGN_ERROR")

    def _signed(self, status: int, said: dict[str, Any] | None) -> CounterpartReply:
        body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
        return CounterpartReply(status, JSON, body, self._signature(body))

    def _signature(self, body: bytes) -> dict[str, str]:
        at, nonce = str(int(time.time())), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": at,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": KEY_ID,
            "Wechatpay-Signature": self.signer.sign(f"{at}\n{nonce}\n".encode() + body + b"\n"),
        }


def _taken(status: int, _body: bytes) -> bool:
    return status in {200, 204}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _row(order: TillOrder, back: Return | None) -> list[str]:
    at = back.done if back else order.paid
    amount = "0.00" if back else _yuan(order.amount)
    values = [
        f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at else "", APPID, MCHID, "0", "", order.trade, order.number,
        "demo", "MWEB" if order.way == "h5" else "NATIVE", "REFUND" if back else "SUCCESS", "OTHERS", "CNY", amount,
        "0.00", back.trade if back else "0", back.refund if back else "0", _yuan(back.amount) if back else "0.00",
        "0.00", "ORIGINAL" if back else "", "SUCCESS" if back else "", order.title, "", "0.00000", "0.00%", amount,
        _yuan(back.amount) if back else "0.00", "",
    ]  # fmt: skip
    return [f"`{value}" for value in values]
