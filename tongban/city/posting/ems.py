"""A local counterpart of EMS, platform of China Post for customers with a contract."""

import base64
import json
import secrets
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from tongban.city.counterpart.account import account, known
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.telling import Message
from tongban.city.posting.depot import BEIJING, MOMENT, Depot, Line
from tongban.city.posting.door import SENDER

NAME, COLOUR = "邮政 EMS 演示对端（本机模拟，不寄送实物）", "#00693e"
SENDER_NO = "1100099990101"
CODES = {"picked_up": "203", "on_way": "305", "trying": "702", "failed": "705", "signed": "704", "returned": "708"}


class Refused(Exception):
    """An answer that says no: code and words."""


class EmsCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.depot, self.base = Depot(folder, "12", 11), base
        before = known(folder)
        self.account = account(
            folder,
            {
                **SENDER,
                "url": f"{base}/amp/api/open",
                "depot": f"{base}/",
                "sender_no": SENDER_NO,
                "authorization": before.get("authorization") or secrets.token_urlsafe(16),
                "sign_key": before.get("sign_key") or base64.b64encode(secrets.token_bytes(16)).decode(),
            },
        )

    def answered(self, _door: Door, path: str, body: bytes) -> CounterpartReply:
        if path != "/amp/api/open":
            return CounterpartReply(404, "text/plain", b"")
        said = dict(parse_qsl(body.decode(), keep_blank_values=True))
        try:
            asked = self._read(said)
            verb = VERBS.get(said.get("apiCode", ""))
            if verb is None:
                raise Refused("B00010 接口代码不存在")
            return self._answer("00000", "成功", json.dumps(verb(self, asked), ensure_ascii=False))
        except Refused as refused:
            code, _space, words = str(refused).partition(" ")
            return self._answer(code, words, "")
        except (KeyError, ValueError, TypeError, IndexError):
            return self._answer("B00020", "报文格式错误", "")

    def message(self, lines: list[Line], *, forged: bool = False) -> Message:
        """Return a push of a track, encrypted; forged: by somebody without the key."""
        text = json.dumps([self._line(line) for line in lines], ensure_ascii=False)
        key = base64.b64encode(secrets.token_bytes(16)).decode() if forged else self.account["sign_key"]
        said = {
            "logitcsInterface": encrypted(text, key),
            "method": "040002",
            "msgType": "0",
            "senderNo": SENDER_NO,
            "serialNo": uuid.uuid4().hex.upper(),
            "timeStamp": datetime.now(BEIJING).strftime(MOMENT),
            "version": "v1.0.0",
        }
        return Message({"Content-Type": "application/json; charset=utf-8"}, json.dumps(said).encode())

    @staticmethod
    def taken(status: int, body: bytes) -> bool:
        return status == 200 and b'"00000"' in body

    def _order(self, asked: Any) -> list[dict[str, Any]]:
        one = asked[0]
        to = one["receiver"]
        held, _new = self.depot.order(
            number=one["logisticsOrderNo"],
            title=one["cargos"][0]["cargoName"],
            recipient=to["name"],
            place="".join(str(to.get(name, "")) for name in ("prov", "city", "county", "address")),
            phone=to.get("mobile") or to.get("phone") or "",
        )
        return [{"logisticsOrderNo": held.number, "waybillNo": held.waybill}]

    def _cancel(self, asked: Any) -> dict[str, Any]:
        if not self.depot.cancel(asked["logisticsOrderNo"]):
            raise Refused("B00031 邮件已揽收，不能取消")
        return {"logisticsOrderNo": asked["logisticsOrderNo"]}

    def _track(self, asked: Any) -> dict[str, Any]:
        if self.depot.held(asked["waybillNo"]) is None:
            raise Refused("B00032 查无此邮件")
        return {"responseItems": [self._line(line) for line in self.depot.track(asked["waybillNo"])]}

    def _line(self, line: Line) -> dict[str, Any]:
        return {
            "waybillNo": line.waybill,
            "opCode": CODES[line.step],
            "opName": line.words,
            "opDesc": line.words,
            "opTime": line.at,
            "opOrgName": line.place,
            "opOrgCity": "云泽市",
        }

    def _read(self, said: dict[str, str]) -> Any:
        if said.get("senderNo") != SENDER_NO or said.get("authorization") != self.account["authorization"]:
            raise Refused("B00003 授权码错误")
        key = self.account["sign_key"]
        try:
            content = base64.b64decode(said["logitcsInterface"].removeprefix("|$4|"))
            decryptor = Cipher(SM4(base64.b64decode(key)), modes.ECB()).decryptor()  # noqa: S305 (the protocol's)
            unpadder = padding.PKCS7(128).unpadder()
            plain = unpadder.update(decryptor.update(content) + decryptor.finalize()) + unpadder.finalize()
            text = plain.decode()
        except ValueError as error:
            raise Refused("B00004 解密失败") from error
        if not text.endswith(key):
            raise Refused("B00005 签名错误")
        return json.loads(text.removesuffix(key))

    def _answer(self, code: str, words: str, body: str) -> CounterpartReply:
        said = {
            "retCode": code,
            "retMsg": words,
            "retBody": body,
            "retDate": datetime.now(BEIJING).strftime(MOMENT),
            "serialNo": uuid.uuid4().hex,
        }
        return CounterpartReply(200, "application/json;charset=utf-8", json.dumps(said, ensure_ascii=False).encode())


VERBS = {"020003": EmsCounterpart._order, "020006": EmsCounterpart._cancel, "040001": EmsCounterpart._track}


def encrypted(text: str, key: str) -> str:
    padder = padding.PKCS7(128).padder()
    plain = padder.update((text + key).encode()) + padder.finalize()
    encryptor = Cipher(SM4(base64.b64decode(key)), modes.ECB()).encryptor()  # noqa: S305 (the protocol's)
    return "|$4|" + base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
