"""WeChat Pay, API v3: Native and H5 orders, query, close, refund, statement, and messages that are encrypted.

Source: 微信支付 APIv3 接口文档 (签名 WECHATPAY2-SHA256-RSA2048, 回调报文 AEAD_AES_256_GCM).
"""

import base64
import binascii
import csv
import hashlib
import io
import json
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.payments.adapters.accounts import Merchant
from tongban.platform.payments.adapters.calling import ChannelAnswer, call
from tongban.platform.payments.adapters.signing import is_signed, signed
from tongban.platform.payments.ports import (
    ChannelMessage,
    ChannelRefused,
    ChannelSilent,
    DayStatement,
    MessageRefused,
    PaymentStanding,
    PayOrder,
    RefundStanding,
    StatementLine,
)
from tongban.platform.payments.rules.amounts import from_yuan

NEEDED = ("url", "mchid", "appid", "serial", "key", "secret", "platform_key", "platform_key_id")
SCHEME = "WECHATPAY2-SHA256-RSA2048"
# A message, or an answer, of another time is not believed.
APART = timedelta(minutes=5)
BEIJING = timezone(timedelta(hours=8))
STATES = {
    "SUCCESS": "paid",
    "REFUND": "paid",
    "NOTPAY": "open",
    "USERPAYING": "open",
    "CLOSED": "closed",
    "REVOKED": "closed",
    "PAYERROR": "closed",
}
REFUND_STATES = {"SUCCESS": "done", "PROCESSING": "open", "CLOSED": "failed", "ABNORMAL": "failed"}
# Said of an order or refund that is not there.
UNKNOWN = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"}
# Trying again later may help.
LATER = {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "STATEMENT_CREATING", "NO_STATEMENT_EXIST"}


Standing = TypeVar("Standing", PaymentStanding, RefundStanding)


class WechatPay(Merchant):
    """file: names the merchant account, see `PAYMENTS_WECHAT`; seconds: how long an answer may take."""

    key = "wechat"
    title: StrOrPromise = _("WeChat Pay")
    ways: Collection[str] = ("qr", "h5")
    needed = NEEDED

    def open(self, order: PayOrder) -> str:
        asked: dict[str, Any] = {
            "appid": self.account["appid"],
            "mchid": self.account["mchid"],
            "description": order.title[:42],
            "out_trade_no": order.number,
            "time_expire": order.expires_at.astimezone(BEIJING).isoformat(timespec="seconds"),
            "notify_url": order.told_at,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
        }
        if order.way == "h5":
            asked["scene_info"] = {"payer_client_ip": order.payer_ip or "127.0.0.1", "h5_info": {"type": "Wap"}}
            said = self._asked("POST", "/v3/pay/transactions/h5", asked)
            return f"{said['h5_url']}&{urlencode({'redirect_url': order.back_to})}"
        return str(self._asked("POST", "/v3/pay/transactions/native", asked)["code_url"])

    def ask(self, number: str) -> PaymentStanding:
        query = urlencode({"mchid": self.account["mchid"]})
        try:
            return _payment(self._asked("GET", f"/v3/pay/transactions/out-trade-no/{number}?{query}"))
        except ChannelRefused as refused:
            return _unknown(refused, PaymentStanding)

    def close(self, number: str) -> None:
        asked = {"mchid": self.account["mchid"]}
        self._asked("POST", f"/v3/pay/transactions/out-trade-no/{number}/close", asked)

    def refund(
        self, *, number: str, refund: str, amount_fen: int, whole_fen: int, reason: str, told_at: str
    ) -> RefundStanding:
        asked = {
            "out_trade_no": number,
            "out_refund_no": refund,
            "reason": reason[:26],
            "notify_url": told_at,
            "amount": {"refund": amount_fen, "total": whole_fen, "currency": "CNY"},
        }
        return _refund(self._asked("POST", "/v3/refund/domestic/refunds", asked))

    def ask_refund(self, *, number: str, refund: str) -> RefundStanding:
        try:
            return _refund(self._asked("GET", f"/v3/refund/domestic/refunds/{refund}"))
        except ChannelRefused as refused:
            return _unknown(refused, RefundStanding)

    def statement(self, day: date) -> DayStatement:
        query = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL"})
        said = self._asked("GET", f"/v3/bill/tradebill?{query}")
        # The file is asked for with a signature, and bears none: its digest came signed.
        answer = self._call("GET", said["download_url"], b"")
        if answer.status != 200 or hashlib.sha1(answer.body).hexdigest() != said["hash_value"].lower():  # noqa: S324
            raise ChannelSilent("the statement is not what its digest says")
        return DayStatement(_lines(answer.body.decode("utf-8-sig")), hashlib.sha256(answer.body).hexdigest())

    def read(self, headers: Mapping[str, str], body: bytes) -> ChannelMessage | None:
        self._must_be_theirs(headers, body)
        try:
            message = json.loads(body)
            content = json.loads(self._decrypted(message["resource"]))
            kind = str(message["event_type"])
            if content.get("mchid", self.account["mchid"]) != self.account["mchid"]:
                raise MessageRefused("it is for another merchant")
            if kind.startswith("TRANSACTION."):
                return ChannelMessage(str(content["out_trade_no"]), payment=_payment(content))
            if kind.startswith("REFUND."):
                number, refund = str(content["out_trade_no"]), str(content["out_refund_no"])
                return ChannelMessage(number, refund, refunded=_refund(content))
        except (KeyError, TypeError, ValueError) as error:
            raise MessageRefused(f"it cannot be read: {type(error).__name__}") from error
        return None

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        if not problem:
            return 204, "application/json", ""
        return 401, "application/json", json.dumps({"code": "FAIL", "message": "失败"}, ensure_ascii=False)

    def check(self) -> list[StrOrPromise]:
        try:
            self.ask("0" * 20)
        except ChannelSilent as silent:
            return [str(silent)]
        return []

    def _asked(self, method: str, path: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the channel, and believe the answer only if it is signed by it."""
        body = json.dumps(asked, ensure_ascii=False).encode() if asked is not None else b""
        answer = self._call(method, self.account["url"].rstrip("/") + path, body)
        said = _json(answer.body)
        if answer.status not in {200, 202, 204}:
            code = str(said.get("code", answer.status))
            if answer.status >= 500 or answer.status == 429 or code in LATER:
                raise ChannelSilent(f"{code}: {said.get('message', '')}")
            raise ChannelRefused(code)
        try:
            self._must_be_theirs(answer.headers, answer.body)
        except MessageRefused as refused:
            raise ChannelSilent(f"the answer is not believed: {refused}") from refused
        return said

    def _call(self, method: str, url: str, body: bytes) -> ChannelAnswer:
        parts, own = urlsplit(url), self.account
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        at, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
        text = f"{method}\n{target}\n{at}\n{nonce}\n{body.decode()}\n"
        fields = {
            "mchid": own["mchid"],
            "nonce_str": nonce,
            "timestamp": at,
            "serial_no": own["serial"],
            "signature": signed(own["key"], text.encode()),
        }
        words = ",".join(f'{name}="{value}"' for name, value in fields.items())
        headers = {
            "Authorization": f"{SCHEME} {words}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "tongban",
            "Wechatpay-Serial": own["platform_key_id"],
        }
        return call(method, url, headers=headers, body=body, seconds=self._seconds())

    def _must_be_theirs(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise MessageRefused unless the channel signed this, a moment ago."""
        said = {name.lower(): value for name, value in headers.items()}
        at, nonce = said.get("wechatpay-timestamp", ""), said.get("wechatpay-nonce", "")
        if not at.isascii() or not at.isdecimal() or len(at) > 12:
            raise MessageRefused("it has no signature")
        if abs(clock.now() - datetime.fromtimestamp(int(at), UTC)) > APART:
            raise MessageRefused("it is of another time")
        if said.get("wechatpay-serial") != self.account["platform_key_id"]:
            raise MessageRefused("it is signed with an unknown key")
        text = f"{at}\n{nonce}\n".encode() + body + b"\n"
        if not is_signed(self.account["platform_key"], text, said.get("wechatpay-signature", "")):
            raise MessageRefused("its signature is wrong")

    def _decrypted(self, resource: Mapping[str, str]) -> bytes:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise MessageRefused("it is encrypted in an unknown way")
        cipher = AESGCM(self.account["secret"].encode())
        try:
            sealed = base64.b64decode(resource["ciphertext"], validate=True)
            return cipher.decrypt(resource["nonce"].encode(), sealed, resource.get("associated_data", "").encode())
        except (InvalidTag, binascii.Error) as error:
            raise MessageRefused("it cannot be decrypted") from error


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body) if body else {}
    except ValueError as error:
        raise ChannelSilent("the answer is no JSON") from error
    return said if isinstance(said, dict) else {}


def _unknown(refused: ChannelRefused, standing: Callable[[str], Standing]) -> Standing:
    """Return that there is no such thing, where that is what was said."""
    if str(refused) in UNKNOWN:
        return standing("unknown")
    raise refused


def _payment(said: Mapping[str, Any]) -> PaymentStanding:
    state = STATES.get(str(said["trade_state"]), "open")
    if state != "paid":
        return PaymentStanding(state)
    amount = said["amount"]
    if amount.get("currency", "CNY") != "CNY":
        raise ValueError("another currency")
    paid_at = datetime.fromisoformat(said["success_time"])
    return PaymentStanding(state, str(said["transaction_id"]), int(amount["total"]), paid_at)


def _refund(said: Mapping[str, Any]) -> RefundStanding:
    state = REFUND_STATES.get(str(said.get("status") or said["refund_status"]), "open")
    done_at = datetime.fromisoformat(said["success_time"]) if said.get("success_time") else None
    return RefundStanding(state, str(said["refund_id"]), int(said["amount"]["refund"]), done_at)


def _lines(text: str) -> list[StatementLine]:
    """Read a statement: a head, lines whose values begin with a backtick, a head of sums, the sums."""
    rows = list(csv.reader(io.StringIO(text)))
    head, found = rows[0], []
    for row in rows[1:]:
        if not row or not row[0].startswith("`"):
            break
        said = dict(zip(head, (value.removeprefix("`") for value in row), strict=False))
        is_refund = said["交易状态"] == "REFUND"
        amount = said["退款金额"] if is_refund else said["订单金额"]
        found.append(
            StatementLine(
                number=said["商户订单号"],
                refund=said["商户退款单号"] if is_refund else "",
                trade=said["微信退款单号"] if is_refund else said["微信订单号"],
                amount_fen=from_yuan(amount),
            )
        )
    return found
