"""Alipay, open platform: precreate and page pay, query, close, refund, statement, and signed messages.

Source: 支付宝开放平台 API 文档 (签名 RSA2, 异步通知验签, 账单下载地址查询).
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.payments.adapters.accounts import Merchant
from tongban.platform.payments.adapters.calling import call
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
from tongban.platform.payments.rules.amounts import from_yuan, in_yuan

NEEDED = ("url", "app_id", "seller_id", "key", "platform_key")
MOMENT = "%Y-%m-%d %H:%M:%S"
BEIJING = timezone(timedelta(hours=8))
STATES = {"WAIT_BUYER_PAY": "open", "TRADE_SUCCESS": "paid", "TRADE_FINISHED": "paid", "TRADE_CLOSED": "closed"}
UNKNOWN = {"ACQ.TRADE_NOT_EXIST", "TRADE_NOT_EXIST"}
LATER = {"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "isp.unknow-error", "isp.bill_not_exist", "aop.ACQ.SYSTEM_ERROR"}


class Alipay(Merchant):
    """file: names the merchant account, see `PAYMENTS_ALIPAY`; seconds: how long an answer may take."""

    key = "alipay"
    title: StrOrPromise = _("Alipay")
    ways: Collection[str] = ("qr", "page")
    needed = NEEDED

    def open(self, order: PayOrder) -> str:
        asked = {
            "out_trade_no": order.number,
            "total_amount": in_yuan(order.amount_fen),
            "subject": order.title[:128],
            "time_expire": order.expires_at.astimezone(BEIJING).strftime(MOMENT),
        }
        if order.way == "page":
            asked["product_code"] = "FAST_INSTANT_TRADE_PAY"
            more = {"notify_url": order.told_at, "return_url": order.back_to}
            return f"{self.account['url']}?{urlencode(self._signed('alipay.trade.page.pay', asked, more))}"
        return str(self._asked("alipay.trade.precreate", asked, {"notify_url": order.told_at})["qr_code"])

    def ask(self, number: str) -> PaymentStanding:
        try:
            said = self._asked("alipay.trade.query", {"out_trade_no": number})
        except ChannelRefused as refused:
            if str(refused) in UNKNOWN:
                return PaymentStanding("unknown")
            raise
        return _payment(said)

    def close(self, number: str) -> None:
        try:
            self._asked("alipay.trade.close", {"out_trade_no": number})
        except ChannelRefused as refused:
            # Before anybody has opened it, there is nothing to close.
            if str(refused) not in UNKNOWN:
                raise

    def refund(
        self, *, number: str, refund: str, amount_fen: int, whole_fen: int, reason: str, told_at: str
    ) -> RefundStanding:
        asked = {
            "out_trade_no": number,
            "refund_amount": in_yuan(amount_fen),
            "out_request_no": refund,
            "refund_reason": reason[:80],
        }
        said = self._asked("alipay.trade.refund", asked)
        if said.get("fund_change") != "Y":
            return RefundStanding("open", str(said.get("trade_no", "")))
        return RefundStanding("done", str(said["trade_no"]), amount_fen, clock.now())

    def ask_refund(self, *, number: str, refund: str) -> RefundStanding:
        asked = {"out_trade_no": number, "out_request_no": refund, "query_options": ["gmt_refund_pay"]}
        try:
            said = self._asked("alipay.trade.fastpay.refund.query", asked)
        except ChannelRefused as refused:
            if str(refused) in UNKNOWN:
                return RefundStanding("unknown")
            raise
        if said.get("refund_status") != "REFUND_SUCCESS":
            return RefundStanding("unknown")
        at = _moment(said["gmt_refund_pay"]) if said.get("gmt_refund_pay") else clock.now()
        return RefundStanding("done", str(said["trade_no"]), from_yuan(said["refund_amount"]), at)

    def statement(self, day: date) -> DayStatement:
        asked = {"bill_type": "trade", "bill_date": day.isoformat()}
        said = self._asked("alipay.data.dataservice.bill.downloadurl.query", asked)
        answer = call("GET", said["bill_download_url"], headers={}, seconds=self._seconds())
        if answer.status != 200:
            raise ChannelSilent(f"the statement is not handed out: {answer.status}")
        try:
            with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
                text = packed.read(_details(packed.infolist())).decode("gb18030")
        except (zipfile.BadZipFile, UnicodeDecodeError, KeyError) as error:
            raise ChannelSilent("the statement cannot be read") from error
        return DayStatement(_lines(text), hashlib.sha256(answer.body).hexdigest())

    def read(self, headers: Mapping[str, str], body: bytes) -> ChannelMessage | None:
        said = self._believed(body)
        try:
            if said.get("refund_fee") and said.get("out_biz_no"):
                done = RefundStanding(
                    "done", said["trade_no"], from_yuan(said["refund_fee"]), _moment(said["gmt_refund"][:19])
                )
                return ChannelMessage(said["out_trade_no"], said["out_biz_no"], refunded=done)
            if said.get("notify_type") != "trade_status_sync":
                return None
            return ChannelMessage(said["out_trade_no"], payment=_payment(said))
        except (KeyError, ValueError) as error:
            raise MessageRefused(f"it cannot be read: {type(error).__name__}") from error

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        return 200, "text/plain", "failure" if problem else "success"

    def check(self) -> list[StrOrPromise]:
        try:
            self.ask("0" * 20)
        except ChannelSilent as silent:
            return [str(silent)]
        return []

    def _believed(self, body: bytes) -> dict[str, str]:
        """Return what a message says. Raises MessageRefused unless the channel signed it, for this merchant."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
        except ValueError as error:
            raise MessageRefused("it is no form") from error
        said = dict(pairs)
        if len(said) != len(pairs):
            raise MessageRefused("it says something twice")
        content = {name: value for name, value in said.items() if name not in {"sign", "sign_type"}}
        if said.get("sign_type") != "RSA2" or not is_signed(
            self.account["platform_key"], _text(content), said.get("sign", "")
        ):
            raise MessageRefused("its signature is wrong")
        if said.get("app_id") != self.account["app_id"] or said.get("seller_id") != self.account["seller_id"]:
            raise MessageRefused("it is for another merchant")
        return said

    def _signed(self, method: str, asked: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, str]:
        fields = {
            "app_id": str(self.account["app_id"]),
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": clock.now().astimezone(BEIJING).strftime(MOMENT),
            "version": "1.0",
            "biz_content": json.dumps(asked, ensure_ascii=False),
            **more,
        }
        return {**fields, "sign": signed(self.account["key"], _text(fields))}

    def _asked(self, method: str, asked: Mapping[str, Any], more: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Ask the channel, and believe the answer only if it is signed by it."""
        body = urlencode(self._signed(method, asked, more or {})).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8", "User-Agent": "tongban"}
        answer = call("POST", self.account["url"], headers=headers, body=body, seconds=self._seconds())
        if answer.status != 200:
            raise ChannelSilent(f"the channel answers {answer.status}")
        said = self._answered(f"{method.replace('.', '_')}_response", answer.body.decode("utf-8", "replace"))
        if said.get("code") == "10000":
            return said
        problem = str(said.get("sub_code") or said.get("code"))
        if said.get("code") == "20000" or problem in LATER:
            raise ChannelSilent(f"{problem}: {said.get('sub_msg', '')}")
        raise ChannelRefused(problem)

    def _answered(self, name: str, text: str) -> dict[str, Any]:
        """Return a node of an answer; what is signed is its text as it came."""
        begin = text.find(f'"{name}":')
        try:
            if begin < 0:
                raise ValueError(name)
            start = begin + len(name) + 3
            said, end = json.JSONDecoder().raw_decode(text, start)
            signature = str(json.loads(text).get("sign", ""))
        except (ValueError, AttributeError) as error:
            raise ChannelSilent("the answer cannot be read") from error
        if not isinstance(said, dict) or not is_signed(
            self.account["platform_key"], text[start:end].encode(), signature
        ):
            raise ChannelSilent("the answer is not believed: its signature is wrong")
        return said


def _text(fields: Mapping[str, str]) -> bytes:
    """Return what is signed of fields: those that say something, in the order of their names."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != "").encode()


def _moment(text: str) -> datetime:
    return datetime.strptime(text, MOMENT).replace(tzinfo=BEIJING)


def _payment(said: Mapping[str, Any]) -> PaymentStanding:
    state = STATES.get(str(said["trade_status"]), "open")
    if state == "closed" and said.get("send_pay_date"):
        state = "paid"  # paid, and all of it refunded since
    if state != "paid":
        return PaymentStanding(state)
    at = said.get("gmt_payment") or said.get("send_pay_date")
    return PaymentStanding(
        state, str(said["trade_no"]), from_yuan(str(said["total_amount"])), _moment(str(at)) if at else clock.now()
    )


def _details(files: list[zipfile.ZipInfo]) -> str:
    """Return the name of the file with single lines, and not that of the sums."""
    for one in files:
        # The flag says whether the name is UTF-8; older packers write it in GBK.
        name = one.filename if one.flag_bits & 0x800 else one.filename.encode("cp437").decode("gb18030", "replace")
        if "汇总" not in name and one.file_size <= 256 * 1024 * 1024:
            return one.filename
    raise KeyError("no details")


def _lines(text: str) -> list[StatementLine]:
    rows = [row for row in csv.reader(io.StringIO(text)) if row and not row[0].startswith("#")]
    if not rows:
        return []
    head = [name.strip() for name in rows[0]]
    found = []
    for row in rows[1:]:
        said = dict(zip(head, (value.strip() for value in row), strict=False))
        is_refund = said["业务类型"] == "退款"
        amount = said["订单金额（元）"].removeprefix("-")
        found.append(
            StatementLine(
                number=said["商户订单号"],
                refund=said["退款批次号/请求号"] if is_refund else "",
                trade=said["支付宝交易号"],
                amount_fen=from_yuan(amount),
            )
        )
    return found
