"""EMS of China Post, platform for customers with a contract: order, cancel, track, and pushed tracks.

Source: 中国邮政国内协议客户开放平台 (020003 下单取号, 020006 取消, 040001 运单轨迹, 040002 轨迹推送; 报文 SM4-ECB 加密,
明文尾部附密钥). What could not be tried with a real account is named in the account file: `product` (bizProductNo),
`push_signed`: whether the text of a pushed message ends with the key, as that of a call does.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.delivery.adapters.accounts import BEIJING, MOMENT, Customer, moment, read_object
from tongban.platform.delivery.ports import (
    CarrierMessage,
    CarrierOrder,
    CarrierRefused,
    CarrierSilent,
    Contact,
    TrackLine,
    UntrustedMessage,
)

MARK = "|$4|"
DONE = "00000"
LATER = {"S00001", "S99999"}  # 系统繁忙、系统异常


class EmsPost(Customer):
    key = "ems"
    title: StrOrPromise = _("EMS (China Post)")
    needed = ("url", "sender_no", "authorization", "sign_key")

    def book(self, order: CarrierOrder) -> str:
        account = self.account
        asked = {
            "ecommerceUserId": account["sender_no"],
            "logisticsOrderNo": order.number,
            "createdTime": datetime.now(BEIJING).strftime(MOMENT),
            "contentsAttribute": "1",
            "bizProductNo": str(account.get("product", "1")),
            "sender": _contact(self.sender),
            "receiver": _contact(order.recipient),
            "cargos": [{"cargoName": order.title[:60], "cargoQuantity": 1}],
        }
        said = self._asked("020003", [asked])
        one = said[0] if isinstance(said, list) and said else said
        if isinstance(one, dict) and one.get("waybillNo"):
            return str(one["waybillNo"])
        raise CarrierSilent("it took the order and gave no number yet")

    def cancel(self, *, number: str, waybill: str) -> None:
        self._asked("020006", {"logisticsOrderNo": number, "waybillNo": waybill, "cancelReason": "寄件方取消"})

    def track(self, *, waybill: str, phone: str) -> list[TrackLine]:
        said = self._asked("040001", {"waybillNo": waybill, "direction": "0"})
        found = said.get("responseItems") if isinstance(said, dict) else said
        try:
            return [self._line(one) for one in found or []]
        except (KeyError, ValueError, TypeError) as error:
            raise CarrierSilent("its track cannot be read") from error

    def read(self, headers: Mapping[str, str], body: bytes) -> list[CarrierMessage]:
        account = self.account
        try:
            said = read_object(body)
            if said.get("senderNo") != account["sender_no"]:
                raise UntrustedMessage("it is for somebody else")
            text = decrypted(str(said.get("logitcsInterface", "")), account["sign_key"])
            signed = text.endswith(account["sign_key"])
            if account.get("push_signed", True) and not signed:
                raise UntrustedMessage("its signature is wrong")
            told = json.loads(text.removesuffix(account["sign_key"]))
            lines: dict[str, list[TrackLine]] = {}
            for one in told if isinstance(told, list) else [told]:
                waybill = str(one.get("waybillNo") or one["traceNo"])
                lines.setdefault(waybill, []).append(self._line(one))
        except (CarrierSilent, KeyError, ValueError, TypeError, AttributeError) as error:
            raise UntrustedMessage("it cannot be read") from error
        return [CarrierMessage(waybill, found, proven=signed) for waybill, found in lines.items()]

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        said = {"code": "B00001", "codeMessage": "拒绝"} if problem else {"code": DONE, "codeMessage": "成功"}
        return (401 if problem else 200), "application/json", json.dumps(said, ensure_ascii=False)

    def _line(self, one: Mapping[str, Any]) -> TrackLine:
        code, at = str(one["opCode"]), moment(one["opTime"])
        words = str(one.get("opDesc") or one.get("opName") or "")
        place = str(one.get("opOrgName") or one.get("opOrgCity") or "")
        return TrackLine(f"{code}@{at:%Y%m%d%H%M%S}", at, self._kind(code), place[:60], words[:300])

    def _asked(self, code: str, asked: Any) -> Any:
        account = self.account
        form = {
            "apiCode": code,
            "senderNo": account["sender_no"],
            "authorization": account["authorization"],
            "msgType": "0",
            "timeStamp": datetime.now(BEIJING).strftime(MOMENT),
            "version": "V1.0.0",
            "logitcsInterface": encrypted(json.dumps(asked, ensure_ascii=False), account["sign_key"]),
        }
        said = self._posted(urlencode(form).encode())
        if said.get("retCode") != DONE:
            reason = f"{said.get('retCode')} {said.get('retMsg', '')}".strip()
            if said.get("retCode") in LATER:
                raise CarrierSilent(reason)
            raise CarrierRefused(reason)
        body = said.get("retBody")
        try:
            return json.loads(body) if isinstance(body, str) else body
        except ValueError as error:
            raise CarrierSilent("what it answers cannot be read") from error


def encrypted(text: str, key: str) -> str:
    """Return the body of a message: SM4-ECB of the text and the key, which is how the platform knows its sender."""
    padder = padding.PKCS7(128).padder()
    plain = padder.update((text + key).encode()) + padder.finalize()
    encryptor = _cipher(key).encryptor()
    return MARK + base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypted(body: str, key: str) -> str:
    """Return the text of a body, whatever it ends with. Raises ValueError."""
    try:
        content = base64.b64decode(body.removeprefix(MARK), validate=True)
        decryptor = _cipher(key).decryptor()
        plain = decryptor.update(content) + decryptor.finalize()
        unpadder = padding.PKCS7(128).unpadder()
        return (unpadder.update(plain) + unpadder.finalize()).decode()
    except (binascii.Error, ValueError) as error:
        raise ValueError("it was not encrypted with our key") from error


def _cipher(key: str) -> Cipher[modes.ECB]:
    # The platform's choice: one block at a time. Nothing of ours rests like this.
    return Cipher(SM4(base64.b64decode(key)), modes.ECB())  # noqa: S305


def _contact(one: Contact) -> dict[str, str]:
    return {
        "name": one.name,
        "mobile": one.phone,
        "prov": one.province,
        "city": one.city,
        "county": one.county,
        "address": one.street,
    }
